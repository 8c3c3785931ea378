with

exam_months as (
    select * from {{ ref('int_exam_months') }}
),

candidate_months as (
    select * from {{ ref('int_candidate_months') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

counted_attempts as (
    select
        case exam when 'theory' then 'theory_attempts' else 'practical_attempts' end as metric_key,
        month_start,
        region_code,
        exam,
        result,
        out_of_hours_cause,
        attempts as value
    from exam_months

    union all

    select
        'theory_under_5_min' as metric_key,
        month_start,
        region_code,
        exam,
        result,
        out_of_hours_cause,
        under_5_min as value
    from exam_months

    union all

    select
        'out_of_hours_exams' as metric_key,
        month_start,
        region_code,
        exam,
        result,
        out_of_hours_cause,
        attempts as value
    from exam_months
    where out_of_hours_cause is not null

    union all

    select
        'out_of_hours_started' as metric_key,
        month_start,
        region_code,
        exam,
        result,
        out_of_hours_cause,
        started_out_of_hours as value
    from exam_months

    union all

    select
        'day_off_passes' as metric_key,
        month_start,
        region_code,
        exam,
        result,
        out_of_hours_cause,
        on_day_off as value
    from exam_months
    where result = 'passed'
),

counts as (
    select
        metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        value
    from counted_attempts

    union all

    select
        metric_key,
        month_start,
        region_code,
        'exam' as breakdown,
        exam as breakdown_value,
        value
    from counted_attempts

    union all

    select
        metric_key,
        month_start,
        region_code,
        'result' as breakdown,
        result as breakdown_value,
        value
    from counted_attempts

    union all

    select
        metric_key,
        month_start,
        region_code,
        'cause' as breakdown,
        out_of_hours_cause as breakdown_value,
        value
    from counted_attempts

    union all

    select
        'practical_over_month_limit' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        1 as value
    from candidate_months
    where is_over_month_limit

    union all

    select
        'practical_over_two_month_limit' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        1 as value
    from candidate_months
    where is_over_two_month_limit
),

-- Which metric has which breakdown is said by the metric itself.
promised_counts as (
    select
        counts.metric_key,
        counts.month_start,
        counts.region_code,
        counts.breakdown,
        counts.breakdown_value,
        cast(sum(counts.value) as double) as value
    from counts
    inner join metrics
        on counts.metric_key = metrics.metric_key
    where
        counts.value > 0
        and (
            counts.breakdown = 'all'
            or concat(' ', metrics.breakdowns, ' ') like concat('% ', counts.breakdown, ' %')
        )
    group by 1, 2, 3, 4, 5
),

totals as (
    select
        month_start,
        region_code,
        sum(attempts) filter (where exam = 'theory') as theory_attempts,
        sum(attempts) filter (where exam = 'theory' and result = 'passed') as theory_passes,
        sum(attempts_with_end) filter (where exam = 'theory') as theory_attempts_with_end,
        sum(under_5_min) as theory_under_5_min,
        sum(attempts) filter (where exam = 'practical') as practical_attempts,
        sum(attempts) filter (where exam = 'practical' and result = 'passed') as practical_passes,
        sum(first_practicals) as first_practicals,
        sum(first_practicals) filter (where result = 'passed') as first_practical_passes,
        sum(theory_pass_assessable) as theory_pass_assessable,
        sum(without_theory_pass) as without_theory_pass,
        sum(started_out_of_hours) as started_out_of_hours,
        sum(started_out_of_hours) filter (where result = 'passed') as started_out_of_hours_passes
    from exam_months
    group by 1, 2
),

parts as (
    select
        'theory_pass_pct' as metric_key,
        month_start,
        region_code,
        theory_passes as numerator,
        theory_attempts as denominator
    from totals

    union all

    select
        'practical_pass_pct' as metric_key,
        month_start,
        region_code,
        practical_passes as numerator,
        practical_attempts as denominator
    from totals

    union all

    select
        'first_practical_pass_pct' as metric_key,
        month_start,
        region_code,
        first_practical_passes as numerator,
        first_practicals as denominator
    from totals

    union all

    select
        'practical_per_theory_pass_pct' as metric_key,
        month_start,
        region_code,
        practical_attempts as numerator,
        theory_passes as denominator
    from totals

    union all

    select
        'practical_without_theory_pct' as metric_key,
        month_start,
        region_code,
        without_theory_pass as numerator,
        theory_pass_assessable as denominator
    from totals

    union all

    select
        'theory_under_5_min_pct' as metric_key,
        month_start,
        region_code,
        theory_under_5_min as numerator,
        theory_attempts_with_end as denominator
    from totals

    union all

    select
        'out_of_hours_pass_pct' as metric_key,
        month_start,
        region_code,
        started_out_of_hours_passes as numerator,
        started_out_of_hours as denominator
    from totals
)

select
    metric_key,
    month_start,
    region_code,
    breakdown,
    breakdown_value,
    value,
    cast(null as double) as numerator,
    cast(null as double) as denominator
from promised_counts

union all

select
    metric_key,
    month_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(null as double) as value,
    cast(coalesce(numerator, 0) as double) as numerator,
    cast(coalesce(denominator, 0) as double) as denominator
from parts
where
    numerator > 0
    or denominator > 0
