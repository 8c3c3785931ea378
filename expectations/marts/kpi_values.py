"""Plausibility of marts.kpi_values: values within their bounds, and sums that agree with their parts."""

from expectations.checks import Check, columns_exist, sql_list
from expectations.marts.facts import MEND_THE_MODEL
from expectations.seeds import seed_relation, threshold

TARGET = "marts.kpi_values"
COLUMNS = (
    "metric_key",
    "period_grain",
    "period_start",
    "region_code",
    "breakdown",
    "breakdown_value",
    "value",
    "numerator",
    "denominator",
    "unit",
    "prior_year_value",
    "change_pct",
    "share_pct",
    "regional_share_pct",
)
ROW_KEY = "metric_key, period_grain, period_start, region_code, breakdown, breakdown_value"

# Units whose figures are sums over events: never empty, and the sum of their months, regions and parts.
SUMMED_UNITS = ("count", "kzt", "litre", "hours")
# Units of which 0 says "none"; the others are null when there is nothing to divide or to order.
FILLED_UNITS = (*SUMMED_UNITS, "persons")

# Counts that do not add up: regions are counted once, schools are judged by all attempts of region and year.
NOT_ADDITIVE = ("audited_regions", "school_outliers")
# With the lawful retakes, practical attempts exceed the theory passes.
MAY_EXCEED_100_PCT = ("practical_per_theory_pass_pct",)
# A mention can have several themes, so its themes do not add up to the mentions.
MULTI_VALUED_BREAKDOWNS = ("theme",)

# Counts and percents that are not counted from rows but made of numbers that the source delivers. The
# contract lets a negative number load, so a negative figure here is the source's matter and stops nothing.
OF_DELIVERED_NUMBERS = ("appeals", "appeals_blind_pct", "illegally_registered_vehicles")
UNITS_COUNTED_FROM_ROWS = ("count", "persons", "percent")


def suite() -> tuple[Check, ...]:
    """The checks of kpi_values."""
    return (
        columns_exist(
            TARGET,
            dict.fromkeys(COLUMNS),
            meaning="kpi_values has the columns that were promised to its readers.",
            what_to_do=MEND_THE_MODEL,
        ),
        _counted_not_negative(),
        _delivered_not_negative(),
        _percents_up_to_100(),
        _sums_are_filled(),
        _country_is_sum_of_regions(),
        _year_is_sum_of_months(),
        _parts_add_up(),
        _drift(),
    )


def _counted_not_negative() -> Check:
    return Check(
        name="counted_values_are_not_negative",
        target=TARGET,
        severity="error",
        meaning="Counts of rows, numbers of persons and percents of counts are 0 or more.",
        what_to_do=MEND_THE_MODEL,
        rows_query=f"""\
select {ROW_KEY}, value
from {TARGET}
where
    value < 0
    and unit in ({sql_list(UNITS_COUNTED_FROM_ROWS)})
    and metric_key not in ({sql_list(OF_DELIVERED_NUMBERS)})""",
    )


def _delivered_not_negative() -> Check:
    return Check(
        name="delivered_quantities_are_not_negative",
        target=TARGET,
        severity="warn",
        meaning="Figures made of delivered numbers and times (money, litres, hours, days, appeals known as "
        "a count) are 0 "
        "or more.",
        what_to_do="Look for a negative number, or for an end before its beginning, in the month's "
        "deliveries of the "
        "metric's sources, and ask for a correction.",
        rows_query=f"""\
select {ROW_KEY}, value
from {TARGET}
where
    value < 0
    and (
        unit not in ({sql_list(UNITS_COUNTED_FROM_ROWS)})
        or metric_key in ({sql_list(OF_DELIVERED_NUMBERS)})
    )""",
    )


def _percents_up_to_100() -> Check:
    return Check(
        name="percents_are_up_to_100",
        target=TARGET,
        severity="error",
        meaning="A percent is a part of a whole: at most 100.",
        what_to_do=MEND_THE_MODEL,
        rows_query=f"""\
select {ROW_KEY}, value
from {TARGET}
where
    value > 100
    and unit = 'percent'
    and metric_key not in ({sql_list((*MAY_EXCEED_100_PCT, *OF_DELIVERED_NUMBERS))})""",
    )


def _sums_are_filled() -> Check:
    return Check(
        name="counts_and_sums_are_filled",
        target=TARGET,
        severity="error",
        meaning="Counts and sums of nothing are 0 and never empty.",
        what_to_do=MEND_THE_MODEL,
        rows_query=f"""\
select {ROW_KEY}
from {TARGET}
where
    value is null
    and unit in ({sql_list(FILLED_UNITS)})""",
    )


def _country_is_sum_of_regions() -> Check:
    return Check(
        name="country_is_sum_of_regions",
        target=TARGET,
        severity="error",
        meaning="KZ is the sum of the 20 regions, the central office and unknown, for all that is counted or summed.",
        what_to_do=MEND_THE_MODEL,
        rows_query=f"""\
select *
from (
    select
        kpi.metric_key,
        kpi.period_grain,
        kpi.period_start,
        kpi.breakdown,
        kpi.breakdown_value,
        sum(kpi.value) filter (where kpi.region_code = 'KZ') as country_value,
        coalesce(sum(kpi.value) filter (where kpi.region_code <> 'KZ'), 0) as sum_of_regions
    from {TARGET} as kpi
    inner join {seed_relation("metrics")} as metrics
        on
            kpi.metric_key = metrics.metric_key
            and metrics.regional = 'yes'
    where
        kpi.unit in ({sql_list(SUMMED_UNITS)})
        and kpi.metric_key not in ({sql_list(NOT_ADDITIVE)})
    group by 1, 2, 3, 4, 5
) as compared
where {_differ("country_value", "sum_of_regions")}""",
    )


def _year_is_sum_of_months() -> Check:
    return Check(
        name="year_is_sum_of_months",
        target=TARGET,
        severity="error",
        meaning="A year is the sum of its months, for all that is counted or summed.",
        what_to_do=MEND_THE_MODEL,
        rows_query=f"""\
select *
from (
    select
        kpi.metric_key,
        cast(date_trunc('year', kpi.period_start) as date) as year_start,
        kpi.region_code,
        kpi.breakdown,
        kpi.breakdown_value,
        sum(kpi.value) filter (where kpi.period_grain = 'year') as year_value,
        coalesce(sum(kpi.value) filter (where kpi.period_grain = 'month'), 0) as sum_of_months
    from {TARGET} as kpi
    inner join {seed_relation("metrics")} as metrics
        on
            kpi.metric_key = metrics.metric_key
            and metrics.grains = 'month year'
    where
        kpi.unit in ({sql_list(SUMMED_UNITS)})
        and kpi.metric_key not in ({sql_list(NOT_ADDITIVE)})
    group by 1, 2, 3, 4, 5
) as compared
where {_differ("year_value", "sum_of_months")}""",
    )


def _parts_add_up() -> Check:
    return Check(
        name="parts_add_up_to_all",
        target=TARGET,
        severity="error",
        meaning="The parts of a breakdown, unknown included, add up to the figure as a whole. (Not the "
        "themes of media "
        "mentions: one mention can have several.)",
        what_to_do=MEND_THE_MODEL,
        rows_query=f"""\
select *
from (
    select
        parts.metric_key,
        parts.period_grain,
        parts.period_start,
        parts.region_code,
        parts.breakdown,
        parts.sum_of_parts,
        whole.value as whole_value
    from (
        select
            metric_key,
            period_grain,
            period_start,
            region_code,
            breakdown,
            sum(value) as sum_of_parts
        from {TARGET}
        where
            breakdown <> 'all'
            and breakdown not in ({sql_list(MULTI_VALUED_BREAKDOWNS)})
            and unit in ({sql_list(SUMMED_UNITS)})
            and metric_key not in ({sql_list(NOT_ADDITIVE)})
        group by 1, 2, 3, 4, 5
    ) as parts
    left join {TARGET} as whole
        on
            parts.metric_key = whole.metric_key
            and parts.period_grain = whole.period_grain
            and parts.period_start = whole.period_start
            and parts.region_code = whole.region_code
            and whole.breakdown = 'all'
) as compared
where {_differ("whole_value", "sum_of_parts")}""",
    )


def _drift() -> Check:
    max_pct = threshold("drift_change_pct_max")
    min_value = threshold("drift_value_min")
    return Check(
        name="last_full_year_is_like_the_year_before",
        target=TARGET,
        severity="warn",
        meaning="No country figure of the last full year differs from the year before by more than "
        f"{max_pct:g} %. Only "
        f"counts and sums of at least {min_value:g} are compared.",
        what_to_do="Look at the months and regions of the metric: is it news, or are deliveries missing or "
        "doubled? Quote "
        "the figure only when you know.",
        rows_query=f"""\
with

full_years as (
    select metric_key, date_trunc('year', period_start) as year_start
    from {TARGET}
    where
        period_grain = 'month'
        and region_code = 'KZ'
        and breakdown = 'all'
    group by 1, 2
    having count(*) = 12
),

last_full_years as (
    select metric_key, max(year_start) as year_start
    from full_years
    group by 1
)

select
    kpi.metric_key,
    kpi.period_start,
    kpi.value,
    kpi.prior_year_value,
    kpi.change_pct
from {TARGET} as kpi
inner join last_full_years
    on
        kpi.metric_key = last_full_years.metric_key
        and kpi.period_start = last_full_years.year_start
inner join full_years as years_before
    on
        kpi.metric_key = years_before.metric_key
        and kpi.period_start = years_before.year_start + interval '1' year
where
    kpi.period_grain = 'year'
    and kpi.region_code = 'KZ'
    and kpi.breakdown = 'all'
    and kpi.unit in ({sql_list(FILLED_UNITS)})
    and kpi.prior_year_value >= {min_value:g}
    and abs(kpi.change_pct) > {max_pct:g}""",
    )


def _differ(whole: str, parts: str) -> str:
    """True when the two figures differ by more than rounding of doubles, or when the whole is missing."""
    tolerance = threshold("sum_tolerance")
    return f"coalesce(abs({whole} - {parts}) > {tolerance:.15f} * greatest(1, abs({whole})), true)"
