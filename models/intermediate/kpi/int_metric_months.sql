{# Figures whose months and regions add up. #}
{% set additive_models = [
    'ind_courts',
    'ind_audit',
    'ind_discipline',
    'ind_appeals',
    'ind_hotline',
    'ind_media',
    'ind_violations',
    'ind_criminal',
    'ind_exams',
    'ind_control',
    'ind_staff',
    'ind_systems',
    'ind_services',
    'ind_registrations',
] %}

{% for additive_model in additive_models %}
select
    metric_key,
    month_start,
    region_code,
    breakdown,
    breakdown_value,
    value,
    numerator,
    denominator
from {{ ref(additive_model) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
