with

claim_values as (
    select * from {{ ref('int_claim_values') }}
),

country as (
    select * from claim_values
    where region_code = 'KZ'
),

named_regions as (
    select distinct region_code
    from {{ ref('memo_figures') }}
    where
        metric_key = 'penalties'
        and region_code <> 'KZ'
),

-- the region with most violations in the period, and what is left without it
dominant_region as (
    select region_code
    from (
        select
            claim_values.region_code,
            row_number() over (order by claim_values.value desc, claim_values.region_code asc) as place
        from claim_values
        inner join {{ ref('regions') }} as regions
            on claim_values.region_code = regions.region_code
        where
            claim_values.claim_id = 'M8'
            and claim_values.period = 'period'
            and claim_values.breakdown = 'all'
            and regions.type in ('region', 'city')
    ) as places
    where place = 1
),

violations as (
    select
        claim_values.period,
        sum(claim_values.value) filter (where claim_values.region_code = 'KZ' and claim_values.breakdown_value = 'driving_licence') as licences,
        sum(claim_values.value) filter (where claim_values.region_code = 'KZ' and claim_values.breakdown = 'all') as violations,
        sum(claim_values.value) filter (
            where claim_values.region_code = dominant_region.region_code and claim_values.breakdown_value = 'driving_licence'
        ) as dominant_licences,
        sum(claim_values.value) filter (
            where claim_values.region_code = dominant_region.region_code and claim_values.breakdown = 'all'
        ) as dominant_violations
    from claim_values
    cross join dominant_region
    where
        claim_values.claim_id = 'M8'
        and (claim_values.breakdown = 'all' or claim_values.breakdown = 'service')
    group by 1
),

complaint_channels as (
    select
        claim_periods.period,
        sum(channels.appeals) as complaints,
        sum(channels.appeals) filter (where channels.channel = 'smart_data_ukimet') as blind_complaints
    from {{ ref('int_claim_periods') }} as claim_periods
    inner join (  -- noqa: ST05
        select
            month_start,
            'eotinish' as channel,
            1 as appeals
        from {{ ref('int_appeals') }}
        where kind = 'complaint'
        union all
        select
            cast(date_trunc('month', month) as date) as month_start,
            'smart_data_ukimet' as channel,
            appeals
        from {{ ref('stg_smart_data_ukimet_monthly') }}
        where kind = 'complaint'
    ) as channels
        on channels.month_start between claim_periods.first_month and claim_periods.last_month
    where claim_periods.claim_id = 'M7'
    group by 1
),

exam_starts as (
    select
        claim_periods.period,
        sum(exam_months.attempts) filter (where exam_months.result = 'passed' and exam_months.out_of_hours_cause = 'late_status_update')
            as late_passed,
        sum(exam_months.attempts) filter (where exam_months.out_of_hours_cause = 'late_status_update') as late_attempts,
        sum(exam_months.started_out_of_hours) filter (where exam_months.result = 'passed') as outside_passed,
        sum(exam_months.started_out_of_hours) as outside_attempts,
        sum(exam_months.attempts - exam_months.started_out_of_hours) filter (where exam_months.result = 'passed') as inside_passed,
        sum(exam_months.attempts - exam_months.started_out_of_hours) as inside_attempts
    from {{ ref('int_claim_periods') }} as claim_periods
    inner join {{ ref('int_exam_months') }} as exam_months
        on exam_months.month_start between claim_periods.first_month and claim_periods.last_month
    where claim_periods.claim_id = 'M10'
    group by 1
),

candidates as (
    select
        claim_periods.period,
        count(distinct candidate_months.candidate_token) as candidates,
        count(distinct candidate_months.candidate_token) filter (
            where candidate_months.is_over_month_limit or candidate_months.is_over_two_month_limit
        ) as candidates_over
    from {{ ref('int_claim_periods') }} as claim_periods
    inner join {{ ref('int_candidate_months') }} as candidate_months
        on candidate_months.month_start between claim_periods.first_month and claim_periods.last_month
    where claim_periods.claim_id = 'M11'
    group by 1
),

-- each share by its parts
shares as (
    select
        claim_id,
        'satisfied_of_decided' as figure_key,
        period,
        numerator as events,
        denominator as trials
    from country
    where metric_key = 'court_satisfied_pct'

    union all

    select
        decided.claim_id,
        'satisfied_of_all' as figure_key,
        decided.period,
        decided.numerator as events,
        cases.value as trials
    from country as decided
    inner join country as cases
        on
            decided.claim_id = cases.claim_id
            and decided.period = cases.period
            and cases.metric_key = 'court_cases'
            and cases.breakdown = 'all'
    where decided.metric_key = 'court_satisfied_pct'

    union all

    select
        claim_values.claim_id,
        'named_regions_of_all' as figure_key,
        claim_values.period,
        sum(claim_values.value) filter (where named_regions.region_code is not null) as events,
        sum(claim_values.value) filter (where claim_values.region_code = 'KZ') as trials
    from claim_values
    left join named_regions
        on claim_values.region_code = named_regions.region_code
    where
        claim_values.claim_id = 'M2'
        and claim_values.breakdown = 'all'
    group by 1, 2, 3

    union all

    select
        claim_values.claim_id,
        'central_office_of_all' as figure_key,
        claim_values.period,
        sum(claim_values.value) filter (where claim_values.region_code = 'HQ') as events,
        sum(claim_values.value) filter (where claim_values.region_code = 'KZ') as trials
    from claim_values
    where
        claim_values.claim_id = 'M2'
        and claim_values.breakdown = 'all'
    group by 1, 2, 3

    union all

    select
        claim_id,
        'severe_of_all' as figure_key,
        period,
        sum(value) filter (where breakdown_value in ('severe_reprimand', 'dismissal')) as events,
        sum(value) filter (where breakdown = 'all') as trials
    from country
    where
        claim_id = 'M3'
        and breakdown in ('all', 'penalty')
    group by 1, 2, 3

    union all

    select
        claim_id,
        'reprimand_or_stricter_of_all' as figure_key,
        period,
        sum(value) filter (where breakdown_value in ('reprimand', 'severe_reprimand', 'dismissal')) as events,
        sum(value) filter (where breakdown = 'all') as trials
    from country
    where
        claim_id = 'M3'
        and breakdown in ('all', 'penalty')
    group by 1, 2, 3

    union all

    select
        claim_id,
        'repeaters_of_penalised' as figure_key,
        period,
        numerator as events,
        denominator as trials
    from country
    where metric_key = 'repeat_offender_pct'

    union all

    select
        repeaters.claim_id,
        'repeaters_per_100_penalties' as figure_key,
        repeaters.period,
        repeaters.value as events,
        penalties.value as trials
    from country as repeaters
    inner join country as penalties
        on
            repeaters.claim_id = penalties.claim_id
            and repeaters.period = penalties.period
            and penalties.metric_key = 'penalties'
            and penalties.breakdown = 'all'
    where repeaters.metric_key = 'repeat_offenders'

    union all

    select
        claim_id,
        'inquiries_of_appeals' as figure_key,
        period,
        sum(value) filter (where breakdown = 'kind' and breakdown_value = 'inquiry') as events,
        sum(value) filter (where breakdown = 'all') as trials
    from country
    where claim_id = 'M5'
    group by 1, 2, 3

    union all

    select
        claim_id,
        'confirmed_of_sampled' as figure_key,
        period,
        numerator as events,
        denominator as trials
    from country
    where metric_key = 'complaints_confirmed_pct'

    union all

    select
        'M7' as claim_id,
        'blind_of_complaints' as figure_key,
        period,
        coalesce(blind_complaints, 0) as events,
        complaints as trials
    from complaint_channels

    union all

    select
        'M8' as claim_id,
        'licences_of_violations' as figure_key,
        period,
        licences as events,
        violations as trials
    from violations

    union all

    select
        'M8' as claim_id,
        'licences_without_dominant' as figure_key,
        period,
        licences - dominant_licences as events,
        violations - dominant_violations as trials
    from violations

    union all

    select
        claim_id,
        'without_theory_of_assessable' as figure_key,
        period,
        numerator as events,
        denominator as trials
    from country
    where metric_key = 'practical_without_theory_pct'

    union all

    select
        'M10' as claim_id,
        'late_updates_of_reported' as figure_key,
        period,
        sum(value) filter (where breakdown = 'cause' and breakdown_value = 'late_status_update') as events,
        sum(value) filter (where breakdown = 'all') as trials
    from country
    where
        claim_id = 'M10'
        and metric_key = 'out_of_hours_exams'
    group by 1, 2, 3

    union all

    select
        'M10' as claim_id,
        'passed_outside' as figure_key,
        period,
        outside_passed as events,
        outside_attempts as trials
    from exam_starts

    union all

    select
        'M10' as claim_id,
        'passed_inside' as figure_key,
        period,
        inside_passed as events,
        inside_attempts as trials
    from exam_starts

    union all

    select
        'M10' as claim_id,
        'passed_late_updates' as figure_key,
        period,
        late_passed as events,
        late_attempts as trials
    from exam_starts

    union all

    select
        'M11' as claim_id,
        'candidates_over_limit' as figure_key,
        period,
        candidates_over as events,
        candidates as trials
    from candidates
)

select
    shares.claim_id,
    shares.figure_key,
    shares.period,
    cast(shares.events as double) as events,
    cast(shares.trials as double) as trials,
    100 * shares.events / nullif(cast(shares.trials as double), 0) as value,
    100 * {{ wilson_lower('shares.events', 'shares.trials', rule('confidence_z')) }} as lower_bound,
    100 * {{ wilson_upper('shares.events', 'shares.trials', rule('confidence_z')) }} as upper_bound
from shares
where
    shares.trials > 0
    and shares.events is not null
