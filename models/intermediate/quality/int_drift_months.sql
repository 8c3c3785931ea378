with

profiles as (
    select *
    from {{ ref('stg_source_profiles') }}
    where column_name is null
),

judged_on as (
    select * from {{ ref('int_as_of') }}
),

-- the month of as_of counts when as_of is its last day
bounds as (
    select
        profiles.source,
        min(profiles.month_start) as first_month,
        cast(
            date_trunc('month', judged_on.as_of + interval '1' day) - interval '1' month as date
        ) as last_month
    from profiles
    cross join judged_on
    group by profiles.source, judged_on.as_of
),

months as (
    select
        source,
        last_month,
        {{ each_month('first_month', 'last_month') }} as month_start
    from bounds
    where first_month <= last_month
)

select
    months.source,
    months.month_start,
    months.last_month,
    coalesce(profiles.row_count, 0) as row_count
from months
left join profiles
    on
        months.source = profiles.source
        and months.month_start = profiles.month_start
