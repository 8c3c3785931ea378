"""The answers in docs/analysts.md: each SQL block is asked of a snapshot, and its rows stand below it as a table.

`.venv/bin/python -m tests.clients.guide` writes them anew from the demo in data/published.
"""

import re
from pathlib import Path

import duckdb

from orchestration.settings import PROJECT_DIR, Settings

GUIDE = PROJECT_DIR / "docs/analysts.md"
QUESTION = re.compile(r"```sql\n(?P<query>(?s:.*?))```\n(?:\n(?:\|.*\n)+)?")


def answered(text: str, marts: Path) -> str:
    """The guide with the answers of this snapshot."""
    with duckdb.connect(str(marts), read_only=True) as connection:
        connection.execute("use marts.marts")
        return QUESTION.sub(lambda found: _with_answer(connection, found["query"]), text)


def questions(text: str) -> list[str]:
    """The guide's queries."""
    return [found["query"] for found in QUESTION.finditer(text)]


def _with_answer(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    relation = connection.sql(query)
    lines = [relation.columns, ["---"] * len(relation.columns), *relation.fetchall()]
    table = "".join(f"| {' | '.join('' if cell is None else str(cell) for cell in line)} |\n" for line in lines)
    return f"```sql\n{query}```\n\n{table}"


if __name__ == "__main__":
    GUIDE.write_text(answered(GUIDE.read_text(encoding="utf-8"), Settings.from_env().published_marts), encoding="utf-8")
