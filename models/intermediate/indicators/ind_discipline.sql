with

penalised as (
    select
        cast(date_trunc('month', imposed_on) as date) as month_start,
        region_code,
        penalty,
        position_group,
        ground
    from {{ ref('stg_disciplinary_records') }}
),

penalised_by_breakdown as (
    {{ by_breakdown('penalised', ['penalty', 'position_group', 'ground']) }}
),

penalties as (
    select
        'penalties' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        cast(count(*) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from penalised_by_breakdown
    group by 1, 2, 3, 4, 5
),

light_penalty_pct as (
    select
        'light_penalty_pct' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as double) as value,
        cast(count(*) filter (where penalty = 'remark') as double) as numerator,
        cast(count(*) as double) as denominator
    from penalised
    group by 1, 2, 3
)

select * from penalties
union all
select * from light_penalty_pct
