-- Before its first and after its last year the calendar has no holidays: `python -m orchestration.calendar` renews it.
{{ config(severity='warn') }}

with

known as (
    select
        date_trunc('year', min(civil_date)) as first_year,
        date_trunc('year', max(civil_date)) as last_year
    from {{ ref('int_working_calendar') }}
)

select distinct date_trunc('year', centre_days.civil_date) as year_without_holidays
from {{ ref('int_centre_days') }} as centre_days
cross join known
where
    date_trunc('year', centre_days.civil_date) < known.first_year
    or date_trunc('year', centre_days.civil_date) > known.last_year
