with

cases as (
    select * from {{ ref('int_criminal_cases') }}
),

cases_by_breakdown as (
    {{ by_breakdown('cases', ['service', 'scheme', 'stage']) }}
),

criminal_cases as (
    select
        'criminal_cases' as metric_key,
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

criminal_damage_kzt as (
    select
        'criminal_damage_kzt' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        cast(coalesce(sum(damage_kzt), 0) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from cases_by_breakdown
    where breakdown in ('all', 'service', 'scheme')
    group by 1, 2, 3, 4, 5
),

illegally_registered_vehicles as (
    select
        'illegally_registered_vehicles' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(coalesce(sum(vehicles), 0) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from cases
    where service = 'vehicle_registration'
    group by 1, 2, 3
),

criminal_stage_stale_pct as (
    select
        'criminal_stage_stale_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as double) as value,
        cast(count(*) filter (where is_stage_stale) as double) as numerator,
        cast(count(*) as double) as denominator
    from cases
    where is_open
    group by 1, 2, 3
)

select * from criminal_cases
union all
select * from criminal_damage_kzt
union all
select * from illegally_registered_vehicles
union all
select * from criminal_stage_stale_pct
