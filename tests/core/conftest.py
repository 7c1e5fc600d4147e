"""Fixtures shared by the tests of core."""

import pytest

from core.animation import Animation
from core.shape_model import ShapeModel
from tests.core.animations import make_animation, make_shape_model


@pytest.fixture(scope="session")
def animation() -> Animation:
    """One second of a moving face; it is frozen, so one serves all tests."""
    return make_animation()


@pytest.fixture(scope="session")
def shape_model() -> ShapeModel:
    return make_shape_model()
