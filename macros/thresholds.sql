{# A threshold of seeds/check_thresholds.csv. #}
{% macro threshold(threshold_key) -%}
    (select value from {{ ref('check_thresholds') }} where threshold_key = '{{ threshold_key }}')
{%- endmacro %}
