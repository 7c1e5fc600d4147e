"""Lips: untouched where they are apart, touching where they would cross."""

import numpy as np
import pytest

from core.lips import lip_gap, uncrossed
from tests.core.animations import make_shape_model


def test_open_mouths_are_left_alone_and_crossed_lips_touch() -> None:
    face = make_shape_model()
    parameters = np.random.default_rng(1).normal(0, 0.05, (300, 18)).astype(np.float32)
    before = lip_gap(face.points(parameters))
    assert (before < 0).any()
    assert (before > 0).any()
    result = uncrossed(parameters, face)
    after = lip_gap(face.points(result))
    np.testing.assert_allclose(after, np.maximum(before, 0), atol=1e-5)
    np.testing.assert_array_equal(result[:, 1:], parameters[:, 1:])
    np.testing.assert_array_equal(result[before >= 0], parameters[before >= 0])


def test_the_gap_has_a_sign() -> None:
    face = make_shape_model()
    opening = float(lip_gap(face.points(np.eye(18, dtype=np.float32)[0])) - lip_gap(face.mean))
    parameters = np.zeros((1, 18), np.float32)
    parameters[0, 0] = -(float(lip_gap(face.mean)) + 0.05) / opening
    assert float(lip_gap(face.points(parameters))[0]) == pytest.approx(-0.05, abs=1e-4)
