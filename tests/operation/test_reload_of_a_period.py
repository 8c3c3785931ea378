"""A period read again by a launch of Dagster's: what it says when there is nothing to be read."""

import dagster as dg
import pytest

from orchestration.deliveries import delivered_sources, raw_asset_key
from tests.installations import Installation
from tests.small_deliveries import SMALL_DELIVERIES


class NoWriter(dg.ConfigurableResource):
    """In the place of the lock: nobody else writes in a test."""


@pytest.fixture
def reload(tmp_path, monkeypatch):
    installation = Installation(tmp_path)
    for name, content in SMALL_DELIVERIES.items():
        installation.deliver(name, content)
    installation.load()
    monkeypatch.setenv("TAUEKEL_DATA_DIR", str(installation.settings.data_dir))
    monkeypatch.setenv("TAUEKEL_LANDING_DIR", str(installation.settings.landing_dir))

    def reloaded(*sources: str, period: str) -> dg.ExecuteInProcessResult:
        return dg.materialize(
            [delivered_sources],
            selection=[raw_asset_key(source) for source in sources],
            run_config={"ops": {"load_deliveries": {"config": {"reload_period": period}}}},
            resources={"sole_writer": NoWriter()},
            raise_on_error=False,
        )

    return reloaded


def failure(result: dg.ExecuteInProcessResult) -> str:
    (event,) = [event for event in result.all_events if event.is_step_failure]
    return event.step_failure_data.error.message


def test_a_source_without_rows_in_it_is_passed_over_beside_another(reload):
    # the court cases are of 2024 only, the practical exams of 2024 and 2025
    assert reload("court_cases", "practical_exams", period="2025").success


def test_when_there_is_nothing_at_all_the_run_fails_and_says_why(reload):
    result = reload("court_cases", "centres", period="2025")
    assert not result.success
    assert "centres has no event time" in failure(result)
    assert "no delivery of court_cases has rows from 2025-01-01 to before 2026-01-01" in failure(result)
