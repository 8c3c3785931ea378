{# Seconds from midnight to a time of day in text: H:MM, HH:MM or HH:MM:SS, up to 24:00. Null when it cannot be read. #}
{% macro seconds_of_day(hours) -%}
    {%- set pattern = "'^([0-9]{1,2}):([0-5][0-9])(:([0-5][0-9]))?$'" -%}
    {%- set part = "cast(nullif(regexp_extract(" ~ hours ~ ", " ~ pattern ~ ", %d), '') as integer)" -%}
    {%- set seconds -%}
        (3600 * {{ part % 1 }} + 60 * {{ part % 2 }} + coalesce({{ part % 4 }}, 0))
    {%- endset -%}
    case when {{ seconds }} <= 86400 then {{ seconds }} end
{%- endmacro %}
