select
    run_id,
    started_at,
    ended_at,
    judged_on,
    outcome,
    failed_steps
from {{ source('raw', 'runs') }}
