"""Procrustes alignment and the PCA shape model: 36 landmarks <-> 18 parameters.

Sadiq et al. 2019, section II-B; Goodall 1991 for Generalised Procrustes
Analysis. Shapes are rows of points, (n, d) with d = 2 or 3.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.face import IBUG68, POINTS, LandmarkTrack
from core.timeline import Timeline

Array = NDArray[np.float64]
COMPONENTS = 18
GPA_ROUNDS = 50
GPA_TOLERANCE = 1e-10  # change of the mean shape, of size 1, that ends the rounds


@dataclass(frozen=True, slots=True)
class Similarity:
    """points -> scale * points @ rotation + translation."""

    scale: float
    rotation: Array  # (d, d), proper
    translation: Array  # (d,)

    def apply(self, points: Array) -> Array:
        """Transform points (..., d)."""
        result: Array = self.scale * points @ self.rotation + self.translation
        return result


def fit_similarity(source: Array, target: Array) -> Similarity:
    """The similarity, without mirroring, nearest in least squares; both (n, d). Umeyama 1991."""
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    centred, wanted = source - source_mean, target - target_mean
    u, singular, vt = np.linalg.svd(centred.T @ wanted)
    signs = np.ones(len(singular))
    signs[-1] = np.sign(np.linalg.det(u @ vt))
    rotation = (u * signs) @ vt
    scale = float((singular * signs).sum() / (centred**2).sum())
    return Similarity(scale, rotation, target_mean - scale * source_mean @ rotation)


def generalised_procrustes(shapes: Array) -> tuple[Array, list[Similarity]]:
    """Align shapes (k, n, d) to their common mean.

    Returns the mean shape (n, d), with the centroid at 0, the mean size of the
    input and the mean orientation of the input, and one similarity per shape.
    """
    size = np.sqrt(((shapes - shapes.mean(axis=1, keepdims=True)) ** 2).sum(axis=(1, 2))).mean()

    def unit(shape: Array) -> Array:
        centred = shape - shape.mean(axis=0)
        result: Array = centred / np.sqrt((centred**2).sum())
        return result

    first = unit(shapes.mean(axis=0))
    mean = first
    for _ in range(GPA_ROUNDS):
        aligned = np.stack([fit_similarity(shape, mean).apply(shape) for shape in shapes])
        candidate = unit(aligned.mean(axis=0))
        candidate = unit(fit_similarity(candidate, first).apply(candidate))
        change = float(np.abs(candidate - mean).max())
        mean = candidate
        if change < GPA_TOLERANCE:
            break
    mean = mean * size
    return mean, [fit_similarity(shape, mean) for shape in shapes]


@dataclass(frozen=True, slots=True)
class ShapeModel:
    """landmarks = mean + parameters @ components, in inter-ocular units.

    `head` holds all 68 points of the neutral face in the same space; its 36
    lower ones are the resting pose, the others draw the rest of a person.
    """

    mean: NDArray[np.float32]  # (36, 2)
    components: NDArray[np.float32]  # (18, 72), orthonormal rows
    variances: NDArray[np.float32]  # (18,), of the parameters, in inter-ocular units squared
    explained: float  # share of the variance that the components hold
    head: NDArray[np.float32]  # (68, 2)

    def __post_init__(self) -> None:
        for name, shape in (
            ("mean", (POINTS, 2)),
            ("components", (COMPONENTS, 2 * POINTS)),
            ("variances", (COMPONENTS,)),
            ("head", (68, 2)),
        ):
            array = getattr(self, name)
            if array.shape != shape:
                raise ValueError(f"{name} must be {shape}, not {array.shape}")
            array.setflags(write=False)

    @classmethod
    def fit(cls, shapes: Array, head: Array) -> "ShapeModel":
        """PCA over aligned shapes (k, 36, 2); needs more than 18 of them."""
        flat = shapes.reshape(len(shapes), -1)
        mean = flat.mean(axis=0)
        covariance = np.cov(flat - mean, rowvar=False)
        values, vectors = np.linalg.eigh(covariance)
        values, vectors = values[::-1], vectors[:, ::-1]
        components = vectors[:, :COMPONENTS].T
        # A sign that does not hang on the linear algebra library: largest entry positive.
        largest = np.abs(components).argmax(axis=1)
        components = components * np.sign(components[np.arange(COMPONENTS), largest])[:, None]
        return cls(
            mean=mean.reshape(POINTS, 2).astype(np.float32),
            components=components.astype(np.float32),
            variances=values[:COMPONENTS].astype(np.float32),
            explained=float(values[:COMPONENTS].sum() / values.sum()),
            head=head.astype(np.float32),
        )

    def at_rest(self, shape: Array) -> "ShapeModel":
        """The same model with the resting face's lower part from `shape` (36, 2)."""
        head = self.head.copy()
        head[list(IBUG68)] = shape
        return replace(self, head=head)

    @property
    def rest(self) -> NDArray[np.float32]:
        """The resting pose of the landmarks, (36, 2)."""
        return self.head[list(IBUG68)]

    def parameters(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Landmarks (..., 36, 2) -> parameters (..., 18)."""
        flat = (points - self.mean).reshape(*points.shape[:-2], 2 * POINTS)
        return (flat @ self.components.T).astype(np.float32)

    def points(self, parameters: NDArray[np.floating]) -> NDArray[np.float32]:
        """Parameters (..., 18) -> landmarks (..., 36, 2)."""
        flat = parameters @ self.components
        return (flat.reshape(*parameters.shape[:-1], POINTS, 2) + self.mean).astype(np.float32)


@dataclass(frozen=True, slots=True)
class ShapeTrack:
    """Shape parameters (frames, 18) on one timeline."""

    timeline: Timeline
    parameters: NDArray[np.float32]

    def __post_init__(self) -> None:
        expected = (self.timeline.count, COMPONENTS)
        if self.parameters.shape != expected:
            raise ValueError(f"parameters must be {expected}, not {self.parameters.shape}")
        self.parameters.setflags(write=False)

    def landmarks(self, model: ShapeModel) -> LandmarkTrack:
        """The points these parameters stand for."""
        return LandmarkTrack(self.timeline, model.points(self.parameters))
