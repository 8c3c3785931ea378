with

registrations as (
    select
        *,
        cast(date_trunc('month', registered_at) as date) as month_start
    from {{ ref('stg_vehicle_registrations') }}
),

fee_matches as (
    select * from {{ ref('int_fee_matches') }}
),

reasons as (
    select code as reason
    from {{ ref('breakdown_codes') }}
    where breakdown = 'reason'
),

registration_months as (
    select
        month_start,
        region_code,
        count(*) as registrations,
        count(*) filter (where foreign_documents) as on_foreign_documents,
        -- an empty mark is not true
        count(*) filter (where foreign_documents and not coalesce(foreign_documents_verified, false)) as unverified,
        count(*) filter (where attractive_plate) as attractive_plates,
        count(*) filter (where declared_year is not null and customs_year is not null) as with_both_years,
        count(*) filter (where declared_year <> customs_year) as with_other_year
    from registrations
    group by 1, 2
),

fee_months as (
    select
        month_start,
        region_code,
        count(*) as dues,
        count(reason) as unmatched,
        sum(unmatched_kzt) as unmatched_kzt
    from fee_matches
    group by 1, 2
),

unmatched_months as (
    select
        month_start,
        region_code,
        reason,
        count(*) as unmatched
    from fee_matches
    where reason is not null
    group by 1, 2, 3
),

-- every reason has a row in every month with a fee due, for each is a part of all fees due
fee_shares as (
    select
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        unmatched as numerator,
        dues as denominator
    from fee_months

    union all

    select
        fee_months.month_start,
        fee_months.region_code,
        'reason' as breakdown,
        reasons.reason as breakdown_value,
        coalesce(unmatched_months.unmatched, 0) as numerator,
        fee_months.dues as denominator
    from fee_months
    cross join reasons
    left join unmatched_months
        on
            fee_months.month_start = unmatched_months.month_start
            and fee_months.region_code = unmatched_months.region_code
            and reasons.reason = unmatched_months.reason
)

select
    'vehicle_registrations' as metric_key,
    month_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(registrations as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator
from registration_months
union all
select
    'fee_unmatched_kzt' as metric_key,
    month_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(unmatched_kzt as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator
from fee_months
union all
select
    'fee_unmatched_pct' as metric_key,
    month_start,
    region_code,
    breakdown,
    breakdown_value,
    cast(null as double) as value,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator
from fee_shares
union all
select
    'foreign_documents_unverified_pct' as metric_key,
    month_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(null as double) as value,
    cast(unverified as double) as numerator,
    cast(on_foreign_documents as double) as denominator
from registration_months
union all
select
    'attractive_plate_pct' as metric_key,
    month_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(null as double) as value,
    cast(attractive_plates as double) as numerator,
    cast(registrations as double) as denominator
from registration_months
union all
select
    'vehicle_year_altered_pct' as metric_key,
    month_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(null as double) as value,
    cast(with_other_year as double) as numerator,
    cast(with_both_years as double) as denominator
from registration_months
