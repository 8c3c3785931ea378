select
    metrics.metric_key,
    metrics.section,
    metrics.label_kk,
    metrics.label_ru,
    metrics.label_en,
    metrics.unit,
    units.label_kk as unit_kk,
    units.label_ru as unit_ru,
    units.label_en as unit_en,
    metrics.definition,
    metrics.sources,
    metrics.breakdowns,
    metrics.grains,
    metrics.regional = 'yes' as is_regional,
    metrics.additive = 'yes' as is_additive,
    metrics.built = 'yes' as is_built
from {{ ref('metrics') }} as metrics
inner join {{ ref('metric_units') }} as units
    on metrics.unit = units.unit
