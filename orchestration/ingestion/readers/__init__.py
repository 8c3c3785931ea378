"""A delivered file into rows of text: `incoming`, one varchar column per contract column, in DuckDB in bulk.

Here are the formats, encodings, delimiters and headers of the contract, a module a format. What a text must look like
to be a date or a number belongs in `typing`; which files there are belongs in `landing`.
"""

import zipfile
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from orchestration.contract import Source
from orchestration.ingestion.errors import kind_and_place
from orchestration.ingestion.landing import FileFormat
from orchestration.ingestion.readers.delimited import read_delimited
from orchestration.ingestion.readers.incoming import UnreadableFile, create_incoming
from orchestration.ingestion.readers.jsonl import read_jsonl
from orchestration.ingestion.readers.parquet import read_parquet
from orchestration.ingestion.readers.text import copy_as_utf8
from orchestration.ingestion.readers.xlsx import read_xlsx
from orchestration.runs.machine_faults import Fault, fault_in, messages

# What the libraries say of damaged files. Of any other error the place is told too: it may be a fault of ours.
OF_DAMAGED_FILES = (duckdb.Error, zipfile.BadZipFile)

__all__ = ["UnreadableFile", "create_incoming", "read_file"]


def read_file(
    connection: DuckDBPyConnection,
    path: Path,
    file_format: tuple[FileFormat, bool],
    source: Source,
    delivery_id: int,
    scratch_dir: Path,
) -> str | None:
    """Append the file's records to `incoming`; return the ledger's remark on it, if any.

    UnreadableFile when the whole file is to be rejected; records of it that were appended before are removed again.
    """
    kind, gzipped = file_format
    scratch = scratch_dir / f"delivery_{delivery_id}"
    # The libraries take a '*' or '[' in a file's name for a pattern, and know only names in UTF-8.
    link = scratch.with_suffix(f".{kind}")
    try:
        match kind:
            case "csv":
                copy_as_utf8(path, scratch, gzipped)
                header = read_delimited(connection, scratch, source, delivery_id)
            case "jsonl":
                copy_as_utf8(path, scratch, gzipped)
                header = read_jsonl(connection, scratch, source, delivery_id)
            case "xlsx":
                link.symlink_to(path)
                header = read_xlsx(connection, link, scratch, source, delivery_id)
            case "parquet":
                link.symlink_to(path)
                header = read_parquet(connection, link, source, delivery_id)
    except UnreadableFile:
        connection.execute("delete from incoming where _delivery_id = ?", [delivery_id])
        raise
    except (OSError, MemoryError):
        raise
    # Whatever else a library makes of damaged bytes. Its message may quote them: only its kind is passed on.
    except Exception as error:
        if _is_of_the_machine(error, kind):
            raise
        connection.execute("delete from incoming where _delivery_id = ?", [delivery_id])
        told = type(error).__name__ if isinstance(error, OF_DAMAGED_FILES) else kind_and_place(error)
        raise UnreadableFile(f"the file is damaged, or no {kind} ({told}): deliver it again") from None
    finally:
        scratch.unlink(missing_ok=True)
        link.unlink(missing_ok=True)
    return header.remark


def _is_of_the_machine(error: Exception, kind: FileFormat) -> bool:
    """Whether a full disk or memory is to blame: a file rejected for that would never be read again.

    A damaged xlsx or Parquet file may ask for any amount of memory by itself; a text cannot.
    """
    fault = fault_in(messages(error))
    return fault is Fault.DISK_FULL or (fault is Fault.OUT_OF_MEMORY and kind in ("csv", "jsonl"))
