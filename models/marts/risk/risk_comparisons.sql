with

judgements as (
    select * from {{ ref('int_risk_judgements') }}
),

metrics as (
    select * from {{ ref('metrics') }}
)

select
    judgements.metric_key,
    judgements.kind,
    judgements.direction,
    judgements.period_start,
    judgements.region_code,
    judgements.status,
    judgements.no_data_reason,
    judgements.level,
    judgements.level_lower,
    judgements.level_upper,
    case
        when judgements.exposure_metrics is not null then 'per_exposure'
        else metrics.unit
    end as level_unit,
    judgements.exposure_metrics,
    judgements.exposure,
    judgements.least_exposure,
    judgements.past_level,
    judgements.median_level,
    judgements.peers,
    judgements.estimate_kind,
    judgements.estimate,
    judgements.estimate_lower,
    judgements.estimate_upper,
    judgements.watch_limit,
    judgements.alert_limit
from judgements
inner join metrics
    on judgements.metric_key = metrics.metric_key
