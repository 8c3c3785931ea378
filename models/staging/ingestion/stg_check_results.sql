select
    run_id,
    run_at,
    checker,
    check_name,
    target,
    severity,
    status,
    failing_rows,
    meaning
from {{ source('raw', 'check_results') }}
