with

refused as (
    select * from {{ ref('stg_quarantine') }}
),

deliveries as (
    select * from {{ ref('stg_ledger') }}
),

row_versions as (
    select * from {{ ref('stg_row_versions') }}
),

-- a good row of the same key came later; a row whose key is bad has no key to be found by
mended_rows as (
    select
        refused.delivery_id,
        refused.row_number,
        min(row_versions.delivery_id) as mending_delivery_id
    from refused
    inner join row_versions
        on
            refused.source = row_versions.source
            and refused.business_key = row_versions.business_key
            and coalesce(refused.key_region_code, '') = coalesce(row_versions.key_region_code, '')
            and (
                refused.delivery_id < row_versions.delivery_id
                or (refused.delivery_id = row_versions.delivery_id and refused.row_number < row_versions.row_number)
            )
    group by 1, 2
)

select
    refused.source,
    deliveries.file_name,
    refused.row_number,
    refused.column_name,
    refused.reason,
    case when mended_rows.row_number is null then 'open' else 'resolved' end as status,
    deliveries.first_seen_at,
    refused.delivery_id,
    mending.file_name as resolved_by,
    mending.first_seen_at as resolved_at
from refused
left join deliveries
    on refused.delivery_id = deliveries.delivery_id
left join mended_rows
    on
        refused.delivery_id = mended_rows.delivery_id
        and refused.row_number = mended_rows.row_number
left join deliveries as mending
    on mended_rows.mending_delivery_id = mending.delivery_id
