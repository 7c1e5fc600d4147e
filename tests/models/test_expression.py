"""Emotion targets: expressions in the direction of their action units, lips that still meet."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import CorpusError
from core.face import INNER_LIPS, LEFT_CORNER, LOWER_INNER, RIGHT_CORNER, UPPER_INNER, mouth_opening
from core.shape_model import ShapeModel
from models.training.expression import POSTURES, Expression, amplitudes, expressed, postures
from models.training.motion_data import MotionClip
from tests.core.animations import make_shape_model

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the corpora are not beside the checkout")


def clip(frames: int, spoken: bool) -> MotionClip:
    values = np.zeros((frames, 40), np.float32)
    mask = np.full(frames, spoken)
    return MotionClip("filmed", "s1", "train", values, mask, np.zeros((frames, 18), np.float32))


def test_amplitude_scales_about_rest_and_posture_is_added() -> None:
    model: ShapeModel = make_shape_model()
    motion = np.random.default_rng(0).normal(0, 0.05, (50, 18)).astype(np.float32)
    rest = model.mean.astype(np.float64)
    posture = (model.points(np.eye(18, dtype=np.float32)[3]) - model.mean).astype(np.float64)
    still = Expression(1.0, np.zeros((36, 2)))
    np.testing.assert_allclose(
        expressed(motion, clip(50, True), still, rest, model), motion, atol=1e-4
    )
    moved = expressed(motion, clip(50, True), Expression(1.0, posture), rest, model)
    np.testing.assert_allclose(moved[:, 3] - motion[:, 3], 1.0, atol=1e-3)
    silent = expressed(motion, clip(50, False), Expression(1.0, posture), rest, model)
    assert np.all(silent[:, 3] - motion[:, 3] < 0.5)


def test_a_table_that_is_not_one_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("emotion,other\nhappy,1\n")
    with pytest.raises(CorpusError, match="is not a table of action units"):
        amplitudes(table)


@needs_data
def test_postures_point_the_way_of_their_action_units() -> None:
    with np.load(DATA / "ict_facekit" / "ict68.npz") as kit:
        head = (kit["neutral"][:, :2] * [1, -1]).astype(np.float32)
    moves = postures(DATA / "ict_facekit" / "ict68.npz", head)
    corners = {e: float(m[[LEFT_CORNER, RIGHT_CORNER], 1].mean()) for e, m in moves.items()}
    assert set(moves) == set(POSTURES)
    assert corners["happy"] < 0  # AU12 raises them; y points down
    assert corners["sad"] > 0  # AU15 lowers them
    wider = moves["fear"][RIGHT_CORNER, 0] - moves["fear"][LEFT_CORNER, 0]
    assert wider > 0  # AU20 stretches
    for emotion, move in moves.items():
        assert move[UPPER_INNER, 1] == pytest.approx(move[LOWER_INNER, 1]), emotion


@needs_data
def test_closed_lips_stay_closed() -> None:
    with np.load(DATA / "ict_facekit" / "ict68.npz") as kit:
        head = (kit["neutral"][:, :2] * [1, -1]).astype(np.float32)
    model = make_shape_model()
    closed = model.mean.astype(np.float64).copy()
    closed[list(INNER_LIPS), 1] = closed[UPPER_INNER, 1]
    for emotion, move in postures(DATA / "ict_facekit" / "ict68.npz", head).items():
        shown = closed + move
        assert mouth_opening(shown) == pytest.approx(mouth_opening(closed), abs=1e-3), emotion
