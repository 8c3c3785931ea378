{# What every staging model does to a delivered value, by the words of the landing contract. #}

{# One of the contract's codes for this column in lower case, or 'unknown' (another code, or none).
   `column` is qualified by its relation: known_code('court_cases', 'newest.outcome'). #}
{% macro known_code(source_name, column) -%}
    coalesce((
        select max(contract_codes.code)
        from {{ source('raw', 'contract_codes') }} as contract_codes
        where
            contract_codes.source = '{{ source_name }}'
            and contract_codes.column_name = '{{ column.split('.') | last }}'
            and contract_codes.code = lower({{ column }})
    ), 'unknown')
{%- endmacro %}

{# A region as delivered, in the form in which region_spellings.csv lists it: lower case, dots as spaces,
   runs of space (no-break ones too) as one. #}
{% macro region_spelling(column) -%}
    trim({{ regexp_replace_all("replace(lower(" ~ column ~ "), '.', ' ')", '[\\s\\x{00A0}]+', ' ') }})
{%- endmacro %}

{# The region code of a record's own region column: none is the central office, an unlisted spelling unknown. #}
{% macro own_region_code(delivered_column, spelling_region_code) -%}
    case when {{ delivered_column }} is null then 'HQ' else coalesce({{ spelling_region_code }}, 'unknown') end
{%- endmacro %}

{# A timestamp in the civil time of `zone` (an expression), whether it came with an offset or without. #}
{% macro civil_time(column, zone) -%}
    case when {{ column }}_is_utc then {{ utc_to_civil(column, zone) }} else {{ column }} end
{%- endmacro %}

{# The newest version of each business key. `key` names more columns where a region is part of the key. #}
{% macro newest_version(relation, key='_business_key') -%}
    select *
    from (
        select
            *,
            row_number() over (partition by {{ key }} order by _delivery_id desc, _row_number desc) as version
        from {{ relation }}
    ) as versions
    where version = 1
{%- endmacro %}
