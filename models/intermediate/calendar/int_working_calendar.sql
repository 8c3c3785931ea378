with

calendar as (
    select * from {{ ref('kz_calendar') }}
),

overrides as (
    select * from {{ ref('kz_calendar_overrides') }}
),

merged as (
    select
        coalesce(overrides.date, calendar.date) as civil_date,
        coalesce(overrides.kind, calendar.kind) as kind,
        coalesce(overrides.name_en, calendar.name_en) as name_en
    from calendar
    full outer join overrides
        on calendar.date = overrides.date
)

select
    civil_date,
    kind,
    kind = 'transferred_work' as is_working_day,
    name_en
from merged
where kind <> 'ordinary'
