"""Two places resolve a region's spelling: the checks of raw, and staging."""

import re

from jinja2 import Environment

from expectations.raw_deliveries import SPELLING
from orchestration.settings import PROJECT_DIR

MACROS = PROJECT_DIR / "macros"


def test_the_checks_and_staging_spell_a_region_alike():
    rendered_by_dbt = (
        "{% macro regexp_replace_all(e, p, r) %}regexp_replace({{ e }}, '{{ p }}', '{{ r }}', 'g'){% endmacro %}"
    )
    text = (MACROS / "staging.sql").read_text(encoding="utf-8")
    macro = re.search(r"{% macro region_spelling.*?endmacro %}", text, re.DOTALL).group()
    module = Environment().from_string(rendered_by_dbt + macro).make_module()  # noqa: S701 - SQL, no page
    assert module.region_spelling('delivered."region"') == SPELLING.format(column="region")
