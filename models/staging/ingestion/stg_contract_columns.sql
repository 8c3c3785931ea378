select
    source,
    column_name,
    is_clock
from {{ source('raw', 'contract_columns') }}
