{# Intervals for small numbers. `z` is how many standard deviations wide: an expression, usually the rule confidence_z.
   Shares are parts of 1; nothing tried gives null. Each is tested in tests/dbt/statistics with numbers worked out by hand. #}

{# Wilson's score interval of a share (Wilson 1927). #}
{% macro wilson_lower(successes, trials, z) -%}
    {{ wilson_bound(successes, trials, z, '-') }}
{%- endmacro %}

{% macro wilson_upper(successes, trials, z) -%}
    {{ wilson_bound(successes, trials, z, '+') }}
{%- endmacro %}

{% macro wilson_bound(successes, trials, z, sign) -%}
    (
        (
            {{ successes }} + {{ z }} * {{ z }} / 2.0
            {{ sign }} {{ z }} * sqrt(
                greatest({{ successes }} * ({{ trials }} - {{ successes }}) / nullif(cast({{ trials }} as double), 0), 0)
                + {{ z }} * {{ z }} / 4.0
            )
        ) / nullif({{ trials }} + {{ z }} * {{ z }}, {{ z }} * {{ z }})
    )
{%- endmacro %}

{# Newcombe's interval of the difference of two shares, second less first (Newcombe 1998, method 10). #}
{% macro newcombe_lower(first_successes, first_trials, second_successes, second_trials, z) -%}
    (
        {{ second_successes }} / nullif(cast({{ second_trials }} as double), 0)
        - {{ first_successes }} / nullif(cast({{ first_trials }} as double), 0)
        - sqrt(
            power({{ second_successes }} / nullif(cast({{ second_trials }} as double), 0) - {{ wilson_lower(second_successes, second_trials, z) }}, 2)
            + power({{ wilson_upper(first_successes, first_trials, z) }} - {{ first_successes }} / nullif(cast({{ first_trials }} as double), 0), 2)
        )
    )
{%- endmacro %}

{% macro newcombe_upper(first_successes, first_trials, second_successes, second_trials, z) -%}
    (-{{ newcombe_lower(second_successes, second_trials, first_successes, first_trials, z) }})
{%- endmacro %}

{# Byar's interval of a count of events (Breslow and Day 1987). #}
{% macro poisson_lower(events, z) -%}
    case
        when {{ events }} > 0
            then {{ events }} * power(greatest(1 - 1 / (9.0 * {{ events }}) - {{ z }} / (3 * sqrt({{ events }})), 0), 3)
        when {{ events }} = 0 then 0.0
    end
{%- endmacro %}

{% macro poisson_upper(events, z) -%}
    case
        when {{ events }} >= 0
            then ({{ events }} + 1) * power(1 - 1 / (9.0 * ({{ events }} + 1)) + {{ z }} / (3 * sqrt({{ events }} + 1)), 3)
    end
{%- endmacro %}

{# Interval of the ratio of two rates, second over first, on the log scale. Half an event is added to both, so that none at all has a ratio
   (Haldane 1956). #}
{% macro rate_ratio(first_events, first_exposure, second_events, second_exposure) -%}
    (({{ second_events }} + 0.5) / nullif({{ second_exposure }}, 0) / (({{ first_events }} + 0.5) / nullif({{ first_exposure }}, 0)))
{%- endmacro %}

{# A delivered count may be negative (a correction, a slip): then there is no interval, rather than no model. #}
{% macro log_rate_ratio_deviation(first_events, second_events) -%}
    sqrt(case
        when {{ first_events }} >= 0 and {{ second_events }} >= 0
            then 1 / ({{ first_events }} + 0.5) + 1 / ({{ second_events }} + 0.5)
    end)
{%- endmacro %}

{% macro rate_ratio_lower(first_events, first_exposure, second_events, second_exposure, z) -%}
    {{ rate_ratio(first_events, first_exposure, second_events, second_exposure) }}
    * exp(-{{ z }} * {{ log_rate_ratio_deviation(first_events, second_events) }})
{%- endmacro %}

{% macro rate_ratio_upper(first_events, first_exposure, second_events, second_exposure, z) -%}
    {{ rate_ratio(first_events, first_exposure, second_events, second_exposure) }}
    * exp({{ z }} * {{ log_rate_ratio_deviation(first_events, second_events) }})
{%- endmacro %}

{# A number in a sentence, rounded to so many places; 'nothing' where there is none. #}
{% macro in_words(number, decimals=1) -%}
    coalesce(cast(cast({{ number }} as decimal(28, {{ decimals }})) as string), 'nothing')
{%- endmacro %}
