with

applications as (
    select * from {{ ref('int_service_applications') }}
),

-- one pass over the applications; everything below adds these rows up
service_months as (
    select
        month_start,
        region_code,
        service,
        status,
        resumed_by,
        is_foreign_power_of_attorney,
        count(*) as applications,
        count(*) filter (where is_refusal_overturned) as overturned,
        count(*) filter (where is_licence_issued) as licences,
        count(*) filter (where is_without_medical_certificate) as without_medical,
        count(*) filter (where is_without_training_certificate) as without_training,
        count(*) filter (where is_manual_override) as overridden,
        count(*) filter (where is_stuck) as stuck,
        count(*) filter (where is_resumed_out_of_hours) as resumed_out_of_hours,
        count(*) filter (where is_self_or_relative_service) as self_or_relative
    from applications
    group by 1, 2, 3, 4, 5, 6
),

applications_by_breakdown as (
    {{ by_breakdown('service_months', ['service', 'status']) }}
),

stuck_by_breakdown as (
    {{ by_breakdown('service_months', ['resumed_by']) }}
),

service_by_breakdown as (
    {{ by_breakdown('service_months', ['service']) }}
),

counted as (
    select
        'service_applications' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        applications as value
    from applications_by_breakdown

    union all

    select
        'applications_stuck' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        stuck as value
    from stuck_by_breakdown
    where stuck > 0

    union all

    select
        'stuck_resumed_after_hours' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        resumed_out_of_hours as value
    from service_months
    where resumed_by = 'developer' and resumed_out_of_hours > 0

    union all

    select
        'self_or_relative_services' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        self_or_relative as value
    from service_months
    where self_or_relative > 0
),

shares as (
    select
        'refusals_overturned_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        overturned as numerator,
        applications as denominator
    from service_months
    where status = 'refused'

    union all

    select
        'licences_without_medical_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        without_medical as numerator,
        licences as denominator
    from service_months
    where licences > 0

    union all

    select
        'licences_without_training_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        without_training as numerator,
        licences as denominator
    from service_months
    where licences > 0

    union all

    select
        'manual_override_pct' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        overridden as numerator,
        applications as denominator
    from service_by_breakdown

    union all

    select
        'foreign_poa_refused_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        case when status = 'refused' then applications else 0 end as numerator,
        applications as denominator
    from service_months
    where is_foreign_power_of_attorney
)

select
    metric_key,
    month_start,
    region_code,
    breakdown,
    breakdown_value,
    cast(sum(value) as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator
from counted
group by 1, 2, 3, 4, 5
union all
select
    metric_key,
    month_start,
    region_code,
    breakdown,
    breakdown_value,
    cast(null as double) as value,
    cast(sum(numerator) as double) as numerator,
    cast(sum(denominator) as double) as denominator
from shares
group by 1, 2, 3, 4, 5
