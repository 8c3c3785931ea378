with

levels as (
    select * from {{ ref('int_risk_levels') }}
),

peers as (
    select * from {{ ref('int_risk_peers') }}
),

regions as (
    select * from {{ ref('regions') }}
),

with_past as (
    select
        levels.*,
        past.level as past_level,
        past.events as past_events,
        past.exposure as past_exposure,
        past.is_assessable and (levels.needs_exposure or coalesce(levels.months = past.months, true)) as is_past_comparable
    from levels
    left join levels as past
        on
            levels.metric_key = past.metric_key
            and levels.kind = past.kind
            and levels.direction = past.direction
            and levels.region_code = past.region_code
            and levels.period_start - interval '1' year = past.period_start
),

-- each kind in one form: an estimate, its interval, and the limits that it is held against
compared as (
    select
        with_past.metric_key,
        with_past.kind,
        with_past.direction,
        with_past.period_start,
        with_past.region_code,
        with_past.interval_kind,
        with_past.unit,
        with_past.exposure_metrics,
        with_past.exposure,
        with_past.minimum_exposure,
        with_past.needs_exposure,
        with_past.is_assessable,
        with_past.level,
        with_past.level_lower,
        with_past.level_upper,
        with_past.past_level,
        with_past.is_past_comparable,
        peers.peers,
        peers.median_level,
        peers.spread,
        regions.type in ('region', 'city') as is_peer,
        case
            when with_past.kind in ('absolute', 'peers') then with_past.level
            when with_past.interval_kind = 'wilson' then with_past.level - with_past.past_level
            when with_past.interval_kind = 'poisson'
                then {{ rate_ratio('past_events', 'coalesce(past_exposure, 1)', 'events', 'coalesce(with_past.exposure, 1)') }}
            else with_past.level / nullif(with_past.past_level, 0)
        end as estimate,
        case
            -- a known number of facts is no sample of them
            when with_past.kind = 'absolute' and not with_past.needs_exposure then with_past.level
            when with_past.kind in ('absolute', 'peers') then with_past.level_lower
            when with_past.interval_kind = 'wilson'
                then 100 * {{ newcombe_lower('past_events', 'past_exposure', 'events', 'with_past.exposure', 'z') }}
            when with_past.interval_kind = 'poisson'
                then {{ rate_ratio_lower('past_events', 'coalesce(past_exposure, 1)', 'events', 'coalesce(with_past.exposure, 1)', 'z') }}
            else with_past.level / nullif(with_past.past_level, 0)
        end as estimate_lower,
        case
            when with_past.kind = 'absolute' and not with_past.needs_exposure then with_past.level
            when with_past.kind in ('absolute', 'peers') then with_past.level_upper
            when with_past.interval_kind = 'wilson'
                then 100 * {{ newcombe_upper('past_events', 'past_exposure', 'events', 'with_past.exposure', 'z') }}
            when with_past.interval_kind = 'poisson'
                then {{ rate_ratio_upper('past_events', 'coalesce(past_exposure, 1)', 'events', 'coalesce(with_past.exposure, 1)', 'z') }}
            else with_past.level / nullif(with_past.past_level, 0)
        end as estimate_upper,
        case
            when with_past.kind = 'peers' and with_past.direction = 'below' then peers.median_level - with_past.watch * peers.spread
            when with_past.kind = 'peers' then peers.median_level + with_past.watch * peers.spread
            else with_past.watch
        end as watch_limit,
        case
            when with_past.kind = 'peers' and with_past.direction = 'below' then peers.median_level - with_past.alert * peers.spread
            when with_past.kind = 'peers' then peers.median_level + with_past.alert * peers.spread
            else with_past.alert
        end as alert_limit
    from with_past
    inner join regions
        on with_past.region_code = regions.region_code
    left join peers
        on
            with_past.metric_key = peers.metric_key
            and with_past.direction = peers.direction
            and with_past.period_start = peers.period_start
            and with_past.kind = 'peers'
),

judged as (
    select
        *,
        case
            when not is_assessable then 'no_data'
            when kind = 'peers' and (not is_peer or coalesce(peers, 0) < {{ rule('peers_minimum') }}) then 'no_data'
            when kind = 'own_past' and not coalesce(is_past_comparable, false) then 'no_data'
            when estimate is null then 'no_data'
            -- the whole interval beyond the limit is an alert, the estimate alone is to be watched; what peers all have is nobody's own
            when kind = 'peers' and spread = 0 and estimate = median_level then 'normal'
            when direction = 'above' and estimate_lower > alert_limit then 'alert'
            when direction = 'below' and estimate_upper < alert_limit then 'alert'
            when direction = 'above' and estimate > watch_limit then 'watch'
            when direction = 'below' and estimate < watch_limit then 'watch'
            else 'normal'
        end as status
    from compared
),

explained as (
    select
        *,
        case
            when status <> 'no_data' then null
            when not is_assessable and needs_exposure and exposure is null then 'no_exposure'
            when not is_assessable and needs_exposure then 'exposure_too_small'
            when not is_assessable then 'nothing_to_measure'
            when kind = 'peers' and not is_peer then 'not_a_peer'
            when kind = 'peers' then 'too_few_peers'
            when past_level is null then 'no_past'
            else 'past_not_comparable'
        end as no_data_reason
    from judged
),

worded as (
    select
        *,
        concat(
            {{ in_words('level', 2) }},
            case
                when unit = 'percent' then ' %'
                when exposure_metrics is not null then concat(' per ', {{ in_words(rule('risk_exposure_unit'), 0) }}, ' of ', exposure_metrics)
                when needs_exposure then ''
                else concat(' ', unit)
            end,
            case
                when interval_kind = 'none' or (kind = 'absolute' and not needs_exposure) then ''
                else concat(' (95 %: ', {{ in_words('level_lower', 2) }}, ' to ', {{ in_words('level_upper', 2) }}, ')')
            end
        ) as level_words
    from explained
)

select
    metric_key,
    kind,
    direction,
    period_start,
    region_code,
    status,
    is_assessable,
    no_data_reason,
    level,
    level_lower,
    level_upper,
    exposure,
    exposure_metrics,
    case when needs_exposure then greatest(minimum_exposure, 1) end as least_exposure,
    case when kind = 'own_past' then past_level end as past_level,
    case when kind = 'peers' then median_level end as median_level,
    case when kind = 'peers' then coalesce(peers, 0) end as peers,
    case
        when kind <> 'own_past' then 'level'
        when interval_kind = 'wilson' then 'difference'
        else 'ratio'
    end as estimate_kind,
    case when status <> 'no_data' then estimate end as estimate,
    case when status <> 'no_data' then estimate_lower end as estimate_lower,
    case when status <> 'no_data' then estimate_upper end as estimate_upper,
    watch_limit,
    alert_limit,
    case
        when no_data_reason = 'no_exposure'
            then concat('source missing: no exposure (', coalesce(exposure_metrics, 'nothing to divide by'), ')')
        when no_data_reason = 'exposure_too_small'
            then concat('exposure ', {{ in_words('exposure', 0) }}, ' is below the least ', {{ in_words('greatest(minimum_exposure, 1)', 0) }})
        when no_data_reason = 'nothing_to_measure' then 'nothing to measure'
        when no_data_reason = 'not_a_peer' then 'no peers: not one of the 20 regions'
        when no_data_reason = 'too_few_peers'
            then concat('only ', cast(coalesce(peers, 0) as string), ' regions have enough exposure to be peers')
        when no_data_reason = 'no_past' then 'no figure of the year before'
        when no_data_reason = 'past_not_comparable' then 'the year before had too little exposure or other months'
        when kind = 'absolute'
            then concat(
                level_words, ', limits: watch ', direction, ' ', {{ in_words('watch_limit', 2) }}, ', alert ', direction, ' ',
                {{ in_words('alert_limit', 2) }}
            )
        when kind = 'peers'
            then concat(
                level_words, ', median of ', cast(peers as string), ' peers ', {{ in_words('median_level', 2) }}, ', watch ', direction, ' ',
                {{ in_words('watch_limit', 2) }}, ', alert ', direction, ' ', {{ in_words('alert_limit', 2) }}
            )
        else concat(
            {{ in_words('level', 2) }}, ' after ', {{ in_words('past_level', 2) }}, ' the year before: ',
            case when interval_kind = 'wilson' then 'difference ' else 'ratio ' end, {{ in_words('estimate', 2) }},
            case
                when interval_kind = 'none' then ''
                else concat(' (95 %: ', {{ in_words('estimate_lower', 2) }}, ' to ', {{ in_words('estimate_upper', 2) }}, ')')
            end,
            ', watch ', direction, ' ', {{ in_words('watch_limit', 2) }}, ', alert ', direction, ' ', {{ in_words('alert_limit', 2) }}
        )
    end as reason
from worded
