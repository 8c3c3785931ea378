select
    problem_id,
    kind,
    status,
    severity,
    is_blocking,
    check_name,
    target,
    source,
    column_name,
    -- the table and what of it: the column, the check, or the file that was not taken in
    concat_ws(
        ' · ', target, column_name,
        case kind when 'rejected_delivery' then deliveries when 'open_quarantine' then null else check_name end
    ) as place,
    in_words,
    strftime(since, '%Y-%m-%d %H:%M') as since,
    runs,
    strftime(last_seen_at, '%Y-%m-%d %H:%M') as last_seen_at,
    strftime(resolved_at, '%Y-%m-%d %H:%M') as resolved_at,
    resolved_by,
    deliveries,
    rows_open,
    rows_resolved,
    metrics_touched,
    mended_by,
    go_to,
    what_to_do,
    strftime(accepted_until, '%Y-%m-%d') as accepted_until,
    accepted_reason,
    accepted_by
from quality.marts.quality_problems
order by
    case status when 'open' then 0 when 'accepted' then 1 else 2 end,
    not is_blocking,
    case kind when 'rejected_delivery' then 0 when 'open_quarantine' then 1 else 2 end,
    since desc
