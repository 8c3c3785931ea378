select
    report_id,
    received_at,
    cast(date_trunc('month', received_at) as date) as month_start,
    region_code,
    centre_code,
    topic,
    corruption_confirmed as is_corruption_confirmed,
    forwarded_to_law_enforcement as is_forwarded_to_law_enforcement
from {{ ref('stg_hotline_reports') }}
