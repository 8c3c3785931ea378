with

problems as (
    select * from {{ ref('int_problems') }}
),

lineage as (
    select * from {{ ref('stg_lineage') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

-- checks of a column name it behind its table; a delivery touches what its source touches
tables as (
    select
        problem_id,
        status,
        case
            when {{ dbt.split_part('target', "'.'", 1) }} = 'landing'
                then concat('raw.', {{ dbt.split_part('target', "'.'", 2) }})
            else concat({{ dbt.split_part('target', "'.'", 1) }}, '.', {{ dbt.split_part('target', "'.'", 2) }})
        end as table_name
    from problems
)

select distinct
    tables.problem_id,
    metrics.metric_key,
    tables.status
from tables
inner join lineage
    on tables.table_name = lineage.target
inner join metrics
    on {{ is_listed('lineage.source', 'metrics.sources') }}
where metrics.built = 'yes'
