with

figures as (
    select * from {{ ref('memo_figures') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

units as (
    select * from {{ ref('metric_units') }}
),

periods as (
    select * from {{ ref('int_metric_periods') }}
),

cells as (
    select * from {{ ref('int_metric_cells') }}
),

members as (
    select * from {{ ref('int_metric_members') }}
),

-- what each figure is computed from: itself, and what it is compared with or a share of
operands as (
    select
        figure_id,
        'figure' as operand,
        metric_key,
        period_start,
        period_end,
        region_code,
        breakdown,
        breakdown_value
    from figures
    union all
    select
        figure_id,
        'compared' as operand,
        metric_key,
        cast(concat(substr(compared_with, 1, 4), '-01-01') as date) as period_start,
        cast(concat(substr(compared_with, 7, 4), '-12-31') as date) as period_end,
        region_code,
        breakdown,
        breakdown_value
    from figures
    where compared_with is not null
    union all
    select
        figure_id,
        'whole' as operand,
        metric_key,
        period_start,
        period_end,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value
    from figures
    where figures.column = 'share_pct'
    union all
    select
        figure_id,
        'country' as operand,
        metric_key,
        period_start,
        period_end,
        'KZ' as region_code,
        breakdown,
        breakdown_value
    from figures
    where figures.column = 'regional_share_pct'
),

-- of a metric that adds up or counts distinct members the months within the period, of another only the very period
usable_periods as (
    select
        operands.figure_id,
        operands.operand,
        periods.metric_key,
        metrics.additive,
        periods.period_grain,
        periods.period_start
    from operands
    inner join metrics
        on operands.metric_key = metrics.metric_key
    inner join periods
        on operands.metric_key = periods.metric_key
    where
        (
            metrics.additive in ('yes', 'distinct')
            and periods.period_grain = 'month'
            and periods.period_start between operands.period_start and operands.period_end
        )
        or (
            metrics.additive = 'no'
            and periods.period_start = operands.period_start
            and operands.period_end = case periods.period_grain
                when 'month' then periods.period_start + interval '1' month - interval '1' day
                when 'year' then periods.period_start + interval '1' year - interval '1' day
            end
        )
),

summed as (
    select
        operands.figure_id,
        operands.operand,
        operands.metric_key,
        {{ ordered_sum('cells.value') }} as value,
        sum(cells.numerator) as numerator,
        sum(cells.denominator) as denominator
    from operands
    inner join usable_periods
        on
            operands.figure_id = usable_periods.figure_id
            and operands.operand = usable_periods.operand
    left join cells
        on
            usable_periods.metric_key = cells.metric_key
            and usable_periods.period_grain = cells.period_grain
            and usable_periods.period_start = cells.period_start
            and operands.region_code = cells.region_code
            and operands.breakdown = cells.breakdown
            and {{ is_listed('cells.breakdown_value', 'operands.breakdown_value', separator='+') }}
    where usable_periods.additive <> 'distinct'
    group by 1, 2, 3
),

-- what is counted in two months of the period is one
counted as (
    select
        operands.figure_id,
        operands.operand,
        operands.metric_key,
        count(distinct members.member) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from operands
    inner join usable_periods
        on
            operands.figure_id = usable_periods.figure_id
            and operands.operand = usable_periods.operand
    left join members
        on
            usable_periods.metric_key = members.metric_key
            and usable_periods.period_start = members.month_start
            and (operands.region_code = members.region_code or operands.region_code = 'KZ')
            and operands.breakdown = members.breakdown
            and {{ is_listed('members.breakdown_value', 'operands.breakdown_value', separator='+') }}
    where usable_periods.additive = 'distinct'
    group by 1, 2, 3
),

computed as (
    select * from summed
    union all
    select * from counted
)

-- as in kpi_values: counts and people of nothing are 0, a ratio over nothing and a percentile of nothing are empty
select
    computed.figure_id,
    computed.operand,
    case units.measure
        when 'ratio' then metrics.scale * computed.numerator / nullif(computed.denominator, 0)
        when 'percentile' then computed.value
        else coalesce(computed.value, 0)
    end as value,
    case when units.measure = 'ratio' then coalesce(computed.numerator, 0) end as numerator,
    case when units.measure = 'ratio' then coalesce(computed.denominator, 0) end as denominator
from computed
inner join metrics
    on computed.metric_key = metrics.metric_key
inner join units
    on metrics.unit = units.unit
