"""Whatever the deliveries hold, no run breaks and no row is lost: rows in are rows loaded, quarantined or rejected.

A load of a thousand small files costs little more than one of a single file, so Hypothesis makes the deliveries, all
are loaded in one run, and then everything is counted. The same deliveries come every time. For others, and more:

    TAUEKEL_FUZZ_DELIVERIES=20000 .venv/bin/python -m pytest tests/fuzz -m slow --hypothesis-profile=random
"""

import csv
import gzip
import io
import os
import re
from collections import Counter, defaultdict

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings

from expectations.raw_deliveries import SPELLING
from orchestration.contract import load_contract
from orchestration.ingestion.readers.incoming import trimmed
from orchestration.settings import PROJECT_DIR
from tests.fuzz.generated import Delivery, deliveries
from tests.installations import Installation

CONTRACT = load_contract()
DELIVERIES_IN_A_NIGHT = 250
DELIVERIES_IN_ALL = 3000
NIGHTS = 5
SPELLINGS = PROJECT_DIR / "seeds" / "region_spellings.csv"
REGION_CODES = dict(row for row in csv.reader(SPELLINGS.open(encoding="utf-8")))


def made(number: int) -> list[Delivery]:
    """That many deliveries, or somewhat fewer."""
    found: list[Delivery] = []

    @hypothesis_settings(
        max_examples=number,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(deliveries())
    def make(delivery: Delivery) -> None:
        found.append(delivery)

    make()
    return found


Delivered = dict[tuple[str, str], Delivery]


def load_nights(installation: Installation, nights: list[list[Delivery]]) -> Delivered:
    """Deliver and load, night by night; (source, file name) -> delivery."""
    delivered: Delivered = {}
    for night, found in enumerate(nights):
        for number, delivery in enumerate(found):
            name = f"{night:02}_{number:05}.{delivery.ending}"
            installation.deliver(f"{delivery.source}/{name}", delivery.content)
            delivered[delivery.source, name] = delivery
        installation.load()
    return delivered


def test_a_night_of_deliveries_of_every_kind(installation):
    delivered = load_nights(installation, [made(DELIVERIES_IN_A_NIGHT)])
    check_everything(installation, delivered)


@pytest.mark.slow
def test_nights_of_thousands_of_deliveries(installation):
    found = made(int(os.environ.get("TAUEKEL_FUZZ_DELIVERIES", DELIVERIES_IN_ALL)))
    delivered = load_nights(installation, [found[night::NIGHTS] for night in range(NIGHTS)])
    check_everything(installation, delivered)


def check_everything(installation: Installation, delivered: Delivered) -> None:
    every_file_has_one_row_in_the_ledger(installation, delivered)
    no_row_is_lost(installation, delivered)
    no_value_is_lost(installation, delivered)
    the_tables_hold_what_the_ledger_says(installation)
    the_newest_row_of_each_key_is_current(installation)
    two_identifiers_stay_two_and_one_stays_one(installation, delivered)
    no_personal_number_is_readable(installation, delivered)
    assert installation.load().load_run is None


def every_file_has_one_row_in_the_ledger(installation: Installation, delivered: Delivered) -> None:
    ledger = installation.rows("select source, file_name, status, reason from raw.ledger")
    assert Counter((source, name) for source, name, *_ in ledger) == Counter(list(delivered))
    first = {}
    for (source, name), delivery in sorted(delivered.items()):
        first.setdefault((source, delivery.content), name)
    for source, name, status, reason in ledger:
        is_first = first[source, delivered[source, name].content] == name
        assert (status == "duplicate") == (not is_first), (source, name)
        assert reason or status not in ("duplicate", "rejected"), (source, name)


def no_row_is_lost(installation: Installation, delivered: Delivered) -> None:
    lost = []
    for source, name, status, loaded, quarantined, reason in installation.rows(
        "select source, file_name, status, rows_loaded, rows_quarantined, reason from raw.ledger"
    ):
        delivery = delivered[source, name]
        rows = rows_of_damaged(delivery) if delivery.rows is None else delivery.rows
        is_lawful = delivery.rows is not None and delivery.rows == delivery.good_rows > 0
        if status in ("duplicate", "rejected"):
            ok = (loaded, quarantined) == (0, 0) and (status == "duplicate" or not is_lawful)
        else:
            ok = rows in (None, loaded + quarantined) and (delivery.rows is None or loaded >= delivery.good_rows)
        if not ok:
            lost.append((source, name, status, reason, f"{rows} rows in, {loaded} loaded, {quarantined} quarantined"))
    assert not lost


def no_value_is_lost(installation: Installation, delivered: Delivered) -> None:
    """A cell of a loaded row is empty if, and only if, it was delivered so."""
    names = dict(installation.rows("select delivery_id, file_name from raw.ledger"))
    lost = []
    for source, contract in CONTRACT.items():
        columns = [column.name for column in contract.columns]
        quoted = ", ".join(f'"{name}"' for name in columns)
        for delivery_id, row, *values in installation.rows(
            f"select _delivery_id, _row_number, {quoted} from raw.{source}"
        ):
            texts = delivered[source, names[delivery_id]].texts
            for column, value in zip(columns, values, strict=True):
                text = texts[row - 1].get(column, "") if texts is not None else ""
                if texts is not None and bool(trimmed(text)) != (value is not None):
                    lost.append((source, names[delivery_id], row, column, text, value))
    assert not lost


def rows_of_damaged(delivery: Delivery) -> int | None:
    """The records in a damaged file, as other readers than the product's count them; None when those cannot either."""
    kind = delivery.ending.lower()
    try:
        content = gzip.decompress(delivery.content) if kind.endswith(".gz") else delivery.content
        match kind.removesuffix(".gz"):
            case "csv" | "tsv":
                return records_of_csv(decoded(content), delivery.source)
            case "jsonl":
                return sum(1 for line in lines_of(decoded(content)) if trimmed(line))
            case "parquet":
                return pl.read_parquet(io.BytesIO(content)).height
            case _:
                return None
    # Whatever another library makes of damaged bytes.
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | MemoryError):
            raise
        return None


def decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("kz1048")


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def records_of_csv(text: str, source: str) -> int:
    known = {column.name for column in CONTRACT[source].columns}
    lines = [f"{line}\n" for line in "\n".join(lines_of(text)).strip("\n").split("\n")]

    def records(separator: str) -> list[list[str]]:
        return [r for r in csv.reader(lines, delimiter=separator) if len(r) > 1 or any(trimmed(field) for field in r)]

    tables = [records(separator) for separator in ",;\t"]
    return len(max(tables, key=lambda table: len(known & {trimmed(name).lower() for name in table[0]}))) - 1


def the_tables_hold_what_the_ledger_says(installation: Installation) -> None:
    ledger = {
        delivery_id: (loaded, quarantined)
        for delivery_id, loaded, quarantined in installation.rows(
            "select delivery_id, rows_loaded, rows_quarantined from raw.ledger where rows_loaded + rows_quarantined > 0"
        )
    }
    good, bad = defaultdict(set), defaultdict(set)
    for source in CONTRACT:
        for delivery_id, row in installation.rows(f"select _delivery_id, _row_number from raw.{source}"):
            assert row not in good[delivery_id]
            good[delivery_id].add(row)
    for delivery_id, row in installation.rows("select delivery_id, row_number from raw.quarantine"):
        bad[delivery_id].add(row)
    assert {d: (len(good[d]), len(bad[d])) for d in good.keys() | bad.keys()} == ledger
    for delivery_id in ledger:
        assert not good[delivery_id] & bad[delivery_id]
        assert min(good[delivery_id] | bad[delivery_id]) >= 1


def the_newest_row_of_each_key_is_current(installation: Installation) -> None:
    """Rows loaded are current ones and superseded ones: told by the contract's rule, and by the SQL of staging."""
    for name, source in CONTRACT.items():
        keys = ", ".join(f'"{column}"' for column in source.key)
        newest: dict[tuple[object, ...], tuple[int, int]] = {}
        rows = installation.rows(f"select _delivery_id, _row_number, {keys} from raw.{name}")
        for delivery_id, row, *values in rows:
            key = tuple(key_value(source.column(c).type, v) for c, v in zip(source.key, values, strict=True))
            newest[key] = max(newest.get(key, (0, 0)), (delivery_id, row))
        region = next((f"{SPELLING.format(column=c)}" for c in source.key if source.column(c).type == "region"), "null")
        current = installation.rows(
            f"select max((_delivery_id, _row_number)) from raw.{name} as delivered "
            f"left join read_csv('{SPELLINGS}') as spellings on spellings.spelling = {region} "
            f"group by _business_key, case when {region} is not null then coalesce(region_code, 'unknown') end"
        )
        assert {pair for (pair,) in current} == set(newest.values()), name


def key_value(column_type: str, value: object) -> object:
    if column_type == "code":
        return str(value).lower()
    if column_type == "region":
        return REGION_CODES.get(" ".join(str(value).lower().replace(".", " ").split()), "unknown") if value else "HQ"
    return value


def two_identifiers_stay_two_and_one_stays_one(installation: Installation, delivered: Delivered) -> None:
    """Whatever masks make of them, counted by what was delivered."""
    became: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for delivery_id, source, name in installation.rows("select delivery_id, source, file_name from raw.ledger"):
        for row, column, text in delivered[source, name].identifiers:
            found = installation.rows(
                f"select {column} from raw.{source} where _delivery_id = {delivery_id} and _row_number = {row}"
            )
            became[source, column] |= {(text, value) for (value,) in found}
    assert any("[IIN]" in value for pairs in became.values() for _, value in pairs)
    for place, pairs in became.items():
        assert len({text for text, _ in pairs}) == len({value for _, value in pairs}) == len(pairs), place


def no_personal_number_is_readable(installation: Installation, delivered: Delivered) -> None:
    personal = set().union(*(delivery.personal_numbers for delivery in delivered.values()))
    assert personal
    # In the bytes of the files a text may be packed.
    for (table,) in installation.rows("select table_name from duckdb_tables() where schema_name = 'raw'"):
        texts = str(installation.rows(f'select * from raw."{table}"'))
        assert not personal & set(re.findall(r"(?=(\d{12}))", texts)), table
    for path in installation.settings.data_dir.rglob("*"):
        if path.is_file() and path != installation.settings.vault:
            found = re.findall(rb"(?=(\d{12}))", path.read_bytes())
            assert not personal & {number.decode() for number in found}, path.name
