select claim_id, section, statement_kk, statement_ru, statement_en, verdict, finding
from marts.marts.memo_claims
order by cast(substr(claim_id, 2) as integer)
