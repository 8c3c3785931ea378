{# Both exam sources have the same columns (one anchor in the contract), so they have one staging query. #}
{% macro stage_exams(source_name) -%}
with

delivered as (
    select * from {{ source('raw', source_name) }}
),

centres as (
    select * from {{ ref('stg_centres') }}
),

regions as (
    select * from {{ ref('regions') }}
),

-- Only keys and order go through the window, and only what is superseded is joined: whole rows of a log of
-- millions would take three times as long to sort.
versions as (
    select
        _delivery_id,
        _row_number,
        row_number() over (partition by _business_key order by _delivery_id desc, _row_number desc) as version
    from delivered
),

superseded as (
    select
        _delivery_id,
        _row_number
    from versions
    where version > 1
),

newest as (
    select delivered.*
    from delivered
    left join superseded
        on
            delivered._delivery_id = superseded._delivery_id
            and delivered._row_number = superseded._row_number
    where superseded._row_number is null
),

placed as (
    select
        newest.*,
        centres.centre_code is not null as is_registered_centre,
        coalesce(centres.region_code, 'unknown') as region_code
    from newest
    left join centres
        on newest.centre_code = centres.centre_code
),

renamed as (
    select
        placed.attempt_id,
        placed.candidate_iin as candidate_token,
        placed.candidate_iin_is_valid as candidate_token_is_valid,
        placed.centre_code,
        placed.is_registered_centre,
        placed.region_code,
        placed.category,
        {{ civil_time('placed.started_at', 'regions.timezone') }} as started_at,
        {{ civil_time('placed.finished_at', 'regions.timezone') }} as finished_at,
        {{ civil_time('placed.recorded_at', 'regions.timezone') }} as recorded_at,
        {{ known_code(source_name, 'placed.result') }} as result,
        placed.score,
        placed.examiner_id,
        placed.workstation,
        placed.driving_school,
        placed._business_key,
        placed._delivery_id,
        placed._row_number
    from placed
    inner join regions
        on placed.region_code = regions.region_code
)

select * from renamed
{%- endmacro %}


{# An attempt counts when it was sat to an end that stands: annulled, no_show and unknown results never count. #}
{% macro is_counting_result(column) -%}
    {{ column }} in ('passed', 'failed')
{%- endmacro %}
