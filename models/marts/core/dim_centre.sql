select
    centre_code,
    region_code,
    name_kk,
    name_ru,
    weekday_opens_at,
    weekday_closes_at,
    saturday_opens_at,
    saturday_closes_at,
    autodrome_count,
    exam_vehicle_count
from {{ ref('stg_centres') }}
