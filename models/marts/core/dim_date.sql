with

spans as (
    select * from {{ ref('int_source_spans') }}
),

calendar as (
    select * from {{ ref('int_working_calendar') }}
),

-- whole years, so that every period of kpi_values has all its days
bounds as (
    select
        date_trunc('year', min(first_event_on)) as first_day,
        date_trunc('year', max(last_event_on)) + interval '1' year - interval '1' day as last_day
    from spans
),

days as (
    select {{ each_day('first_day', 'last_day') }} as date_day
    from bounds
)

select
    days.date_day,
    cast(date_trunc('month', days.date_day) as date) as month_start,
    cast(date_trunc('year', days.date_day) as date) as year_start,
    cast({{ iso_weekday('days.date_day') }} as integer) as weekday,
    case
        when calendar.kind is not null then calendar.kind
        when {{ iso_weekday('days.date_day') }} = 7 then 'sunday'
        when {{ iso_weekday('days.date_day') }} = 6 then 'saturday'
        else 'weekday'
    end as day_kind,
    calendar.name_en as calendar_name_en
from days
left join calendar
    on days.date_day = calendar.civil_date
