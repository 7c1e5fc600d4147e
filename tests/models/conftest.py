"""Fixtures shared by the tests of models."""

from pathlib import Path

import pytest

from models.cascade import Cascade


@pytest.fixture(scope="session")
def trained(weights: Path) -> Cascade:
    """A cascade of networks that know nothing."""
    return Cascade.load(weights, "cpu")
