with

delivered as (
    select * from {{ source('raw', 'conflict_of_interest_declarations') }}
),

employees as (
    select * from {{ ref('stg_employees') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.declaration_id,
        newest.employee_id,
        coalesce(employees.region_code, 'unknown') as region_code,
        newest.declared_on,
        newest.complete,
        newest.relative_reports_to_declarant,
        newest.related_business,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
    left join employees
        on newest.employee_id = employees.employee_id
)

select * from renamed
