"""What the rules of the contract cost on a delivery: the load of a csv of exam attempts against a bare read of it.

    python -m benchmarks.ingestion [--rows 500000]

Both are timed in turns in one run, in CPU seconds, and the ratio is printed: machines differ, ratios hold.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import duckdb

from orchestration.contract import load_contract
from orchestration.ingestion.load import load_deliveries
from orchestration.settings import Settings

TURNS = 3

ATTEMPTS = """
select
    'T' || i as attempt_id,
    (900101300000 + i % 700000)::varchar as candidate_iin,
    'C' || (i % 60) as centre_code,
    'B' as category,
    strftime(timestamp '2024-01-01 09:00:00' + to_seconds(i * 37), '%Y-%m-%d %H:%M:%S') as started_at,
    strftime(timestamp '2024-01-01 09:20:00' + to_seconds(i * 37), '%d.%m.%Y %H:%M:%S') as finished_at,
    strftime(timestamp '2024-01-01 09:20:10' + to_seconds(i * 37), '%Y-%m-%dT%H:%M:%S') || '+06:00' as recorded_at,
    case when i % 2 = 0 then 'passed' else 'FAILED' end as result,
    '87,5' as score,
    'E' || (i % 300) as examiner_id,
    'W' || (i % 20) as workstation,
    'School ' || (i % 100) as driving_school
from range({rows}) as numbers (i)
"""


def bare_read(delivery: Path) -> float:
    """CPU seconds to read the file into a table of texts."""
    started = time.process_time()
    with duckdb.connect() as connection:
        connection.execute(f"create table texts as from read_csv('{delivery}', all_varchar = true, delim = ';')")
    return time.process_time() - started


def load(delivery: Path) -> float:
    """CPU seconds to load the file: typed, tokenised, with ledger and vault."""
    with tempfile.TemporaryDirectory() as data_dir:
        settings = Settings(landing_dir=delivery.parent.parent, data_dir=Path(data_dir))
        started = time.process_time()
        load_deliveries(settings, load_contract())
        return time.process_time() - started


def main() -> None:
    """Print the medians of both and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingestion", description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as landing_dir:
        delivery = Path(landing_dir) / "theory_exams" / "attempts.csv"
        delivery.parent.mkdir()
        duckdb.sql(f"copy ({ATTEMPTS.format(rows=rows)}) to '{delivery}' (header, delimiter ';')")
        turns = [(bare_read(delivery), load(delivery)) for _ in range(TURNS)]
    bare, loaded = (statistics.median(times) for times in zip(*turns, strict=True))
    print(f"{rows:,} rows: bare read {bare:.1f} CPU s, load {loaded:.1f} CPU s, ratio {loaded / bare:.1f}")


if __name__ == "__main__":
    main()
