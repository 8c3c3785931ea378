with

months as (
    select * from {{ ref('int_drift_months') }}
),

limits as (
    select
        {{ threshold('drift_past_months') }} as past_months,
        {{ threshold('drift_deviations_max') }} as deviations_max,
        {{ threshold('drift_mad_to_deviation') }} as mad_to_deviation,
        {{ threshold('drift_season_pct') }} as season_pct
),

pairs as (
    select
        months.source,
        months.month_start,
        months.last_month,
        months.row_count,
        past.row_count as past_rows,
        {{ dbt.datediff('past.month_start', 'months.month_start', 'month') }} as months_before  -- noqa: LT05
    from months
    cross join limits
    inner join months as past
        on
            months.source = past.source
            and months.month_start > past.month_start
            and {{ dbt.datediff('past.month_start', 'months.month_start', 'month') }} <= limits.past_months  -- noqa: LT05
),

medians as (
    select
        source,
        month_start,
        count(*) as past_months,
        median(past_rows) as usual_rows,
        max(case when months_before = 12 then past_rows end) as rows_year_before
    from pairs
    group by 1, 2
),

deviations as (
    select
        pairs.source,
        pairs.month_start,
        median(abs(pairs.past_rows - medians.usual_rows)) as usual_deviation
    from pairs
    inner join medians
        on
            pairs.source = medians.source
            and pairs.month_start = medians.month_start
    group by 1, 2
)

select
    months.source,
    months.month_start,
    months.last_month,
    months.row_count,
    coalesce(medians.past_months, 0) as past_months,
    medians.usual_rows,
    medians.rows_year_before,
    -- never narrower than chance makes a count of this size
    greatest(
        0,
        least(
            medians.usual_rows - limits.deviations_max
            * greatest(limits.mad_to_deviation * deviations.usual_deviation, sqrt(greatest(medians.usual_rows, 1))),
            medians.rows_year_before * (1 - limits.season_pct / 100)
        )
    ) as lower_limit,
    greatest(
        medians.usual_rows + limits.deviations_max
        * greatest(limits.mad_to_deviation * deviations.usual_deviation, sqrt(greatest(medians.usual_rows, 1))),
        medians.rows_year_before * (1 + limits.season_pct / 100)
    ) as upper_limit
from months
cross join limits
left join medians
    on
        months.source = medians.source
        and months.month_start = medians.month_start
left join deviations
    on
        months.source = deviations.source
        and months.month_start = deviations.month_start
