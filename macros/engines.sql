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

{# The sum of doubles, smallest first, null over nothing: the last bits of a sum of fractions depend on the order, and threads come in any.
   No `filter` can follow it: which rows count is said in the expression. #}
{% macro ordered_sum(expression) -%}
    {{ return(adapter.dispatch('ordered_sum', 'tauekel')(expression)) }}
{%- endmacro %}

{% macro default__ordered_sum(expression) -%}
    sum({{ expression }} order by {{ expression }})
{%- endmacro %}

{% macro spark__ordered_sum(expression) -%}
    case when count({{ expression }}) > 0
        then aggregate(array_sort(collect_list({{ expression }})), cast(0 as double), (total, part) -> total + part)
    end
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

{# In a select list: one row for each whole number from `first` to `last`, both included. #}
{% macro each_number(first, last) -%}
    {{ return(adapter.dispatch('each_number', 'tauekel')(first, last)) }}
{%- endmacro %}

{% macro default__each_number(first, last) -%}
    unnest(generate_series(cast({{ first }} as bigint), cast({{ last }} as bigint)))
{%- endmacro %}

{% macro spark__each_number(first, last) -%}
    explode(sequence(cast({{ first }} as bigint), cast({{ last }} as bigint)))
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
