-- A metric that leads a factor and is calculated must be judged by something, else its status would be no_data for ever; and a factor without a known
-- metric would have no row at all.
select
    risks.factor_no,
    factors.metric_key
from {{ ref('risks') }} as risks
left join {{ ref('int_risk_factors') }} as factors
    on risks.factor_no = factors.factor_no
left join {{ ref('risk_thresholds') }} as thresholds
    on factors.metric_key = thresholds.metric_key
where
    risks.level = 'factor'
    and (factors.metric_key is null or (factors.is_built and thresholds.metric_key is null))
