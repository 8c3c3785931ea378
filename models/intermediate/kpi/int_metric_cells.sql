{# Figures that are calculated for each period and region, for they do not add up. #}
{% set own_grain_models = [
    'ind_discipline_persons',
    'ind_exam_persons',
    'ind_control_regions',
    'ind_staff_years',
    'ind_services_periods',
    'ind_registrations_periods',
] %}

with

months as (
    select * from {{ ref('int_metric_months') }}
),

regional_months as (
    select * from months
    union all
    select
        metric_key,
        month_start,
        'KZ' as region_code,
        breakdown,
        breakdown_value,
        value,
        numerator,
        denominator
    from months
),

regional_periods as (
    select
        'month' as period_grain,
        month_start as period_start,
        *
    from regional_months
    union all
    select
        'year' as period_grain,
        cast(date_trunc('year', month_start) as date) as period_start,
        *
    from regional_months
),

rolled_up as (
    select
        metric_key,
        period_grain,
        period_start,
        region_code,
        breakdown,
        breakdown_value,
        {{ ordered_sum('value') }} as value,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from regional_periods
    group by 1, 2, 3, 4, 5, 6
),

members as (
    select * from {{ ref('int_metric_members') }}
),

regional_members as (
    select * from members
    union all
    select
        metric_key,
        month_start,
        'KZ' as region_code,
        breakdown,
        breakdown_value,
        member
    from members
),

member_periods as (
    select
        'month' as period_grain,
        month_start as period_start,
        *
    from regional_members
    union all
    select
        'year' as period_grain,
        cast(date_trunc('year', month_start) as date) as period_start,
        *
    from regional_members
),

counted as (
    select
        metric_key,
        period_grain,
        period_start,
        region_code,
        breakdown,
        breakdown_value,
        cast(count(distinct member) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from member_periods
    group by 1, 2, 3, 4, 5, 6
)

select * from rolled_up
union all
select * from counted
{% for own_grain_model in own_grain_models %}
union all
select
    metric_key,
    period_grain,
    period_start,
    region_code,
    breakdown,
    breakdown_value,
    value,
    numerator,
    denominator
from {{ ref(own_grain_model) }}
{% endfor %}
