select
    source,
    status,
    strftime(last_delivery_at, '%Y-%m-%d %H:%M') as last_delivery_at,
    strftime(last_event_on, '%Y-%m-%d') as last_event_on,
    days_behind,
    days_allowed
from quality.marts.source_freshness
order by case status when 'late' then 0 when 'no_data' then 1 else 2 end, source
