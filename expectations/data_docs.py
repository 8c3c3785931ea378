"""Data Docs of the last validation: pages that open from a folder, without scripts or requests to anywhere.

Great Expectations renders each expectation; the page around it is ours, since its own page fetches styles,
scripts and pictures from public servers. What failed comes first, and queries are folded away. Whether a failure was
accepted is not known here, but in `marts.quality_problems`. What is validated, and kept of it, belongs in `runner`.
"""

import json
import re
from datetime import datetime
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
        body = "\n".join(
            ['<p><a href="index.html">All tables</a></p>', _verdict(validation), *(_folded(part) for part in sections)]
        )
        (site / f"{name}.html").write_text(_page(name, body), encoding="utf-8")
    index = site / "index.html"
    index.write_text(_page("Data quality: the last validation", _index(validations)), encoding="utf-8")
    return index


def _failures(validation: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The results that failed: those that stop the publication, and those that only warn."""
    failed = [result for result in validation["results"] if not result["success"]]
    errors = [result for result in failed if result["expectation_config"]["severity"] == "critical"]
    return errors, [result for result in failed if result not in errors]


def _verdict(validation: dict[str, Any]) -> str:
    """When it was checked and what came out, with the rules that were broken in words."""
    errors, warnings = _failures(validation)
    checked_at = _checked_at(validation)
    said = f"{len(validation['results'])} checks, {len(errors) + len(warnings)} failed"
    ranks = (("text-danger", "Stops the publication", errors), ("text-warning", "Warning", warnings))
    items = "".join(
        f'<li class="{css}"><b>{word}:</b> {escape(str(result["expectation_config"]["notes"]))} '
        f"<b>{escape(str(result['result'].get('observed_value', 'could not run')))}</b></li>"
        for css, word, results in ranks
        for result in results
    )
    return f"<p>{said}{checked_at}.</p>" + (f'<ul class="failed">{items}</ul>' if items else "")


def _checked_at(validation: dict[str, Any]) -> str:
    told = validation["meta"].get("batch_markers", {}).get("ge_load_time")
    return f", checked on {datetime.strptime(told, '%Y%m%dT%H%M%S.%fZ'):%Y-%m-%d %H:%M} UTC" if told else ""


def _folded(section: str) -> str:
    """The section with each query folded: the words before it are what most readers want."""
    opened = re.sub(r"<pre\b[^>]*>", "<details><summary>the query of the rows</summary><pre>", section)
    return opened.replace("</pre>", "</pre></details>")


def _index(validations: list[dict[str, Any]]) -> str:
    judged = [(validation, *_failures(validation)) for validation in validations]
    # What stops the publication first, then what warns.
    judged.sort(key=lambda row: (-len(row[1]), -len(row[2]), row[0]["suite_name"]))
    rows = []
    for validation, errors, warnings in judged:
        name = escape(validation["suite_name"])
        mark, css = ("✗", "text-danger") if errors else ("!", "text-warning") if warnings else ("✓", "text-success")
        rows.append(
            f'<tr><td class="{css}">{mark}</td><td><a href="{name}.html">{name}</a></td>'
            f"<td>{len(validation['results'])}</td><td>{len(errors)}</td><td>{len(warnings)}</td></tr>"
        )
    titles = ("", "Table", "Checks", "Failed: stops the publication", "Failed: warning")
    head = "".join(f"<th>{title}</th>" for title in titles)
    checks = sum(len(validation["results"]) for validation in validations)
    stops = sum(len(errors) for _, errors, _ in judged)
    warns = sum(len(warnings) for *_, warnings in judged)
    said = f"{checks} checks of {len(validations)} tables: {stops} stop the publication, {warns} warn."
    body = "\n".join(rows)
    return f'<p>{said}</p>\n<table class="table"><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="stylesheet" href="{STYLES.name}">\n</head>\n'
        f"<body>\n<main>\n<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )
