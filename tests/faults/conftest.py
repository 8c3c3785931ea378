"""One run without any fault, which all others are compared with."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.installations import Product
from tests.small_deliveries import SMALL_DELIVERIES

# Comes later than SMALL_DELIVERIES: case 2 has another outcome and no region any more, case 5 its right date.
CORRECTION = "case_number;filed_on;proceeding;outcome\n5;30.06.2024;civil;satisfied\n2;2024-01-01;civil;settled\n"


def deliver(product: Product, correction: bool = True) -> None:
    for name, content in SMALL_DELIVERIES.items():
        product.deliver(name, content)
    if correction:
        product.deliver("court_cases/correction.csv", CORRECTION)


@pytest.fixture(scope="session")
def faultless(tmp_path_factory: pytest.TempPathFactory) -> Product:
    product = Product(tmp_path_factory.mktemp("faultless"))
    deliver(product)
    assert product.refresh() == 0, product.output
    return product


@pytest.fixture(scope="session")
def copy_of_faultless(faultless: Product) -> Callable[[Path], Product]:
    """Makes further installations that have had the same run."""

    def copied(folder: Path) -> Product:
        product = Product(folder)
        shutil.copytree(faultless.settings.landing_dir, product.settings.landing_dir, dirs_exist_ok=True)
        shutil.copytree(faultless.settings.data_dir, product.settings.data_dir, symlinks=True)
        return product

    return copied


@pytest.fixture
def faked_clock() -> Callable[[str], dict[str, str]]:
    """Makes the environment in which a command's clock is behind or ahead, as in "-3d"."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if library is None:
        pytest.skip("the Debian package faketime is not installed")
    return lambda offset: {
        "LD_PRELOAD": str(library),
        "FAKETIME": offset,
        # Only the civil clock is wrong: what waits for a time to pass, and files' times, go on as they are.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
