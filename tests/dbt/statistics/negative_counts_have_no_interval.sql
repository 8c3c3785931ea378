-- A count may be delivered as a negative number. It has no interval, and a model over it still builds.
with

intervals as (
    select {{ poisson_lower('-1', '1.959964') }} as bound
    union all
    select {{ poisson_upper('-2', '1.959964') }} as bound
    union all
    select {{ rate_ratio_lower('-3', '100.0', '20', '100.0', '1.959964') }} as bound
    union all
    select {{ rate_ratio_upper('10', '100.0', '-1', '100.0', '1.959964') }} as bound
)

select bound
from intervals
where bound is not null
