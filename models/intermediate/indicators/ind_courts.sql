with

cases as (
    select
        cast(date_trunc('month', filed_on) as date) as month_start,
        region_code,
        proceeding,
        outcome,
        root_cause
    from {{ ref('stg_court_cases') }}
),

cases_by_breakdown as (
    {{ by_breakdown('cases', ['proceeding', 'outcome', 'root_cause']) }}
),

court_cases as (
    select
        'court_cases' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        cast(count(*) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from cases_by_breakdown
    group by 1, 2, 3, 4, 5
),

court_satisfied_pct as (
    select
        'court_satisfied_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as double) as value,
        cast(count(*) filter (where outcome in ('satisfied', 'partially_satisfied')) as double) as numerator,
        cast(count(*) as double) as denominator
    from cases
    where outcome in ('satisfied', 'partially_satisfied', 'dismissed', 'settled')
    group by 1, 2, 3
),

court_not_examined_pct as (
    select
        'court_not_examined_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as double) as value,
        cast(count(*) filter (
            where outcome in ('returned', 'left_without_consideration', 'withdrawn')
        ) as double) as numerator,
        cast(count(*) as double) as denominator
    from cases
    group by 1, 2, 3
)

select * from court_cases
union all
select * from court_satisfied_pct
union all
select * from court_not_examined_pct
