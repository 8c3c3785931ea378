select
    source,
    column_name,
    code
from {{ source('raw', 'contract_codes') }}
