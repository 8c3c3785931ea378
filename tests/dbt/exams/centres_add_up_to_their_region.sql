-- The attempts of a region's centres are the region's attempts: a centre that is not registered has no region.
select
    centres.metric_key,
    centres.period_start,
    centres.region_code,
    sum(centres.value) as of_centres,
    max(regions.value) as of_the_region
from {{ ref('kpi_centre_values') }} as centres
inner join {{ ref('kpi_values') }} as regions
    on
        centres.metric_key = regions.metric_key
        and centres.period_start = regions.period_start
        and centres.region_code = regions.region_code
where
    regions.period_grain = 'year'
    and regions.breakdown = 'all'
    and centres.region_code <> 'unknown'
    and centres.metric_key in (
        'theory_attempts', 'practical_attempts', 'theory_under_5_min', 'out_of_hours_exams', 'out_of_hours_started', 'day_off_passes'
    )
group by 1, 2, 3
having sum(centres.value) <> max(regions.value)
