with

delivered as (
    select * from {{ source('raw', 'declared_relatives') }}
),

employees as (
    select * from {{ ref('stg_employees') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.employee_id,
        coalesce(employees.region_code, 'unknown') as region_code,
        newest.relative_iin as relative_token,
        newest.relative_iin_is_valid as relative_token_is_valid,
        {{ known_code('declared_relatives', 'newest.relation') }} as relation,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
    left join employees
        on newest.employee_id = employees.employee_id
)

select * from renamed
