select
    delivery_id,
    source,
    file_name,
    status,
    rows_loaded,
    rows_quarantined,
    reason,
    load_run,
    strftime(first_seen_at, '%Y-%m-%d %H:%M') as first_seen_at
from quality.marts.delivery_ledger
order by delivery_id desc
