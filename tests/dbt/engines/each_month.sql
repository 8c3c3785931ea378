-- Both ends are included, and a year's end is no end.
with

bounds as (
    select
        cast('2024-11-01' as date) as first_month,
        cast('2025-02-01' as date) as last_month
),

months as (
    select {{ each_month('first_month', 'last_month') }} as month_start
    from bounds
),

expected as (
    select cast('2024-11-01' as date) as month_start
    union all
    select cast('2024-12-01' as date) as month_start
    union all
    select cast('2025-01-01' as date) as month_start
    union all
    select cast('2025-02-01' as date) as month_start
)

select
    months.month_start as got,
    expected.month_start as expected
from months
full outer join expected
    on months.month_start = expected.month_start
where months.month_start is null or expected.month_start is null
