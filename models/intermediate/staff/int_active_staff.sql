with

employees as (
    select * from {{ ref('stg_employees') }}
),

training as (
    select * from {{ ref('stg_training_records') }}
),

declarations as (
    select * from {{ ref('stg_conflict_of_interest_declarations') }}
),

years as (
    select distinct cast(date_trunc('year', month_start) as date) as year_start
    from {{ ref('int_source_months') }}
    where source in ('training_records', 'conflict_of_interest_declarations')
),

year_ends as (
    select
        year_start,
        cast(year_start + interval '1' year - interval '1' day as date) as last_day
    from years
),

-- a completion needs no score, and the assignment may be older than the year
trained as (
    select distinct
        employee_id,
        cast(date_trunc('year', completed_on) as date) as year_start
    from training
    where completed_on is not null
),

declared as (
    select distinct
        employee_id,
        cast(date_trunc('year', declared_on) as date) as year_start
    from declarations
    where complete
)

select
    employees.employee_id,
    year_ends.year_start,
    employees.region_code,
    trained.employee_id is not null as has_completed_training,
    declared.employee_id is not null as has_complete_declaration
from employees
cross join year_ends
left join trained
    on
        employees.employee_id = trained.employee_id
        and year_ends.year_start = trained.year_start
left join declared
    on
        employees.employee_id = declared.employee_id
        and year_ends.year_start = declared.year_start
where
    coalesce(employees.hired_on <= year_ends.last_day, true)
    and coalesce(employees.left_on >= year_ends.last_day, true)
