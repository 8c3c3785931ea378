select
    label_key,
    label_kk,
    label_ru,
    label_en
from {{ ref('labels_of_pages') }}
union all
select
    label_key,
    label_kk,
    label_ru,
    label_en
from {{ ref('labels_of_note') }}
