with

delivered as (
    select * from {{ source('raw', 'treasury_receipts') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.receipt_number,
        newest.paid_on,
        newest.amount_kzt,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
)

select * from renamed
