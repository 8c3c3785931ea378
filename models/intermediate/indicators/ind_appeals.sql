with

registered as (
    select * from {{ ref('int_appeals') }}
),

counted as (
    select * from {{ ref('stg_smart_data_ukimet_monthly') }}
),

applications as (
    select
        cast(date_trunc('month', opened_at) as date) as month_start,
        region_code
    from {{ ref('stg_service_applications') }}
),

all_appeals as (
    select
        month_start,
        region_code,
        kind,
        'eotinish' as channel,
        1 as appeals
    from registered
    union all
    select
        cast(date_trunc('month', month) as date) as month_start,
        region_code,
        kind,
        'smart_data_ukimet' as channel,
        appeals
    from counted
),

all_appeals_by_breakdown as (
    {{ by_breakdown('all_appeals', ['kind', 'channel']) }}
),

appeals as (
    select
        'appeals' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        cast(sum(appeals) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from all_appeals_by_breakdown
    group by 1, 2, 3, 4, 5
),

appeals_blind_pct as (
    select
        'appeals_blind_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as double) as value,
        cast(coalesce(sum(appeals) filter (where channel = 'smart_data_ukimet'), 0) as double) as numerator,
        cast(sum(appeals) as double) as denominator
    from all_appeals
    group by 1, 2, 3
),

complaints_confirmed_pct as (
    select
        'complaints_confirmed_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as double) as value,
        cast(count(*) filter (where outcome in ('confirmed', 'partially_confirmed')) as double) as numerator,
        cast(count(*) as double) as denominator
    from registered
    where kind = 'complaint' and is_in_sample_check
    group by 1, 2, 3
),

appeals_overdue_pct as (
    select
        'appeals_overdue_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as double) as value,
        cast(count(*) filter (where is_overdue) as double) as numerator,
        cast(count(*) as double) as denominator
    from registered
    where due_on is not null
    group by 1, 2, 3
),

complaints_and_services as (
    select
        month_start,
        region_code,
        appeals as complaints,
        0 as services
    from all_appeals
    where kind = 'complaint'
    union all
    select
        month_start,
        region_code,
        0 as complaints,
        count(*) as services
    from applications
    group by 1, 2, 3
),

complaints_per_10k_services as (
    select
        'complaints_per_10k_services' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as double) as value,
        cast(sum(complaints) as double) as numerator,
        cast(sum(services) as double) as denominator
    from complaints_and_services
    group by 1, 2, 3
)

select * from appeals
union all
select * from appeals_blind_pct
union all
select * from complaints_confirmed_pct
union all
select * from appeals_overdue_pct
union all
select * from complaints_per_10k_services
