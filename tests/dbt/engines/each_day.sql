-- Both ends are included, and 29 February of a leap year is a day.
with

bounds as (
    select
        cast('2024-02-28' as date) as first_day,
        cast('2024-03-01' as date) as last_day
),

days as (
    select {{ each_day('first_day', 'last_day') }} as civil_date
    from bounds
),

expected as (
    select cast('2024-02-28' as date) as civil_date
    union all
    select cast('2024-02-29' as date) as civil_date
    union all
    select cast('2024-03-01' as date) as civil_date
)

select
    days.civil_date as got,
    expected.civil_date as expected
from days
full outer join expected
    on days.civil_date = expected.civil_date
where days.civil_date is null or expected.civil_date is null
