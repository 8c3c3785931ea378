{# Where DuckDB and Spark differ: one dispatched macro each, tested in tests/dbt/engines. #}

{% macro utc_to_civil(column, zone) -%}
    {{ return(adapter.dispatch('utc_to_civil', 'tauekel')(column, zone)) }}
{%- endmacro %}

{% macro default__utc_to_civil(column, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ column }}))
{%- endmacro %}

{% macro spark__utc_to_civil(column, zone) -%}
    from_utc_timestamp({{ column }}, {{ zone }})
{%- endmacro %}

{# 1 Monday to 7 Sunday. #}
{% macro iso_weekday(date) -%}
    {{ return(adapter.dispatch('iso_weekday', 'tauekel')(date)) }}
{%- endmacro %}

{% macro default__iso_weekday(date) -%}
    isodow({{ date }})
{%- endmacro %}

{% macro spark__iso_weekday(date) -%}
    (weekday({{ date }}) + 1)
{%- endmacro %}

{% macro regexp_replace_all(expression, pattern, replacement) -%}
    {{ return(adapter.dispatch('regexp_replace_all', 'tauekel')(expression, pattern, replacement)) }}
{%- endmacro %}

{% macro default__regexp_replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__regexp_replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, r'{{ pattern }}', '{{ replacement }}')
{%- endmacro %}
