"""Plausibility of marts.risk_register: the figures are those of kpi_values, and nothing is judged without one."""

from expectations.checks import Check, columns_exist
from expectations.marts.facts import MEND_THE_MODEL
from expectations.seeds import threshold

TARGET = "marts.risk_register"
COLUMNS = ("risk_no", "factor_no", "metric_key", "period_start", "region_code", "value", "status", "reason")
ROW_KEY = "factor_no, metric_key, period_start, region_code"


def suite() -> tuple[Check, ...]:
    """The checks of risk_register."""
    tolerance = threshold("sum_tolerance")
    return (
        columns_exist(
            TARGET,
            dict.fromkeys(COLUMNS),
            meaning="risk_register has the columns that were promised to its readers.",
            what_to_do=MEND_THE_MODEL,
        ),
        Check(
            name="values_as_in_kpi_values",
            target=TARGET,
            severity="error",
            meaning="The value of a factor is the year's figure of its metric in kpi_values.",
            what_to_do="A reader would find two figures for one thing. " + MEND_THE_MODEL,
            rows_query=f"""\
select register.factor_no, register.metric_key, register.period_start, register.region_code, register.value, kpi.value
from {TARGET} as register
left join marts.kpi_values as kpi
    on
        register.metric_key = kpi.metric_key
        and register.period_start = kpi.period_start
        and register.region_code = kpi.region_code
        and kpi.period_grain = 'year'
        and kpi.breakdown = 'all'
where
    (register.value is null) <> (kpi.value is null)
    or abs(register.value - kpi.value) > {tolerance:.15f} * greatest(1, abs(kpi.value))""",
        ),
        Check(
            name="no_status_without_a_value",
            target=TARGET,
            severity="error",
            meaning="A factor without a value is no_data, never normal: no data must not read as clean.",
            what_to_do=MEND_THE_MODEL,
            rows_query=f"""\
select {ROW_KEY}, status
from {TARGET}
where
    value is null
    and status <> 'no_data'""",
        ),
    )
