with

centres as (
    select
        centre_code,
        saturday_opens_at is null as is_closed_on_saturday,
        {{ seconds_of_day('weekday_opens_at') }} as weekday_opening_second,
        {{ seconds_of_day('weekday_closes_at') }} as weekday_closing_second,
        {{ seconds_of_day('saturday_opens_at') }} as saturday_opening_second,
        {{ seconds_of_day('saturday_closes_at') }} as saturday_closing_second
    from {{ ref('stg_centres') }}
),

theory as (
    select * from {{ ref('stg_theory_exams') }}
),

practical as (
    select * from {{ ref('stg_practical_exams') }}
),

applications as (
    select * from {{ ref('stg_service_applications') }}
),

calendar as (
    select * from {{ ref('int_working_calendar') }}
),

event_dates as (
    select cast(started_at as date) as civil_date from theory
    union distinct
    select cast(finished_at as date) as civil_date from theory
    union distinct
    select cast(recorded_at as date) as civil_date from theory
    union distinct
    select cast(started_at as date) as civil_date from practical
    union distinct
    select cast(finished_at as date) as civil_date from practical
    union distinct
    select cast(recorded_at as date) as civil_date from practical
    union distinct
    select cast(resumed_at as date) as civil_date from applications
),

dates as (
    select
        event_dates.civil_date,
        case
            when calendar.is_working_day then 'weekday'
            when calendar.civil_date is not null then 'off'
            when {{ iso_weekday('event_dates.civil_date') }} = 7 then 'off'
            when {{ iso_weekday('event_dates.civil_date') }} = 6 then 'saturday'
            else 'weekday'
        end as hours_of
    from event_dates
    left join calendar
        on event_dates.civil_date = calendar.civil_date
    where event_dates.civil_date is not null
),

centre_dates as (
    select
        centres.centre_code,
        dates.civil_date,
        dates.hours_of <> 'off'
        and not (dates.hours_of = 'saturday' and centres.is_closed_on_saturday) as is_working_day,
        case dates.hours_of
            when 'weekday' then centres.weekday_opening_second
            when 'saturday' then centres.saturday_opening_second
        end as opening_second,
        case dates.hours_of
            when 'weekday' then centres.weekday_closing_second
            when 'saturday' then centres.saturday_closing_second
        end as closing_second
    from centres
    cross join dates
    where
        centres.weekday_opening_second is not null
        and centres.weekday_closing_second is not null
)

select
    centre_code,
    civil_date,
    is_working_day,
    case
        when is_working_day
            then {{ dateadd('second', 'opening_second', 'cast(civil_date as timestamp)') }}
    end as opens_at,
    case
        when is_working_day
            then {{ dateadd('second', 'closing_second', 'cast(civil_date as timestamp)') }}
    end as closes_at
from centre_dates
where
    not is_working_day
    or (opening_second is not null and closing_second is not null)
