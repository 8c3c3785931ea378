"""Data Docs of the last validation: pages that open from a folder, without scripts or requests to anywhere.

Great Expectations renders each expectation; the page around it is ours, since its own page fetches styles,
scripts and pictures from public servers. What is validated, and what is kept of it, belongs in `runner`.
"""

import json
from html import escape
from pathlib import Path
from typing import Any

STYLES = Path(__file__).with_name("data_docs.css")


def write(kept: Path, site: Path) -> Path:
    """Write a page for each table validated into `kept`, and an index of them; returns the index's path.

    `kept` is what `runner.validate(keep_in=...)` wrote; `site` is made when missing, its pages are replaced.
    FileNotFoundError when `kept` holds no validation.
    """
    validations = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(kept.glob("*.json"))]
    if not validations:
        raise FileNotFoundError(f"There is no validation in {kept}: run the checks first.")

    from expectations.engine import render_sections

    site.mkdir(parents=True, exist_ok=True)
    for page in site.glob("*.html"):
        page.unlink()
    (site / STYLES.name).write_bytes(STYLES.read_bytes())
    for validation in validations:
        name = validation["suite_name"]
        # The overview comes first: run ids, and links into the site that is not ours.
        _overview, *sections = render_sections(validation)
        body = '<p><a href="index.html">All tables</a></p>\n' + "\n".join(sections)
        (site / f"{name}.html").write_text(_page(name, body), encoding="utf-8")
    index = site / "index.html"
    index.write_text(_page("Data quality: the last validation", _index(validations)), encoding="utf-8")
    return index


def _index(validations: list[dict[str, Any]]) -> str:
    rows = []
    for validation in validations:
        failed = [result for result in validation["results"] if not result["success"]]
        errors = sum(result["expectation_config"]["severity"] == "critical" for result in failed)
        name = escape(validation["suite_name"])
        marked = ' class="text-danger"' if errors else ""
        rows.append(
            f'<tr><td><a href="{name}.html">{name}</a></td><td>{len(validation["results"])}</td>'
            f"<td{marked}>{errors}</td><td>{len(failed) - errors}</td></tr>"
        )
    titles = ("Table", "Checks", "Failed: stops the publication", "Failed: warning")
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "\n".join(rows)
    return f'<table class="table"><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="stylesheet" href="{STYLES.name}">\n</head>\n'
        f"<body>\n<main>\n<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )
