with

centres as (
    select * from {{ ref('stg_centres') }}
),

attempts as (
    select * from {{ ref('int_exam_attempts') }}
),

applications as (
    select * from {{ ref('int_service_applications') }}
),

registrations as (
    select * from {{ ref('stg_vehicle_registrations') }}
),

violations as (
    select * from {{ ref('stg_violations') }}
),

periods as (
    select * from {{ ref('int_metric_periods') }}
    where period_grain = 'year'
),

metrics as (
    select * from {{ ref('metrics') }}
),

units as (
    select * from {{ ref('metric_units') }}
),

exam_years as (
    select
        centre_code,
        cast(date_trunc('year', month_start) as date) as period_start,
        count(*) filter (where exam = 'theory') as theory_attempts,
        count(*) filter (where exam = 'theory' and result = 'passed') as theory_passes,
        count(*) filter (where exam = 'theory' and finished_at is not null) as theory_attempts_with_end,
        count(*) filter (where is_under_5_min) as theory_under_5_min,
        count(*) filter (where exam = 'practical') as practical_attempts,
        count(*) filter (where exam = 'practical' and result = 'passed') as practical_passes,
        count(*) filter (where is_first_counting_practical) as first_practicals,
        count(*) filter (where is_first_counting_practical and result = 'passed') as first_practical_passes,
        count(*) filter (where out_of_hours_cause is not null) as out_of_hours_exams,
        count(*) filter (where is_started_out_of_hours) as out_of_hours_started,
        count(*) filter (where is_day_off and result = 'passed') as day_off_passes
    from attempts
    where is_counting
    group by 1, 2
),

counted as (
    {%- for metric in [
        'theory_attempts', 'practical_attempts', 'theory_under_5_min', 'out_of_hours_exams', 'out_of_hours_started', 'day_off_passes'
    ] %}
    select
        '{{ metric }}' as metric_key,
        centre_code,
        period_start,
        {{ metric }} as events,
        cast(null as bigint) as trials
    from exam_years
    union all
    {%- endfor %}
    {%- for metric, events, trials in [
        ('theory_pass_pct', 'theory_passes', 'theory_attempts'),
        ('practical_pass_pct', 'practical_passes', 'practical_attempts'),
        ('first_practical_pass_pct', 'first_practical_passes', 'first_practicals'),
        ('theory_under_5_min_pct', 'theory_under_5_min', 'theory_attempts_with_end'),
    ] %}
    select
        '{{ metric }}' as metric_key,
        centre_code,
        period_start,
        {{ events }} as events,
        {{ trials }} as trials
    from exam_years
    union all
    {%- endfor %}
    select
        'service_applications' as metric_key,
        centre_code,
        cast(date_trunc('year', month_start) as date) as period_start,
        count(*) as events,
        cast(null as bigint) as trials
    from applications
    group by 1, 2, 3
    union all
    select
        'vehicle_registrations' as metric_key,
        centre_code,
        cast(date_trunc('year', registered_at) as date) as period_start,
        count(*) as events,
        cast(null as bigint) as trials
    from registrations
    group by 1, 2, 3
    union all
    select
        'violations' as metric_key,
        centre_code,
        cast(date_trunc('year', detected_on) as date) as period_start,
        count(*) as events,
        cast(null as bigint) as trials
    from violations
    group by 1, 2, 3
),

-- a centre without an event in a year that its source covers has counted none
gridded as (
    select
        kinds.metric_key,
        centres.centre_code,
        centres.region_code,
        periods.period_start,
        units.unit,
        units.interval_kind,
        metrics.scale,
        counted.trials,
        case when units.measure = 'total' then coalesce(counted.events, 0) else counted.events end as events
    from (select distinct metric_key from counted) as kinds
    inner join metrics
        on kinds.metric_key = metrics.metric_key
    inner join units
        on metrics.unit = units.unit
    inner join periods
        on kinds.metric_key = periods.metric_key
    cross join centres
    left join counted
        on
            kinds.metric_key = counted.metric_key
            and centres.centre_code = counted.centre_code
            and periods.period_start = counted.period_start
),

valued as (
    select
        *,
        {{ rule('confidence_z') }} as z
    from gridded
)

select
    metric_key,
    period_start,
    centre_code,
    region_code,
    unit,
    cast(case when interval_kind = 'wilson' then scale * events / nullif(trials, 0) else events end as double) as value,
    cast(case when interval_kind = 'wilson' then events end as double) as numerator,
    cast(case when interval_kind = 'wilson' then trials end as double) as denominator,
    case
        when interval_kind = 'wilson' and trials > 0 then scale * {{ wilson_lower('events', 'trials', 'z') }}
        when interval_kind = 'poisson' then {{ poisson_lower('events', 'z') }}
    end as interval_lower,
    case
        when interval_kind = 'wilson' and trials > 0 then scale * {{ wilson_upper('events', 'trials', 'z') }}
        when interval_kind = 'poisson' then {{ poisson_upper('events', 'z') }}
    end as interval_upper
from valued
