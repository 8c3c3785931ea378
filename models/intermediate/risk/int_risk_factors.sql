with

risks as (
    select * from {{ ref('risks') }}
),

metrics as (
    select * from {{ ref('metrics') }}
)

select
    risks.risk_no,
    risks.factor_no,
    metrics.metric_key,
    metrics.unit,
    metrics.scale,
    metrics.sources,
    metrics.built = 'yes' as is_built,
    metrics.regional = 'yes' as is_regional,
    units.interval_kind
from risks
inner join metrics
    on {{ is_listed('metrics.metric_key', 'risks.lead_metrics') }}
inner join {{ ref('metric_units') }} as units
    on metrics.unit = units.unit
where risks.level = 'factor'
