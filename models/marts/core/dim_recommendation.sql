select
    recommendation,
    label_kk,
    label_ru,
    label_en,
    owner_kk,
    owner_ru,
    owner_en
from {{ ref('recommendations') }}
