select
    penalties.record_id,
    penalties.employee_id,
    penalties.imposed_on,
    cast(date_trunc('month', penalties.imposed_on) as date) as month_start,
    penalties.region_code,
    penalties.centre_code,
    penalties.position_group,
    penalties.penalty,
    penalties.ground,
    penalties.lifted_on,
    windows.penalties_in_window,
    windows.is_over_limit
from {{ ref('stg_disciplinary_records') }} as penalties
inner join {{ ref('int_penalty_windows') }} as windows
    on penalties.record_id = windows.record_id
