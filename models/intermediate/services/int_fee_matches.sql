with

registrations as (
    select * from {{ ref('stg_vehicle_registrations') }}
),

receipts as (
    select * from {{ ref('stg_treasury_receipts') }}
),

-- a receipt belongs to the first registration that has it, with or without a fee due
claims as (
    select
        registration_id,
        row_number() over (partition by fee_receipt order by registered_at, registration_id) > 1 as is_later_claim
    from registrations
    where fee_receipt is not null
),

dues as (
    select
        registration_id,
        cast(date_trunc('month', registered_at) as date) as month_start,
        region_code,
        fee_receipt,
        fee_due_kzt
    from registrations
    where fee_due_kzt > 0
),

matched as (
    select
        dues.*,
        case
            when dues.fee_receipt is null then 'missing'
            when receipts.receipt_number is null then 'unknown'
            when claims.is_later_claim then 'reused'
            when receipts.amount_kzt < dues.fee_due_kzt then 'underpaid'
        end as reason,
        receipts.amount_kzt
    from dues
    left join receipts
        on dues.fee_receipt = receipts.receipt_number
    left join claims
        on dues.registration_id = claims.registration_id
)

select
    registration_id,
    month_start,
    region_code,
    fee_receipt,
    fee_due_kzt,
    reason,
    case when reason is null or reason = 'underpaid' then amount_kzt else 0 end as received_kzt,
    case
        when reason is null then 0
        when reason = 'underpaid' then fee_due_kzt - amount_kzt
        else fee_due_kzt
    end as unmatched_kzt
from matched
