with

levels as (
    select * from {{ ref('int_risk_levels') }}
    where
        kind = 'peers'
        and is_assessable
),

regions as (
    select * from {{ ref('regions') }}
    where type in ('region', 'city')
),

peers as (
    select
        levels.metric_key,
        levels.direction,
        levels.period_start,
        levels.level
    from levels
    inner join regions
        on levels.region_code = regions.region_code
),

medians as (
    select
        metric_key,
        direction,
        period_start,
        count(*) as peers,
        median(level) as median_level
    from peers
    group by 1, 2, 3
),

deviations as (
    select
        peers.metric_key,
        peers.direction,
        peers.period_start,
        median(abs(peers.level - medians.median_level)) as median_deviation,
        {{ ordered_sum('abs(peers.level - medians.median_level)') }} / count(*) as mean_deviation
    from peers
    inner join medians
        on
            peers.metric_key = medians.metric_key
            and peers.direction = medians.direction
            and peers.period_start = medians.period_start
    group by 1, 2, 3
)

-- where more than half of the peers have one value the median deviation is 0, and the mean one stands in
select
    medians.metric_key,
    medians.direction,
    medians.period_start,
    medians.peers,
    medians.median_level,
    case
        when deviations.median_deviation > 0 then deviations.median_deviation * {{ rule('mad_to_deviation') }}
        else deviations.mean_deviation * {{ rule('mean_deviation_to_deviation') }}
    end as spread
from medians
inner join deviations
    on
        medians.metric_key = deviations.metric_key
        and medians.direction = deviations.direction
        and medians.period_start = deviations.period_start
