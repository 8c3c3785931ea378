with

detected as (
    select
        cast(date_trunc('month', detected_on) as date) as month_start,
        region_code,
        service,
        kind
    from {{ ref('stg_violations') }}
),

detected_by_breakdown as (
    {{ by_breakdown('detected', ['service', 'kind']) }}
),

violations as (
    select
        'violations' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        cast(count(*) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from detected_by_breakdown
    group by 1, 2, 3, 4, 5
)

select * from violations
