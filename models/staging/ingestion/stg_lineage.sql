select
    target,
    source
from {{ source('raw', 'lineage') }}
