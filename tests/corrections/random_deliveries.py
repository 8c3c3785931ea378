"""Random deliveries of every source of the contract, by seed: valid rows for the most part, no key delivered twice."""

import csv
import io
import random
from datetime import date, timedelta

from orchestration.contract import Column, Source, load_contract

FILES_A_SOURCE = 3
ROWS_A_FILE = 25
FIRST_DAY, DAYS = date(2023, 1, 1), 3 * 365
CENTRES = [f"C{number}" for number in range(6)]
EMPLOYEES = [f"E{number}" for number in range(12)]
REGIONS = ["KZ-10", "Алматы қ.", "Алматы облысы", "г. Астана", "Atlantis", ""]
IINS = ["900101300126", "800000000028", "000020000003", "900101300120", "123456789012"]
# A share of the cells is not of its type: such rows go to quarantine, in any order of the files alike.
BAD_CELL = 0.01


def random_deliveries(seed: int) -> dict[str, str]:
    """File name below the landing folder -> csv text."""
    chance = random.Random(seed)  # noqa: S311 - test data, not secrets
    return {
        f"{source.name}/{number}.csv": _csv(chance, source, number)
        for source in load_contract().values()
        for number in range(FILES_A_SOURCE)
    }


def _csv(chance: random.Random, source: Source, file_number: int) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.name for column in source.columns)
    for row_number in range(ROWS_A_FILE):
        key = file_number * ROWS_A_FILE + row_number
        writer.writerow(_cell(chance, source, column, key) for column in source.columns)
    return text.getvalue()


def _cell(chance: random.Random, source: Source, column: Column, key: int) -> str:
    if column.name == source.key[0]:
        return _key(source, column, key)
    if not column.required and chance.random() < 0.2:
        return ""
    if chance.random() < BAD_CELL:
        return "?"
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    match column.type:
        case "date":
            return chance.choice([day.isoformat(), f"{day:%d.%m.%Y}"])
        case "timestamp":
            return f"{day} {chance.randrange(24):02}:{chance.randrange(60):02}{chance.choice(['', '', ':30', 'Z'])}"
        case "integer":
            return str(chance.choice([0, 1, 2, 40, 2015]))
        case "decimal":
            return chance.choice(["0", "1.5", "1 000,50", "87"])
        case "boolean":
            return chance.choice(["true", "жоқ", "да", "0"])
        case "iin":
            return chance.choice(IINS)
        case "region":
            return chance.choice(REGIONS)
        case "code":
            return chance.choice([*column.codes, "weird"])
        case "centre":
            return chance.choice([*CENTRES, "C99"])
        case "employee":
            return chance.choice([*EMPLOYEES, "E99"])
        case "string":
            return "09:00" if column.name.endswith(("opens_at", "closes_at")) else chance.choice(["a", "N7", "1"])


def _key(source: Source, column: Column, key: int) -> str:
    """The first key column alone tells all rows of a source apart, whatever the others hold."""
    known = {"centres": CENTRES, "employees": EMPLOYEES}.get(source.name, [])
    if key < len(known):
        return known[key]
    if column.type == "date":
        return (FIRST_DAY + timedelta(days=key)).isoformat()
    return f"K{key}" if column.type != "employee" else f"E{key}"
