-- The codes of a breakdown add up to the whole, in every month and region.
with

counts as (
    select * from {{ ref('ind_exams') }}
    where value is not null
),

wholes as (
    select
        metric_key,
        month_start,
        region_code,
        value
    from counts
    where breakdown = 'all'
),

parts as (
    select
        metric_key,
        month_start,
        region_code,
        breakdown,
        sum(value) as value
    from counts
    where breakdown <> 'all'
    group by 1, 2, 3, 4
)

select
    parts.metric_key,
    parts.month_start,
    parts.region_code,
    parts.breakdown,
    parts.value as parts_value,
    wholes.value as whole_value
from parts
left join wholes
    on
        parts.metric_key = wholes.metric_key
        and parts.month_start = wholes.month_start
        and parts.region_code = wholes.region_code
where parts.value <> coalesce(wholes.value, 0)
