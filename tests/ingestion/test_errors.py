"""Errors that nobody foresaw: one file is rejected or the load fails, and no word of a delivery is repeated."""

import re
import traceback

import duckdb
import polars as pl
import pytest

from orchestration.ingestion import load, readers
from orchestration.ingestion.errors import LoadError
from orchestration.ingestion.tokens import SecretError

IIN = "900101300126"
CASES = "case_number,filed_on,proceeding,outcome\n1,2024-01-09,civil,pending\n"


class Panic(BaseException):
    """What a library written in Rust raises where its own assumptions fail."""


Panic.__module__ = pl.exceptions.PanicException.__module__


def failing(error):
    def fail(*arguments):
        raise error

    return fail


@pytest.mark.parametrize("error", [LookupError(f"unknown encoding: {IIN}"), AssertionError(IIN), RecursionError(IIN)])
def test_a_file_over_which_a_reader_breaks_is_rejected_and_the_others_load(installation, monkeypatch, error):
    installation.deliver("court_cases/a.csv", CASES)
    installation.deliver("court_cases/b.jsonl", "{}")
    monkeypatch.setattr(readers, "read_jsonl", failing(error))
    installation.load()
    assert installation.ledger() == [("a.csv", "loaded", 1, 0), ("b.jsonl", "rejected", 0, 0)]
    ((reason,),) = installation.rows("select reason from raw.ledger where status = 'rejected'")
    place = r"orchestration/ingestion/readers/__init__\.py:\d+"
    assert re.fullmatch(rf"the file is damaged, or no jsonl \({type(error).__name__} at {place}\): .*", reason)


def test_records_that_were_read_before_a_reader_broke_are_not_loaded(installation, monkeypatch):
    def read_half(connection, path, source, delivery_id):
        connection.execute("insert into incoming (_delivery_id, _row_number) values (?, 1)", [delivery_id])
        raise KeyError(IIN)

    installation.deliver("court_cases/b.jsonl", "{}")
    monkeypatch.setattr(readers, "read_jsonl", read_half)
    installation.load()
    assert installation.ledger() == [("b.jsonl", "rejected", 0, 0)]
    assert installation.quarantine() == []


@pytest.mark.parametrize("error", [MemoryError(), OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_is_no_fault_of_a_file_rejects_none(installation, monkeypatch, error):
    installation.deliver("court_cases/b.jsonl", "{}")
    monkeypatch.setattr(readers, "read_jsonl", failing(error))
    with pytest.raises(type(error)):
        installation.load()
    assert installation.ledger() == []


@pytest.mark.parametrize(
    "error", [LookupError(IIN), duckdb.ConversionException(IIN), pl.exceptions.ComputeError(IIN), Panic(IIN)]
)
def test_an_error_that_ends_the_load_is_told_without_its_text(installation, monkeypatch, error):
    installation.deliver("court_cases/a.csv", CASES)
    monkeypatch.setattr(load, "type_rows", failing(error))
    with pytest.raises(LoadError) as caught:
        installation.load()
    told = "".join(traceback.format_exception(caught.value))
    assert type(error).__name__ in str(caught.value)
    assert "in fail\n" in told
    assert IIN not in told


def test_our_own_errors_and_those_of_the_machine_say_what_they_say(installation, monkeypatch):
    installation.deliver("court_cases/a.csv", CASES)
    for error in (SecretError("say so"), OSError(28, "No space left on device"), MemoryError("say so")):
        monkeypatch.setattr(load, "type_rows", failing(error))
        with pytest.raises(type(error)) as caught:
            installation.load()
        assert str(caught.value) == str(error)
