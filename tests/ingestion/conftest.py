"""Deliveries written by hand, loaded by the real ingestion into a warehouse of the test's own."""

from collections.abc import Callable

import pytest

from tests.installations import Installation


@pytest.fixture
def load_csv(installation: Installation) -> Callable[[str, str], Installation]:
    """Deliver one csv of a source and load it."""

    def deliver_and_load(source: str, text: str) -> Installation:
        installation.deliver(f"{source}/delivery.csv", text)
        installation.load()
        return installation

    return deliver_and_load
