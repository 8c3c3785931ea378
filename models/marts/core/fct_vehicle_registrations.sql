select
    registrations.registration_id,
    registrations.application_id,
    registrations.registered_at,
    cast(date_trunc('month', registrations.registered_at) as date) as month_start,
    registrations.centre_code,
    registrations.region_code,
    registrations.employee_id,
    registrations.vin,
    registrations.plate,
    registrations.attractive_plate,
    registrations.owner_token,
    registrations.owner_token_is_valid,
    registrations.foreign_documents,
    registrations.foreign_documents_verified,
    registrations.declared_year,
    registrations.customs_year,
    registrations.declared_year <> registrations.customs_year as is_year_altered,
    registrations.fee_receipt,
    registrations.fee_due_kzt,
    fees.reason as fee_unmatched_reason,
    fees.received_kzt as fee_received_kzt,
    fees.unmatched_kzt as fee_unmatched_kzt
from {{ ref('stg_vehicle_registrations') }} as registrations
left join {{ ref('int_fee_matches') }} as fees
    on registrations.registration_id = fees.registration_id
