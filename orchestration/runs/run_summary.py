"""What a run ends with: what was loaded, checked and published, how long it took, and what to do next."""

from collections import Counter

import dagster as dg
import duckdb

from orchestration.deliveries import LEDGER
from orchestration.doctor.remedies import what_to_do
from orchestration.publication import published_snapshot
from orchestration.runs.causes import first_cause
from orchestration.runs.machine_faults import fault_in
from orchestration.runs.run_log_files import log_file
from orchestration.settings import Settings

QUERY_TO_TRY = (
    "select region_code, value, change_pct from marts.marts.kpi_values where metric_key = 'practical_pass_pct' "
    "and period_grain = 'year' and period_start = '2025-01-01' and breakdown = 'all' order by value desc"
)

OUTCOMES = {"pass": "passed", "accepted": "accepted", "skipped": "not made", "no_data": "without data"}
CHECKERS = {"dbt": "dbt", "great_expectations": "Great Expectations", "freshness": "freshness", "volume": "volume"}


def print_summary(
    settings: Settings, instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult, seconds: float
) -> None:
    """Print the summary of a finished run on standard output."""
    steps = instance.get_run_step_stats(result.run_id)
    print(f"\nRun {result.run_id}: {'published' if result.success else 'FAILED'} after {seconds:.0f} s")
    for name, value in _facts(settings, result):
        print(f"  {name:<15} {value}")
    for step in sorted(steps, key=lambda step: step.start_time or 0):
        if step.start_time and step.end_time:
            print(f"  {'time':<15} {step.step_key:<32} {step.end_time - step.start_time:6.1f} s  {_status(step)}")
    if result.success:
        print(f"  {'marts':<15} {settings.published_marts}")
        print(f"  {'data docs':<15} {settings.data_docs_dir / 'index.html'}")
        print(f'  {"try":<15} duckdb -readonly {settings.published_marts} \\\n{"":<18}"{QUERY_TO_TRY}"')
        return
    is_new = any(
        event.is_step_materialization and event.asset_key == published_snapshot.key for event in result.all_events
    )
    print(f"\nThe published snapshot is {'new' if is_new else 'the one from before'}. What failed, and what to do:")
    said = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            cause = first_cause(error) if error else "no cause was given"
            said.append(f"{error}")
            print(f"  {event.step_key}: {cause}")
            # What a program of its own met with, only its log tells.
            if event.step_key == "dbt_build" and settings.dbt_log.exists():
                said.append(settings.dbt_log.read_text(encoding="utf-8"))
    fault = fault_in(said)
    if fault is not None:
        print(f"  {what_to_do(fault, settings)}")
    print("  Each failed check is named above with its rows; mend it and run again: loaded files are not read again.")
    print("  docs/operations/README.md says what to do at each step; `make doctor` looks at the installation.")
    print(f"  {'log':<15} {log_file(settings, result.run_id)}")


def _status(step: object) -> str:
    status = getattr(step, "status", None)
    return str(getattr(status, "value", "")).lower()


def _facts(settings: Settings, result: dg.ExecuteInProcessResult) -> list[tuple[str, str]]:
    if not settings.warehouse.exists():
        return []
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return [*_loaded(connection, result), *_checked(connection, result.run_id), *_reconciled(connection)]


def _loaded(connection: duckdb.DuckDBPyConnection, result: dg.ExecuteInProcessResult) -> list[tuple[str, str]]:
    new = Counter[str]()
    for event in result.asset_materializations_for_node("load_deliveries"):
        if event.asset_key == LEDGER:
            new.update({name: count.value for name, count in event.metadata.items() if isinstance(count.value, int)})
    (in_all,) = connection.execute(
        "select count(*), coalesce(sum(rows_loaded), 0), coalesce(sum(rows_quarantined), 0) from raw.ledger"
    ).fetchall()
    deliveries, rows, quarantined = in_all
    files = f"{new['loaded']} loaded, {new['duplicate']} duplicate, {new['rejected']} rejected"
    return [
        ("new deliveries", files),
        ("new rows", f"{new['rows_loaded']:,} loaded, {new['rows_quarantined']:,} in quarantine"),
        ("in all", f"{deliveries} deliveries, {rows:,} rows loaded, {quarantined:,} in quarantine"),
    ]


def _checked(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[tuple[str, str]]:
    results = Counter[str]()
    for checker, severity, status, count in connection.execute(
        "select checker, severity, status, count(*) from raw.check_results where run_id = ? group by all",
        [run_id],
    ).fetchall():
        broken = "warned" if severity == "warn" else "failed"
        results[OUTCOMES.get(status, broken)] += count
        results[checker] += count
    said = [f"{results[outcome]} {outcome}" for outcome in ("passed", "warned", "failed")]
    said += [
        f"{results[outcome]} {outcome}" for outcome in OUTCOMES.values() if outcome != "passed" and results[outcome]
    ]
    by_checker = ", ".join(f"{name} {results[checker]}" for checker, name in CHECKERS.items())
    return [("checks", f"{', '.join(said)} ({by_checker})")]


def _reconciled(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    if not connection.execute(
        "select 1 from information_schema.tables where table_schema = 'marts' and table_name = 'memo_reconciliation'"
    ).fetchone():
        return []
    by_status = dict(connection.execute("select status, count(*) from marts.memo_reconciliation group by 1").fetchall())
    as_expected = connection.execute("select count(*) from marts.memo_reconciliation where as_expected").fetchone()
    total = sum(by_status.values())
    assessed = total - by_status.get("no_data", 0)
    words = ", ".join(f"{by_status[s]} {s}" for s in ("match", "truncated", "differs", "no_data") if s in by_status)
    return [
        (
            "memo figures",
            f"{as_expected[0] if as_expected else 0} of {assessed} assessed as expected ({words})",
        )
    ]
