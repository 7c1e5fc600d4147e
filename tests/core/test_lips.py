"""Lips: closed in pauses, untouched in speech, never crossed."""

import numpy as np
import pytest

from core.face import IBUG68
from core.lips import lip_gap, pause_weights, with_closed_pauses
from core.shape_model import ShapeModel
from tests.core.animations import make_shape_model

RATE = 100.0


def model() -> ShapeModel:
    """A face that rests with its lips a hundredth apart."""
    made = make_shape_model()
    rest = made.points(np.zeros(18, np.float32)).astype(np.float64)
    rest[[IBUG68.index(66)], 1] = rest[[IBUG68.index(62)], 1] + 0.01
    return made.at_rest(rest)


def talking(frames: int = 300) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(1).normal(0, 0.02, (frames, 18)).astype(np.float32)


def test_pauses_begin_and_end_a_little_inside_the_silence() -> None:
    voiced = np.zeros(300, bool)
    voiced[100:200] = True
    weights = pause_weights(voiced, RATE)
    assert weights[:80].min() > 0.99
    assert weights[100:200].max() < 0.03
    assert weights[220:].min() > 0.99
    assert 0.3 < weights[94] < 0.7  # the middle of the ease, 60 ms before the speech


def test_a_short_break_is_no_pause() -> None:
    voiced = np.ones(300, bool)
    voiced[150:160] = False
    assert pause_weights(voiced, RATE).max() < 0.05


def test_lips_rest_in_pauses_and_move_in_speech() -> None:
    face, parameters = model(), talking()
    pauses = np.zeros(300, np.float32)
    pauses[200:] = 1.0
    result = with_closed_pauses(parameters, pauses, face)
    np.testing.assert_allclose(lip_gap(face.points(result[200:])), 0.01, atol=1e-5)
    before = lip_gap(face.points(parameters[:200]))
    after = lip_gap(face.points(result[:200]))
    np.testing.assert_allclose(after, np.maximum(before, 0), atol=1e-5)
    np.testing.assert_array_equal(result[:, 1:], parameters[:, 1:])


def test_crossed_lips_are_parted() -> None:
    face = model()
    parameters = np.zeros((2, 18), np.float32)
    opening = float(lip_gap(face.points(np.eye(18, dtype=np.float32)[0])) - lip_gap(face.mean))
    parameters[0, 0] = -(float(lip_gap(face.mean)) + 0.05) / opening
    assert float(lip_gap(face.points(parameters))[0]) == pytest.approx(-0.05, abs=1e-4)
    result = with_closed_pauses(parameters, np.zeros(2, np.float32), face)
    assert float(lip_gap(face.points(result))[0]) == pytest.approx(0.0, abs=1e-5)
