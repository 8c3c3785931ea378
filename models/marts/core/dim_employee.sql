select
    employee_id,
    token as employee_token,
    region_code,
    centre_code,
    position_group,
    supervisor_id,
    hired_on,
    left_on
from {{ ref('stg_employees') }}
