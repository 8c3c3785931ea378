"""The log of every use of a privacy command: when, which, by whom, on what, why. Tab-separated, its owner's only."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from orchestration.ingestion.personal_numbers import masked_words

TOKEN = r"[0-9a-f]{32}"  # noqa: S105 - what one looks like


def record(log: Path, action: str, by: str, subject: str, reason: str) -> None:
    """Append one line. Personal numbers in it are masked: people write them there."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    # A token may have twelve digits in a row.
    what = subject if re.fullmatch(TOKEN, subject) else masked_words(subject)
    line = "\t".join(" ".join(field.split()) for field in (at, action, masked_words(by), what, masked_words(reason)))
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
        file.write(line + "\n")


def copy_with(log: Path, copy: Path, replacements: dict[str, str]) -> None:
    """Copy the log with each token of `replacements` replaced, so that no token outlives the rows that had it."""
    text = log.read_text(encoding="utf-8") if log.exists() else ""
    for old, new in replacements.items():
        text = text.replace(old, new)
    with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def tokens_of(log: Path) -> set[str]:
    """The tokens that stand in the log."""
    text = log.read_text(encoding="utf-8") if log.exists() else ""
    return set(re.findall(rf"\b{TOKEN}\b", text))
