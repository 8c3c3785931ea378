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

{# Whether a row of seeds/regions.csv, given its type, is one of the 20 regions of the country. #}
{% macro is_one_of_the_20(type) -%}
    {{ type }} in ('region', 'city')
{%- endmacro %}

{# Whether a task whose term ran out before `as_of` was not closed within it; null without a due date. #}
{% macro is_past_due(due_on, closed_on, as_of) -%}
    {{ due_on }} < {{ as_of }} and coalesce({{ closed_on }} > {{ due_on }}, true)
{%- endmacro %}
