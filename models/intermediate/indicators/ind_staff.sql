with

assignments as (
    select * from {{ ref('int_training_assignments') }}
),

declarations as (
    select
        cast(date_trunc('month', declared_on) as date) as month_start,
        region_code,
        relative_reports_to_declarant,
        related_business
    from {{ ref('stg_conflict_of_interest_declarations') }}
),

training_not_completed_pct as (
    select
        'training_not_completed_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as double) as value,
        cast(count(*) filter (where not is_completed) as double) as numerator,
        cast(count(*) as double) as denominator
    from assignments
    group by 1, 2, 3
),

relative_subordination as (
    select
        'relative_subordination' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(count(*) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from declarations
    where relative_reports_to_declarant
    group by 1, 2, 3
),

related_business as (
    select
        'related_business' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(count(*) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from declarations
    where related_business
    group by 1, 2, 3
)

select * from training_not_completed_pct
union all
select * from relative_subordination
union all
select * from related_business
