with

claim_values as (
    select * from {{ ref('int_claim_values') }}
),

regions as (
    select * from {{ ref('regions') }}
),

country as (
    select * from claim_values
    where region_code = 'KZ'
),

in_regions as (
    select claim_values.*
    from claim_values
    inner join regions
        on claim_values.region_code = regions.region_code
    where
        regions.type in ('region', 'city')
        and claim_values.breakdown = 'all'
),

named_regions as (
    select distinct region_code
    from {{ ref('memo_figures') }}
    where
        metric_key = 'penalties'
        and region_code <> 'KZ'
),

penalties as (
    select
        in_regions.claim_id,
        in_regions.period,
        in_regions.value,
        named_regions.region_code is not null as is_named,
        min(in_regions.value) filter (where named_regions.region_code is not null) over (partition by in_regions.period) as least_named
    from in_regions
    left join named_regions
        on in_regions.region_code = named_regions.region_code
    where in_regions.claim_id = 'M2'
),

numbers as (
    -- were the named regions the first of the ranking, none of the others could have more than the least of them
    select
        claim_id,
        'largest_total_of_ranking' as figure_key,
        period,
        sum(case when is_named then value else least_named end) as value
    from penalties
    group by 1, 2, 3

    union all

    select
        claim_id,
        'regions_before_the_last_named' as figure_key,
        period,
        cast(count(*) filter (where not is_named and value > least_named) as double) as value
    from penalties
    group by 1, 2, 3

    union all

    select
        claim_id,
        'repeat_offenders' as figure_key,
        period,
        value
    from country
    where
        claim_id = 'M4'
        and metric_key = 'repeat_offenders'

    union all

    select
        claim_id,
        'complaints' as figure_key,
        period,
        value
    from country
    where
        claim_id = 'M7'
        and breakdown = 'kind'
        and breakdown_value = 'complaint'

    union all

    select
        claim_id,
        'practical_per_theory_pass' as figure_key,
        period,
        100 * numerator / nullif(denominator, 0) as value
    from country
    where
        claim_id = 'M9'
        and metric_key = 'practical_per_theory_pass_pct'

    union all

    select
        claim_id,
        'expected_by_lawful_retakes' as figure_key,
        period,
        100 * (
            1 + (1 - numerator / nullif(denominator, 0)) + (1 - numerator / nullif(denominator, 0)) * (1 - numerator / nullif(denominator, 0))
        ) as value
    from country
    where
        claim_id = 'M9'
        and metric_key = 'practical_pass_pct'

    union all

    select
        claim_id,
        'started_out_of_hours' as figure_key,
        period,
        value
    from country
    where
        claim_id = 'M10'
        and metric_key = 'out_of_hours_started'
        and breakdown = 'all'

    union all

    select
        claim_id,
        'over_month_limit' as figure_key,
        period,
        value
    from country
    where
        claim_id = 'M11'
        and metric_key = 'practical_over_month_limit'

    union all

    select
        claim_id,
        'over_two_month_limit' as figure_key,
        period,
        value
    from country
    where
        claim_id = 'M11'
        and metric_key = 'practical_over_two_month_limit'

    union all

    select
        claim_id,
        'damage' as figure_key,
        period,
        value
    from country
    where
        claim_id = 'M12'
        and metric_key = 'criminal_damage_kzt'
        and breakdown = 'all'

    union all

    select
        claim_id,
        'without_theory_highest_region' as figure_key,
        period,
        max(100 * numerator / nullif(denominator, 0)) as value
    from in_regions
    where metric_key = 'practical_without_theory_pct'
    group by 1, 2, 3

    union all

    select
        claim_id,
        'regions_past_the_damage' as figure_key,
        period,
        cast(count(*) filter (where value > (
            select cast(printed.published_value as double)
            from {{ ref('memo_figures') }} as printed
            where printed.figure_id = 'K01'
        )) as double) as value
    from in_regions
    where claim_id = 'M12'
    group by 1, 2, 3
)

select
    claim_id,
    figure_key,
    period,
    value
from numbers
where value is not null
