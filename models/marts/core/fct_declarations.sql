select
    declaration_id,
    employee_id,
    declared_on,
    cast(date_trunc('month', declared_on) as date) as month_start,
    region_code,
    complete as is_complete,
    relative_reports_to_declarant as has_subordinate_relative,
    related_business as has_related_business
from {{ ref('stg_conflict_of_interest_declarations') }}
