with

delivered as (
    select * from {{ source('raw', 'training_records') }}
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
        newest.course_code,
        newest.assigned_on,
        newest.completed_on,
        newest.test_score_pct,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
    left join employees
        on newest.employee_id = employees.employee_id
)

select * from renamed
