select
    source,
    file_name,
    sha256,
    first_seen_at,
    status,
    rows_loaded,
    rows_quarantined,
    reason,
    delivery_id,
    load_run
from {{ ref('stg_ledger') }}
