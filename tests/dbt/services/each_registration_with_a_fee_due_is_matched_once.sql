-- A receipt that joined twice, or a registration lost on the way, would show here.
with

registered as (
    select
        count(*) as dues,
        coalesce(sum(fee_due_kzt), 0) as due_kzt
    from {{ ref('stg_vehicle_registrations') }}
    where fee_due_kzt > 0
),

-- what was received beyond the fee due is no part of it
matched as (
    select
        count(*) as dues,
        coalesce(sum(least(received_kzt, fee_due_kzt) + unmatched_kzt), 0) as due_kzt
    from {{ ref('int_fee_matches') }}
)

select
    registered.dues as dues_registered,
    matched.dues as dues_matched,
    registered.due_kzt as due_kzt_registered,
    matched.due_kzt as due_kzt_matched
from registered
cross join matched
where
    registered.dues <> matched.dues
    or registered.due_kzt <> matched.due_kzt
