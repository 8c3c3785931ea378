select
    risk_no,
    factor_no,
    level,
    label_kk,
    label_ru,
    label_en,
    lead_metrics
from {{ ref('risks') }}
