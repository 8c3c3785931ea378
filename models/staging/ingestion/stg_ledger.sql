select
    delivery_id,
    load_run,
    source,
    file_name,
    sha256,
    first_seen_at,
    status,
    rows_loaded,
    rows_quarantined,
    reason
from {{ source('raw', 'ledger') }}
