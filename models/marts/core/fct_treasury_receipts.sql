{{ config(materialized='view') }}

-- A view: the rows already stand in staging, and publishing copies them once more.
select
    receipt_number,
    paid_on,
    cast(date_trunc('month', paid_on) as date) as month_start,
    amount_kzt
from {{ ref('stg_treasury_receipts') }}
