select
    region_code,
    kato,
    name_kk,
    name_ru,
    name_en,
    type as region_type,
    centre_kk,
    timezone
from {{ ref('regions') }}
