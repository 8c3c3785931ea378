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

{# Select-list item: the parts of a text between separators (a literal), one row each, numbered upwards in `part_number`, text in `part`. #}
{% macro split_to_rows(expression, separator) -%}
    {{ return(adapter.dispatch('split_to_rows', 'tauekel')(expression, separator)) }}
{%- endmacro %}

{% macro default__split_to_rows(expression, separator) -%}
    unnest(string_split({{ expression }}, '{{ separator }}')) as part,
    generate_subscripts(string_split({{ expression }}, '{{ separator }}'), 1) as part_number
{%- endmacro %}

{% macro spark__split_to_rows(expression, separator) -%}
    posexplode(split({{ expression }}, r'\Q{{ separator }}\E')) as (part_number, part)
{%- endmacro %}
