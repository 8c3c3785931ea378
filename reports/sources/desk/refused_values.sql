-- where a value was refused and why; the value itself never leaves the warehouse
select
    delivery_id,
    source,
    file_name,
    row_number,
    column_name,
    reason,
    status,
    resolved_by
from quality.marts.quarantine
order by status, delivery_id, row_number
