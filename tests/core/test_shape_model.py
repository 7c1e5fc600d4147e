"""Procrustes alignment and PCA against textbook and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import orthogonal_procrustes
from scipy.spatial import procrustes
from scipy.spatial.transform import Rotation

from core.face import POINTS
from core.shape_model import (
    COMPONENTS,
    Array,
    ShapeModel,
    ShapeTrack,
    fit_similarity,
    generalised_procrustes,
)
from core.timeline import Timeline
from tests.core.animations import neutral_face, talking_shapes

SEEDS = st.integers(0, 2**32 - 1)


def random_rotation(rng: np.random.Generator, dimensions: int) -> Array:
    if dimensions == 3:
        return np.asarray(Rotation.random(rng=rng).as_matrix())
    angle = rng.uniform(0, 2 * np.pi)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


@pytest.mark.parametrize("dimensions", [2, 3])
@given(seed=SEEDS)
def test_a_known_similarity_is_recovered(dimensions: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(36, dimensions))
    rotation = random_rotation(rng, dimensions)
    scale, shift = rng.uniform(0.1, 10), rng.normal(0, 5, dimensions)
    found = fit_similarity(points, scale * points @ rotation + shift)
    assert found.scale == pytest.approx(scale)
    np.testing.assert_allclose(found.rotation, rotation, atol=1e-9)
    np.testing.assert_allclose(found.translation, shift, atol=1e-8)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_mirrored_face_is_not_mirrored_back(dimensions: int) -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(36, dimensions))
    mirrored = points * ([-1.0] + [1.0] * (dimensions - 1))
    assert np.linalg.det(fit_similarity(points, mirrored).rotation) == pytest.approx(1.0)


@given(seed=SEEDS)
def test_no_small_change_fits_noisy_points_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    source = rng.normal(size=(36, 2))
    target = 2 * source @ random_rotation(rng, 2) + rng.normal(0, 0.3, (36, 2))
    best = fit_similarity(source, target)

    def error(scale: float, turn: float, shift: Array) -> float:
        turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        moved = scale * source @ best.rotation @ turned + best.translation + shift
        return float(((moved - target) ** 2).sum())

    least = error(best.scale, 0.0, np.zeros(2))
    for sign in (-1, 1):
        assert error(best.scale + sign * 0.01, 0.0, np.zeros(2)) > least
        assert error(best.scale, sign * 0.01, np.zeros(2)) > least
        assert error(best.scale, 0.0, np.array([sign * 0.01, 0.0])) > least
        assert error(best.scale, 0.0, np.array([0.0, sign * 0.01])) > least


def scattered(shapes: Array, seed: int) -> Array:
    """Each shape moved, turned by up to half a radian and scaled at random."""
    rng = np.random.default_rng(seed)
    moved = []
    for shape in shapes:
        angle = rng.uniform(-0.5, 0.5)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        moved.append(rng.uniform(0.5, 2) * shape @ turn + rng.normal(0, 3, 2))
    return np.stack(moved)


def test_two_shapes_are_aligned_as_scipy_aligns_them() -> None:
    shapes = scattered(talking_shapes(2), seed=3)
    mean, transforms = generalised_procrustes(shapes)
    first, second = (t.apply(s) for t, s in zip(transforms, shapes, strict=True))
    # No further turn brings them closer, in scipy's opinion too.
    turn, _ = orthogonal_procrustes(second - second.mean(axis=0), first - first.mean(axis=0))
    np.testing.assert_allclose(turn, np.eye(2), atol=1e-6)
    # Of two shapes of one size the mean lies half-way.
    one, other, _ = procrustes(shapes[0], shapes[1])
    half_way = one / np.linalg.norm(one) + other / np.linalg.norm(other)
    assert procrustes(half_way, mean)[2] == pytest.approx(0.0, abs=1e-12)


def test_the_mean_keeps_the_size_and_sits_at_the_origin() -> None:
    shapes = scattered(talking_shapes(12), seed=5)
    mean, transforms = generalised_procrustes(shapes)
    sizes = [np.linalg.norm(shape - shape.mean(axis=0)) for shape in shapes]
    assert np.linalg.norm(mean) == pytest.approx(np.mean(sizes))
    np.testing.assert_allclose(mean.mean(axis=0), 0.0, atol=1e-12)
    assert len(transforms) == len(shapes)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_copies_of_one_shape_fall_on_each_other(dimensions: int) -> None:
    rng = np.random.default_rng(7)
    shape = rng.normal(size=(36, dimensions))
    copies = np.stack(
        [
            rng.uniform(0.5, 2) * shape @ random_rotation(rng, dimensions)
            + rng.normal(size=dimensions)
            for _ in range(5)
        ]
    )
    mean, transforms = generalised_procrustes(copies)
    for transform, copy in zip(transforms, copies, strict=True):
        np.testing.assert_allclose(transform.apply(copy), mean, atol=1e-8)


def test_components_are_those_of_a_singular_value_decomposition() -> None:
    shapes = talking_shapes(100)
    model = ShapeModel.fit(shapes, neutral_face())
    flat = shapes.reshape(len(shapes), -1)
    _, singular, directions = np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)
    variances = singular**2 / (len(shapes) - 1)
    np.testing.assert_allclose(model.mean, shapes.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(model.variances, variances[:COMPONENTS], rtol=1e-4)
    assert model.explained == pytest.approx(variances[:COMPONENTS].sum() / variances.sum())
    alike = np.abs(np.sum(model.components * directions[:COMPONENTS], axis=1))
    np.testing.assert_allclose(alike, 1.0, atol=1e-4)


def test_components_are_orthonormal_with_a_fixed_sign(shape_model: ShapeModel) -> None:
    rows = shape_model.components
    np.testing.assert_allclose(rows @ rows.T, np.eye(COMPONENTS), atol=1e-5)
    assert (rows.max(axis=1) >= -rows.min(axis=1)).all()


def test_parameters_have_the_variances_the_model_states() -> None:
    shapes = talking_shapes(100)
    model = ShapeModel.fit(shapes, neutral_face())
    parameters = model.parameters(shapes)
    np.testing.assert_allclose(parameters.mean(axis=0), 0.0, atol=1e-5)
    np.testing.assert_allclose(parameters.var(axis=0, ddof=1), model.variances, rtol=1e-3)


@given(seed=SEEDS)
def test_parameters_and_points_undo_each_other(shape_model: ShapeModel, seed: int) -> None:
    parameters = np.random.default_rng(seed).normal(size=(4, COMPONENTS)).astype(np.float32)
    points = shape_model.points(parameters)
    assert points.shape == (4, POINTS, 2)
    np.testing.assert_allclose(shape_model.parameters(points), parameters, atol=1e-5)


def test_points_are_the_nearest_the_model_can_make(shape_model: ShapeModel) -> None:
    shapes = talking_shapes(20, seed=9)
    left_over = (shapes - shape_model.points(shape_model.parameters(shapes))).reshape(20, -1)
    np.testing.assert_allclose(left_over @ shape_model.components.T, 0.0, atol=1e-5)


def test_no_parameters_is_the_mean(shape_model: ShapeModel) -> None:
    timeline = Timeline(100.0, 2, 0.005)
    track = ShapeTrack(timeline, np.zeros((2, COMPONENTS), dtype=np.float32))
    landmarks = track.landmarks(shape_model)
    assert landmarks.timeline == timeline
    np.testing.assert_array_equal(landmarks.points, np.stack([shape_model.mean] * 2))


def test_wrong_shapes_are_refused_by_name(shape_model: ShapeModel) -> None:
    with pytest.raises(ValueError, match=r"head must be \(68, 2\), not \(36, 2\)"):
        ShapeModel(
            shape_model.mean,
            shape_model.components,
            shape_model.variances,
            shape_model.explained,
            shape_model.mean,
        )
    with pytest.raises(ValueError, match=r"parameters must be \(2, 18\), not \(2, 17\)"):
        ShapeTrack(Timeline(100.0, 2, 0.005), np.zeros((2, 17), dtype=np.float32))
