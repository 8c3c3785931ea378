-- The codes of a breakdown add up to the whole: counts by their values, shares by their numerators.
with

months as (
    select * from {{ ref('ind_services') }}
    union all
    select * from {{ ref('ind_registrations') }}
),

wholes as (
    select
        metric_key,
        month_start,
        region_code,
        coalesce(value, numerator) as counted
    from months
    where breakdown = 'all'
),

parts as (
    select
        metric_key,
        month_start,
        region_code,
        breakdown,
        sum(coalesce(value, numerator)) as counted
    from months
    where breakdown <> 'all'
    group by 1, 2, 3, 4
)

select
    parts.metric_key,
    parts.month_start,
    parts.region_code,
    parts.breakdown,
    parts.counted as parts_counted,
    wholes.counted as whole_counted
from parts
left join wholes
    on
        parts.metric_key = wholes.metric_key
        and parts.month_start = wholes.month_start
        and parts.region_code = wholes.region_code
where parts.counted <> coalesce(wholes.counted, 0)
