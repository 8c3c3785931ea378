with

figures as (
    select
        *,
        memo_figures.column as measure,
        power(10, decimals) as places,
        cast(published_value as double) as published
    from {{ ref('memo_figures') }} as memo_figures
),

operands as (
    select * from {{ ref('int_memo_operands') }}
),

computed as (
    select
        figures.figure_id,
        case figures.measure
            when 'value' then figure.value
            when 'numerator' then figure.numerator
            when 'denominator' then figure.denominator
            when 'share_pct' then 100 * figure.value / nullif(whole.value, 0)
            when 'regional_share_pct' then 100 * figure.value / nullif(country.value, 0)
            when 'change_pct' then 100 * (figure.value / nullif(compared.value, 0) - 1)
            when 'growth_ratio' then figure.value / nullif(compared.value, 0)
        end as computed_value
    from figures
    left join operands as figure
        on figures.figure_id = figure.figure_id and figure.operand = 'figure'
    left join operands as compared
        on figures.figure_id = compared.figure_id and compared.operand = 'compared'
    left join operands as whole
        on figures.figure_id = whole.figure_id and whole.operand = 'whole'
    left join operands as country
        on figures.figure_id = country.figure_id and country.operand = 'country'
),

-- in units of the last printed place, where rounding and truncation are whole numbers
scaled as (
    select
        figures.*,
        computed.computed_value,
        figures.published * figures.places as published_units,
        sign(computed.computed_value) as computed_sign,
        abs(computed.computed_value) * figures.places as computed_units,
        {{ rule('float_noise') }} * (1 + abs(computed.computed_value) * figures.places) as noise
    from figures
    inner join computed
        on figures.figure_id = computed.figure_id
),

printed as (
    select
        *,
        -- half away from zero
        computed_sign * floor(computed_units + 0.5 + noise) as rounded_units,
        -- toward zero
        computed_sign * floor(computed_units + noise) as truncated_units
    from scaled
),

judged as (
    select
        *,
        case
            when computed_value is null then 'no_data'
            when bound = 'at_least' and computed_sign * computed_units >= published_units - noise then 'match'
            when bound = 'exact' and abs(rounded_units - published_units) <= noise then 'match'
            when abs(truncated_units - published_units) <= noise then 'truncated'
            else 'differs'
        end as status
    from printed
)

select
    figure_id,
    metric_key,
    measure,
    period_start,
    period_end,
    compared_with,
    region_code,
    breakdown,
    breakdown_value,
    unit,
    decimals,
    bound,
    published as published_value,
    computed_value,
    computed_value - published as difference,
    status,
    expected as expected_status,
    case when status != 'no_data' then status = expected end as as_expected
from judged
