with

deliveries as (
    select
        *,
        {{ dbt.split_part('file_name', "'.'", 1) }} as file_stem
    from {{ ref('stg_ledger') }}
),

contract_sources as (
    select distinct source
    from {{ ref('stg_contract_columns') }}
),

refused as (
    select * from {{ ref('quarantine') }}
),

-- a later file that is called as the rejected one, or whose name goes on from it
replaced as (
    select
        rejected.delivery_id,
        min(later.delivery_id) as replaced_by
    from deliveries as rejected
    inner join deliveries as later
        on
            rejected.source = later.source
            and rejected.delivery_id < later.delivery_id
            and left(later.file_stem, length(rejected.file_stem)) = rejected.file_stem
    where
        rejected.status = 'rejected'
        and later.status in ('loaded', 'loaded_with_quarantine')
    group by 1
),

rejected as (
    select
        'rejected_delivery' as kind,
        case when contract_sources.source is null then 'folder_is_known' else 'delivery_is_loaded' end as check_name,
        concat('landing.', deliveries.source) as target,
        deliveries.source,
        cast(null as string) as column_name,
        deliveries.reason,
        deliveries.file_name as deliveries,
        deliveries.first_seen_at as since,
        deliveries.first_seen_at as last_seen_at,
        replacing.first_seen_at as resolved_at,
        replacing.file_name as resolved_by,
        cast(null as bigint) as rows_open,
        cast(null as bigint) as rows_resolved,
        cast(deliveries.delivery_id as string) as told_apart_by
    from deliveries
    left join contract_sources
        on deliveries.source = contract_sources.source
    left join replaced
        on deliveries.delivery_id = replaced.delivery_id
    left join deliveries as replacing
        on replaced.replaced_by = replacing.delivery_id
    where
        deliveries.status = 'rejected'
        -- what a steward withdrew is settled
        and left(coalesce(deliveries.reason, ''), length('withdrawn on')) <> 'withdrawn on'
),

refused_by_file as (
    select
        source,
        column_name,
        reason,
        file_name,
        min(first_seen_at) as first_seen_at,
        count(*) filter (where status = 'open') as rows_open,
        count(*) filter (where status = 'resolved') as rows_resolved,
        max(resolved_at) as resolved_at,
        max(resolved_by) as resolved_by
    from refused
    group by 1, 2, 3, 4
),

value_groups as (
    select
        source,
        column_name,
        reason,
        sum(rows_open) > 0 as is_open
    from refused_by_file
    group by 1, 2, 3
),

-- of a group that is still open, only the files that still have open rows
quarantined as (
    select
        'open_quarantine' as kind,
        'values_follow_contract' as check_name,
        concat('raw.', value_groups.source) as target,
        value_groups.source,
        value_groups.column_name,
        value_groups.reason,
        {{ dbt.listagg(
            measure="case when refused_by_file.rows_open > 0 or not value_groups.is_open then refused_by_file.file_name end",
            delimiter_text="', '",
            order_by_clause="order by refused_by_file.file_name"
        ) }} as deliveries,
        coalesce(
            min(case when refused_by_file.rows_open > 0 then refused_by_file.first_seen_at end),
            min(refused_by_file.first_seen_at)
        ) as since,
        max(refused_by_file.first_seen_at) as last_seen_at,
        max(case when not value_groups.is_open then refused_by_file.resolved_at end) as resolved_at,
        max(case when not value_groups.is_open then refused_by_file.resolved_by end) as resolved_by,
        cast(sum(refused_by_file.rows_open) as bigint) as rows_open,
        cast(sum(refused_by_file.rows_resolved) as bigint) as rows_resolved,
        concat(coalesce(value_groups.column_name, ''), ' ', value_groups.reason) as told_apart_by
    from value_groups
    inner join refused_by_file
        on
            value_groups.source = refused_by_file.source
            and coalesce(value_groups.column_name, '') = coalesce(refused_by_file.column_name, '')
            and value_groups.reason = refused_by_file.reason
    group by 4, 5, 6, 14
),

together as (
    select * from rejected
    union all
    select * from quarantined
)

select
    kind,
    'delivery' as checker,
    check_name,
    target,
    source,
    column_name,
    reason,
    deliveries,
    since,
    last_seen_at,
    resolved_at,
    resolved_by,
    rows_open,
    rows_resolved,
    told_apart_by
from together
