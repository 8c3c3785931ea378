{# Half a row is added to each value, so that one never seen before has an index too. #}
{% set half = 0.5 %}
with

profiles as (
    select *
    from {{ ref('stg_source_profiles') }}
    where column_name is not null
),

months as (
    select * from {{ ref('int_drift_months') }}
),

limits as (
    select
        {{ threshold('drift_past_months') }} as past_months,
        {{ threshold('drift_deviations_max') }} as deviations_max,
        {{ threshold('drift_index_max') }} as index_max
),

known_values as (
    select
        source,
        column_name,
        value,
        count(*) over (partition by source, column_name) as value_count
    from profiles
    group by 1, 2, 3
),

filled_months as (
    select *
    from months
    where row_count > 0
),

counted as (
    select
        filled_months.source,
        filled_months.month_start,
        filled_months.last_month,
        filled_months.row_count,
        known_values.column_name,
        known_values.value,
        known_values.value_count,
        coalesce(profiles.row_count, 0) as value_rows
    from filled_months
    inner join known_values
        on
            filled_months.source = known_values.source
            and known_values.value_count > 1
    left join profiles
        on
            filled_months.source = profiles.source
            and filled_months.month_start = profiles.month_start
            and known_values.column_name = profiles.column_name
            and known_values.value = profiles.value
),

compared as (
    select
        counted.source,
        counted.month_start,
        counted.last_month,
        counted.column_name,
        counted.value,
        counted.value_count,
        counted.row_count,
        counted.value_rows,
        sum(past.row_count) as past_rows,
        sum(past.value_rows) as past_value_rows
    from counted
    cross join limits
    left join counted as past
        on
            counted.source = past.source
            and counted.column_name = past.column_name
            and counted.value = past.value
            and counted.month_start > past.month_start
            and {{ dbt.datediff('past.month_start', 'counted.month_start', 'month') }} <= limits.past_months  -- noqa: LT05
    group by 1, 2, 3, 4, 5, 6, 7, 8
),

shares as (
    select
        *,
        (value_rows + {{ half }}) / (row_count + {{ half }} * value_count) as share,
        (past_value_rows + {{ half }}) / (past_rows + {{ half }} * value_count) as past_share
    from compared
),

parts as (
    select
        *,
        (share - past_share) * ln(share / past_share) as index_part,
        row_number() over (
            partition by source, month_start, column_name
            order by (share - past_share) * ln(share / past_share) desc, value
        ) as place
    from shares
),

indexes as (
    select
        parts.source,
        parts.month_start,
        parts.last_month,
        parts.column_name,
        case when max(case when parts.value = 'filled' then 1 else 0 end) = 1 then 'empty_values' else 'codes' end as measure,
        max(parts.row_count) as row_count,
        cast(max(parts.past_rows) as bigint) as past_rows,
        {{ ordered_sum('parts.index_part') }} as drift_index,
        -- under chance alone the index is about (1/n + 1/N) times a chi-squared with one degree of freedom less than values
        max(limits.index_max)
        + (1.0 / max(parts.row_count) + 1.0 / max(parts.past_rows))
        * (
            max(parts.value_count) - 1 + max(limits.deviations_max) * sqrt(2.0 * (max(parts.value_count) - 1))
        ) as drift_index_limit,
        max(case when parts.value = 'empty' then 100.0 * parts.value_rows / parts.row_count end) as empty_pct,
        max(case when parts.value = 'empty' then 100.0 * parts.past_value_rows / parts.past_rows end) as past_empty_pct,
        max(case when parts.place = 1 then parts.value end) as largest_shift,
        max(case when parts.place = 1 then 100.0 * parts.value_rows / parts.row_count end) as largest_shift_pct,
        max(case when parts.place = 1 then 100.0 * parts.past_value_rows / parts.past_rows end) as largest_shift_past_pct
    from parts
    cross join limits
    group by 1, 2, 3, 4
)

select
    source,
    month_start,
    last_month,
    column_name,
    measure,
    row_count,
    past_rows,
    drift_index,
    drift_index_limit,
    drift_index > drift_index_limit as is_shifted,
    empty_pct,
    past_empty_pct,
    largest_shift,
    largest_shift_pct,
    largest_shift_past_pct
from indexes
