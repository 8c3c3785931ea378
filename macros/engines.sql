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

{% macro regexp_replace_all(expression, pattern, replacement) -%}
    {{ return(adapter.dispatch('regexp_replace_all', 'tauekel')(expression, pattern, replacement)) }}
{%- endmacro %}

{% macro default__regexp_replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__regexp_replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, r'{{ pattern }}', '{{ replacement }}')
{%- endmacro %}

{# In a select list: one row for each first of a month from `first_month` to `last_month`, both included. #}
{% macro each_month(first_month, last_month) -%}
    {{ return(adapter.dispatch('each_month', 'tauekel')(first_month, last_month)) }}
{%- endmacro %}

{% macro default__each_month(first_month, last_month) -%}
    cast(unnest(generate_series({{ first_month }}, {{ last_month }}, interval '1' month)) as date)
{%- endmacro %}

{% macro spark__each_month(first_month, last_month) -%}
    explode(sequence(cast({{ first_month }} as date), cast({{ last_month }} as date), interval '1' month))
{%- endmacro %}

{# In a select list: one row for each day from `first_day` to `last_day`, both included. #}
{% macro each_day(first_day, last_day) -%}
    {{ return(adapter.dispatch('each_day', 'tauekel')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__each_day(first_day, last_day) -%}
    cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval '1' day)) as date)
{%- endmacro %}

{% macro spark__each_day(first_day, last_day) -%}
    explode(sequence(cast({{ first_day }} as date), cast({{ last_day }} as date), interval '1' day))
{%- endmacro %}
