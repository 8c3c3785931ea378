"""The project's seeds as the checks read them: straight from the files, since the raw layer is audited "
"before dbt runs."""

import csv
from functools import cache
from pathlib import Path

SEEDS_DIR = Path(__file__).resolve().parent.parent / "seeds"


def seed_relation(name: str) -> str:
    """The seed `name` as a relation for a `from` clause, every column as text."""
    path = str(SEEDS_DIR / f"{name}.csv").replace("'", "''")
    return f"read_csv('{path}', header = true, all_varchar = true)"


@cache
def seed_rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of the seed `name`."""
    with (SEEDS_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def threshold(key: str, source: str | None = None) -> float:
    """The threshold `key` of check_thresholds.csv, in the unit given there; `key.source` stands above `key`.

    KeyError when the seed has neither.
    """
    values = {row["threshold_key"]: float(row["value"]) for row in seed_rows("check_thresholds")}
    own = values.get(f"{key}.{source}")
    return values[key] if own is None else own
