with

sources as (
    select
        source,
        max(case when is_clock then 1 else 0 end) = 1 as has_events
    from {{ ref('stg_contract_columns') }}
    group by 1
),

last_deliveries as (
    select
        source,
        max(first_seen_at) as last_delivery_at
    from {{ ref('stg_ledger') }}
    where status in ('loaded', 'loaded_with_quarantine')
    group by 1
),

spans as (
    select * from {{ ref('int_source_spans') }}
),

judged_on as (
    select * from {{ ref('int_as_of') }}
),

thresholds as (
    select * from {{ ref('check_thresholds') }}
),

ages as (
    select
        sources.source,
        sources.has_events,
        last_deliveries.last_delivery_at,
        spans.last_event_on,
        judged_on.as_of,
        -- an as_of set by hand may lie before the latest event
        greatest(0, {{ datediff('spans.last_event_on', 'judged_on.as_of', 'day') }}) as days_behind,  -- noqa: LT05
        cast(case when sources.has_events then coalesce(own.value, general.value) end as integer) as days_allowed
    from sources
    cross join judged_on
    left join last_deliveries
        on sources.source = last_deliveries.source
    left join spans
        on sources.source = spans.source
    left join thresholds as own
        on own.threshold_key = concat('freshness_days_max.', sources.source)
    left join thresholds as general
        on general.threshold_key = 'freshness_days_max'
)

select
    source,
    last_delivery_at,
    last_event_on,
    as_of,
    cast(case when last_event_on is not null then days_behind end as integer) as days_behind,
    days_allowed,
    case
        when last_event_on is null then 'no_data'
        when days_behind > days_allowed then 'late'
        else 'fresh'
    end as status,
    case
        when last_delivery_at is null then 'no delivery of it was ever loaded'
        when not has_events then 'a register without event times: only last_delivery_at tells its age'
        when last_event_on is null then 'its deliveries hold no valid row'
        else concat(
            'its latest event is ', cast(days_behind as varchar), ' days before as_of, ',
            cast(days_allowed as varchar), ' are allowed'
        )
    end as reason
from ages
