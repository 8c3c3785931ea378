-- 6 May 2024 was a Monday, 12 May a Sunday; so was 4 January 1970.
with

days as (
    select cast('2024-05-06' as date) as civil_date, 1 as weekday
    union all
    select cast('2024-05-11' as date) as civil_date, 6 as weekday
    union all
    select cast('2024-05-12' as date) as civil_date, 7 as weekday
    union all
    select cast('1970-01-04' as date) as civil_date, 7 as weekday
)

select *
from days
where {{ iso_weekday('civil_date') }} <> weekday
