select
    case_id,
    opened_on,
    month_start,
    region_code,
    service,
    scheme,
    stage,
    stage_updated_on,
    is_open,
    days_in_stage,
    is_stage_stale,
    damage_kzt,
    vehicles,
    employees_involved,
    employee_id,
    manager_penalised as is_manager_penalised
from {{ ref('int_criminal_cases') }}
