-- A code of the contract without a name, or a name of a code that the contract does not have.
select
    coalesce(contract_codes.source, labels.source) as source,
    coalesce(contract_codes.column_name, labels.column_name) as column_name,
    coalesce(contract_codes.code, labels.code) as code
from {{ ref('stg_contract_codes') }} as contract_codes
full outer join {{ ref('code_labels') }} as labels
    on
        contract_codes.source = labels.source
        and contract_codes.column_name = labels.column_name
        and contract_codes.code = labels.code
where contract_codes.code is null or labels.code is null or labels.label_kk is null or labels.label_ru is null or labels.label_en is null
