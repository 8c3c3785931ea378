select distinct
    'audited_regions' as metric_key,
    findings.month_start,
    findings.region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    findings.region_code as member
from {{ ref('int_audit_findings') }} as findings
inner join {{ ref('regions') }} as regions
    on findings.region_code = regions.region_code
where {{ is_one_of_the_20('regions.type') }}
