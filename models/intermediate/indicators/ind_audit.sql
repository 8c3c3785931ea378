with

findings as (
    select * from {{ ref('int_audit_findings') }}
),

findings_by_breakdown as (
    {{ by_breakdown('findings', ['severity', 'process']) }}
),

audit_findings as (
    select
        'audit_findings' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        cast(count(*) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from findings_by_breakdown
    group by 1, 2, 3, 4, 5
),

audit_fuel_kzt as (
    select
        'audit_fuel_kzt' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(coalesce(sum(amount_kzt), 0) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from findings
    where process = 'fuel'
    group by 1, 2, 3
),

audit_fuel_litres as (
    select
        'audit_fuel_litres' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(coalesce(sum(fuel_litres), 0) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from findings
    where process = 'fuel'
    group by 1, 2, 3
),

audit_findings_overdue_pct as (
    select
        'audit_findings_overdue_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as double) as value,
        cast(count(*) filter (where is_overdue) as double) as numerator,
        cast(count(*) as double) as denominator
    from findings
    where due_on is not null
    group by 1, 2, 3
)

select * from audit_findings
union all
select * from audit_fuel_kzt
union all
select * from audit_fuel_litres
union all
select * from audit_findings_overdue_pct
