with

reports as (
    select
        cast(date_trunc('month', received_at) as date) as month_start,
        region_code,
        corruption_confirmed
    from {{ ref('stg_hotline_reports') }}
),

hotline_reports as (
    select
        'hotline_reports' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(count(*) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from reports
    group by 1, 2, 3
),

hotline_confirmed_pct as (
    select
        'hotline_confirmed_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as double) as value,
        cast(count(*) filter (where corruption_confirmed) as double) as numerator,
        cast(count(*) as double) as denominator
    from reports
    group by 1, 2, 3
)

select * from hotline_reports
union all
select * from hotline_confirmed_pct
