{# Figures that count the distinct ones of something: over a longer period they are counted anew. #}
{% set distinct_models = ['ind_audit_regions'] %}

{% for distinct_model in distinct_models %}
select
    metric_key,
    month_start,
    region_code,
    breakdown,
    breakdown_value,
    member
from {{ ref(distinct_model) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
