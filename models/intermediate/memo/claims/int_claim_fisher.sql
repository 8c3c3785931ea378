with

shares as (
    select * from {{ ref('int_claim_shares') }}
    where claim_id = 'M6'
),

tables as (
    select
        max(events) filter (where period = 'compared') as first_events,
        max(trials) filter (where period = 'compared') as first_trials,
        max(events) filter (where period = 'period') as second_events,
        max(trials) filter (where period = 'period') as second_trials
    from shares
    having count(*) = 2
),

numbers as (
    select {{ each_number('0', 'cast(first_trials + second_trials as bigint)') }} as number
    from tables
),

-- n! as a running sum of logarithms: no factorial overflows, and every engine has it
log_factorials as (
    select
        number,
        sum(case when number = 0 then 0 else ln(number) end) over (order by number) as log_factorial
    from numbers
),

-- every table with the same margins: so many events of the first period, the others of the second
splits as (
    select
        numbers.number as events,
        tables.first_events,
        first_trials.log_factorial - first_hit.log_factorial - first_missed.log_factorial
        + second_trials.log_factorial - second_hit.log_factorial - second_missed.log_factorial
        - whole.log_factorial + hit.log_factorial + missed.log_factorial as log_probability
    from tables
    inner join numbers
        on
            tables.first_trials >= numbers.number
            and numbers.number <= tables.first_events + tables.second_events
            and tables.first_events + tables.second_events - numbers.number <= tables.second_trials
    inner join log_factorials as first_trials
        on tables.first_trials = first_trials.number
    inner join log_factorials as first_hit
        on numbers.number = first_hit.number
    inner join log_factorials as first_missed
        on tables.first_trials - numbers.number = first_missed.number
    inner join log_factorials as second_trials
        on tables.second_trials = second_trials.number
    inner join log_factorials as second_hit
        on tables.first_events + tables.second_events - numbers.number = second_hit.number
    inner join log_factorials as second_missed
        on tables.second_trials - (tables.first_events + tables.second_events - numbers.number) = second_missed.number
    inner join log_factorials as whole
        on tables.first_trials + tables.second_trials = whole.number
    inner join log_factorials as hit
        on tables.first_events + tables.second_events = hit.number
    inner join log_factorials as missed
        on tables.first_trials + tables.second_trials - tables.first_events - tables.second_events = missed.number
),

observed as (
    select log_probability
    from splits
    where events = first_events
)

-- two-sided: all tables that are no likelier than the observed one
select
    'M6' as claim_id,
    -- the logarithms carry noise from the twelfth place on
    round(sum(exp(splits.log_probability)), 6) as p_value
from splits
cross join observed
where splits.log_probability <= observed.log_probability + {{ rule('float_noise') }}
having count(*) > 0
