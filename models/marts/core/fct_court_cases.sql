select
    case_number,
    filed_on,
    cast(date_trunc('month', filed_on) as date) as month_start,
    court_name,
    region_code,
    centre_code,
    proceeding,
    subject,
    outcome,
    decided_on,
    root_cause,
    claim_kzt
from {{ ref('stg_court_cases') }}
