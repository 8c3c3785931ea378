{# What indicator models share. #}

{# Each row of `relation` once under all/all and once under each of the breakdowns (columns of the relation). #}
{% macro by_breakdown(relation, breakdowns) -%}
    select
        *,
        'all' as breakdown,
        'all' as breakdown_value
    from {{ relation }}
    {%- for breakdown in breakdowns %}
    union all
    select
        *,
        '{{ breakdown }}' as breakdown,
        {{ breakdown }} as breakdown_value
    from {{ relation }}
    {%- endfor %}
{%- endmacro %}

{# A rule constant of seeds/rules.csv. #}
{% macro rule(rule_key) -%}
    (select value from {{ ref('rules') }} where rule_key = '{{ rule_key }}')
{%- endmacro %}
