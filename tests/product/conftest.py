"""The product whole: deliveries into a landing folder, the main job in a process of its own, marts out."""

import pytest

from tests.installations import Product


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    return Product(tmp_path_factory.mktemp("product"))
