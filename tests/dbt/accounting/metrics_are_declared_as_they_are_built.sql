-- What the catalogue says of a metric (built, additive) decides its rows and how a longer period is computed: it must be
-- what the ind_ models do.
with

additive_keys as (
    select distinct metric_key from {{ ref('int_metric_months') }}
),

distinct_keys as (
    select distinct metric_key from {{ ref('int_metric_members') }}
),

calculated_keys as (
    select distinct metric_key from {{ ref('int_metric_cells') }}
)

select
    calculated_keys.metric_key,
    metrics.built,
    metrics.additive,
    additive_keys.metric_key is not null as adds_up,
    distinct_keys.metric_key is not null as has_members
from calculated_keys
left join {{ ref('metrics') }} as metrics
    on calculated_keys.metric_key = metrics.metric_key
left join additive_keys
    on calculated_keys.metric_key = additive_keys.metric_key
left join distinct_keys
    on calculated_keys.metric_key = distinct_keys.metric_key
where
    metrics.metric_key is null
    or metrics.built = 'no'
    or (metrics.additive = 'yes') <> (additive_keys.metric_key is not null)
    or (metrics.additive = 'distinct') <> (distinct_keys.metric_key is not null)
