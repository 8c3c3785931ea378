-- one row per figure that the memo prints, with the part and the whole of a share, so that the division can be seen
with

parts as (
    select
        figures.figure_id,
        sum(k.value) as part
    from marts.marts.memo_reconciliation as figures
    inner join marts.marts.kpi_values as k
        on
            figures.metric_key = k.metric_key
            and k.period_grain = 'year'
            and k.period_start between figures.period_start and figures.period_end
            and figures.region_code = k.region_code
            and figures.breakdown = k.breakdown
            and list_contains(string_split(figures.breakdown_value, '+'), k.breakdown_value)
    where figures.measure in ('share_pct', 'regional_share_pct')
    group by 1
),

wholes as (
    select
        figures.figure_id,
        sum(k.value) as whole
    from marts.marts.memo_reconciliation as figures
    inner join marts.marts.kpi_values as k
        on
            figures.metric_key = k.metric_key
            and k.period_grain = 'year'
            and k.period_start between figures.period_start and figures.period_end
            and case figures.measure when 'share_pct' then figures.region_code else 'KZ' end = k.region_code
            and case figures.measure when 'share_pct' then 'all' else figures.breakdown end = k.breakdown
            and (figures.measure = 'share_pct' or list_contains(string_split(figures.breakdown_value, '+'), k.breakdown_value))
    where figures.measure in ('share_pct', 'regional_share_pct')
    group by 1
)

select
    r.figure_id,
    r.metric_key,
    r.measure,
    strftime(r.period_start, '%Y-%m') || ' – ' || strftime(r.period_end, '%Y-%m') as period,
    r.compared_with,
    r.region_code,
    r.breakdown,
    r.breakdown_value,
    r.unit,
    r.decimals,
    r.published_value,
    r.computed_value,
    r.difference,
    r.status,
    parts.part,
    wholes.whole
from marts.marts.memo_reconciliation as r
left join parts
    on r.figure_id = parts.figure_id
left join wholes
    on r.figure_id = wholes.figure_id
order by case r.status when 'differs' then 0 when 'no_data' then 1 when 'truncated' then 2 else 3 end, r.figure_id
