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
from {{ ref('stg_check_results') }}
