select
    cast(date_trunc('month', month) as date) as month_start,
    region_code,
    kind,
    cast(sum(appeals) as bigint) as appeals
from {{ ref('stg_smart_data_ukimet_monthly') }}
group by 1, 2, 3
