{# the percentile of licence_wait_days_p90 #}
{% set percentile = 0.9 %}

with

licences as (
    select
        month_start,
        region_code,
        licence_wait_days
    from {{ ref('int_service_applications') }}
    where licence_wait_days is not null
),

placed as (
    select * from licences
    union all
    select
        month_start,
        'KZ' as region_code,
        licence_wait_days
    from licences
),

waits as (
    select
        'month' as period_grain,
        month_start as period_start,
        region_code,
        licence_wait_days
    from placed
    union all
    select
        'year' as period_grain,
        cast(date_trunc('year', month_start) as date) as period_start,
        region_code,
        licence_wait_days
    from placed
)

select
    'licence_wait_days_p90' as metric_key,
    period_grain,
    period_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(percentile_cont({{ percentile }}) within group (order by licence_wait_days) as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator
from waits
group by 1, 2, 3, 4
