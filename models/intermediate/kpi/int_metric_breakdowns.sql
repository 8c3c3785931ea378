with

metrics as (
    select * from {{ ref('metrics') }}
),

contract_codes as (
    select * from {{ ref('stg_contract_codes') }}
),

breakdown_codes as (
    select * from {{ ref('breakdown_codes') }}
),

cells as (
    select * from {{ ref('int_metric_cells') }}
)

select
    metric_key,
    'all' as breakdown,
    'all' as breakdown_value
from metrics
union
select
    metrics.metric_key,
    breakdown_codes.breakdown,
    breakdown_codes.code as breakdown_value
from metrics
inner join breakdown_codes
    on {{ is_listed('breakdown_codes.breakdown', 'metrics.breakdowns') }}
union
-- a breakdown without codes of its own is a code column of one of the metric's sources
select
    metrics.metric_key,
    contract_codes.column_name as breakdown,
    contract_codes.code as breakdown_value
from metrics
inner join contract_codes
    on
        {{ is_listed('contract_codes.column_name', 'metrics.breakdowns') }}
        and {{ is_listed('contract_codes.source', 'metrics.sources') }}
union
select
    metric_key,
    breakdown,
    breakdown_value
from cells
where breakdown_value = 'unknown'
