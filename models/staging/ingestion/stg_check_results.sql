select
    run_id,
    run_at,
    checker,
    check_name,
    target,
    severity,
    status,
    failing_rows,
    deliveries,
    meaning,
    what_to_do,
    judged_on,
    accepted_until,
    accepted_reason,
    accepted_by,
    case checker
        when 'freshness' then 'stale_source'
        when 'volume' then 'drift'
        else 'failed_check'
    end as kind
from {{ source('raw', 'check_results') }}
