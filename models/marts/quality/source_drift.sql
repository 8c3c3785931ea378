with

months_by_rows as (
    select * from {{ ref('int_drift_rows') }}
),

months_by_shares as (
    select * from {{ ref('int_drift_shares') }}
),

limits as (
    select
        {{ threshold('drift_past_months_min') }} as past_months_min,
        {{ threshold('drift_rows_min') }} as rows_min,
        {{ threshold('drift_settling_months') }} as settling_months
),

own_settling as (
    select
        threshold_key,
        value as settling_months
    from {{ ref('check_thresholds') }}
),

by_rows as (
    select
        rows_of.source,
        rows_of.month_start,
        'rows' as measure,
        cast(null as string) as column_name,
        rows_of.month_start = rows_of.last_month as is_latest,
        cast(rows_of.row_count as double) as observed,
        case when rows_of.past_months >= limits.past_months_min then cast(rows_of.usual_rows as double) end as expected,
        case when rows_of.past_months >= limits.past_months_min then cast(rows_of.lower_limit as double) end as lower_limit,
        case when rows_of.past_months >= limits.past_months_min then cast(rows_of.upper_limit as double) end as upper_limit,
        cast(null as double) as drift_index,
        cast(null as double) as drift_index_limit,
        case
            when rows_of.past_months < limits.past_months_min then 'no_data'
            when rows_of.row_count < rows_of.lower_limit then 'below'
            when rows_of.row_count > rows_of.upper_limit then 'above'
            else 'usual'
        end as status,
        case
            when rows_of.past_months < limits.past_months_min
                then concat('its past has ', cast(rows_of.past_months as string), ' months: too few to know what is usual')
            else concat(
                cast(rows_of.row_count as string), ' rows, usually ', {{ in_words('rows_of.usual_rows', 0) }},
                ' (', {{ in_words('rows_of.lower_limit', 0) }}, ' to ', {{ in_words('rows_of.upper_limit', 0) }}, ')'
            )
        end as reason
    from months_by_rows as rows_of
    cross join limits
),

settled as (
    select
        shares.*,
        rows_of.past_months,
        {{ dbt.datediff('shares.month_start', 'shares.last_month', 'month') }} as age_in_months,  -- noqa: LT05
        coalesce(own_settling.settling_months, limits.settling_months) as settling_months,
        limits.past_months_min,
        limits.rows_min
    from months_by_shares as shares
    cross join limits
    inner join months_by_rows as rows_of
        on
            shares.source = rows_of.source
            and shares.month_start = rows_of.month_start
    left join own_settling
        on own_settling.threshold_key = concat('drift_settling_months.', shares.source)
),

judged_shares as (
    select
        *,
        case
            when past_months < past_months_min then 'too young'
            when age_in_months < settling_months then 'unsettled'
            when row_count < rows_min or coalesce(past_rows, 0) < rows_min then 'too few'
            else 'judged'
        end as ground
    from settled
),

by_shares as (
    select
        source,
        month_start,
        measure,
        column_name,
        age_in_months = settling_months as is_latest,
        case when measure = 'empty_values' then empty_pct else largest_shift_pct end as observed,
        case when measure = 'empty_values' then past_empty_pct else largest_shift_past_pct end as expected,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        drift_index,
        drift_index_limit,
        case
            when ground <> 'judged' then 'no_data'
            when is_shifted then 'shifted'
            else 'usual'
        end as status,
        case ground
            when 'too young' then concat('its past has ', cast(past_months as string), ' months: too few to know what is usual')
            when 'unsettled' then concat('rows of this source are final after ', {{ in_words('settling_months', 0) }}, ' months')
            when 'too few' then concat(cast(row_count as string), ' rows: shares of so few swing by chance')
            else concat(
                case when measure = 'codes' then largest_shift else 'empty' end, ': ',
                {{ in_words("case when measure = 'codes' then largest_shift_pct else coalesce(empty_pct, 0) end") }}, ' % of the rows, usually ',
                {{ in_words("case when measure = 'codes' then largest_shift_past_pct else coalesce(past_empty_pct, 0) end") }}, ' %'
            )
        end as reason
    from judged_shares
),

together as (
    select * from by_rows
    union all
    select * from by_shares
)

select
    source,
    month_start,
    measure,
    column_name,
    is_latest,
    observed,
    expected,
    lower_limit,
    upper_limit,
    drift_index,
    drift_index_limit,
    status,
    reason
from together
