select
    source,
    month_start,
    column_name,
    value,
    row_count
from {{ source('raw', 'source_profiles') }}
