"""The shape model of a training: Generalised Procrustes over speakers, then PCA.

Sadiq et al. 2019, section II-B, as decision 1 has it: the head's pose is out already,
and speakers differ by one similarity each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.shape_model import COMPONENTS, Array, ShapeModel, Similarity, fit_similarity
from core.shape_model import generalised_procrustes as procrustes
from models.training.recordings import Face, Recording


@dataclass(frozen=True, slots=True)
class FaceShapes:
    """A shape model, and how each speaker's face is brought into its space."""

    model: ShapeModel
    onto: dict[str, Similarity]

    def parameters(self, recording: Recording) -> NDArray[np.float32]:
        """The shape parameters (T, 18) of a recording with a face."""
        assert recording.face is not None
        similarity = self.onto[recording.utterance.speaker]
        return self.model.parameters(similarity.apply(recording.face.points.astype(np.float64)))


def face_shapes(train: Sequence[Recording], others: Sequence[Recording]) -> FaceShapes:
    """The space of the faces that are learned from, and the others' places in it.

    Nothing of the others shapes the space; their mean face is only laid over its mean.
    Raises TrainingError where there are too few frames with a face.
    """
    means = mean_faces(train)
    shapes = np.stack(list(means.values()))
    mean, similarities = procrustes(shapes)
    place = shapes.mean(axis=(0, 1))  # the nose's base stays about where it was
    onto = {
        speaker: Similarity(s.scale, s.rotation, s.translation + place)
        for speaker, s in zip(means, similarities, strict=True)
    }
    for speaker, face in mean_faces(others).items():
        if speaker not in onto:
            onto[speaker] = fit_similarity(face, mean + place)
    frames = [onto[r.utterance.speaker].apply(_seen(_face(r))) for r in train]
    if sum(map(len, frames)) <= COMPONENTS:
        raise TrainingError(
            f"{sum(map(len, frames))} frames show a face; {COMPONENTS} shape parameters need more"
        )
    heads = [onto[r.utterance.speaker].apply(_face(r).head.astype(np.float64)) for r in train]
    model = ShapeModel.fit(np.concatenate(frames), np.mean(heads, axis=0))
    return FaceShapes(model.at_rest(_rest(train, frames, model)), onto)


def mean_faces(recordings: Iterable[Recording]) -> dict[str, Array]:
    """The mean lower face (36, 2) of each speaker, over the frames in which there is a face."""
    frames: dict[str, list[Array]] = {}
    for recording in recordings:
        face = _face(recording)
        if face.seen.any():
            frames.setdefault(recording.utterance.speaker, []).append(_seen(face))
    return {speaker: np.concatenate(own).mean(axis=0) for speaker, own in sorted(frames.items())}


def _rest(train: Sequence[Recording], frames: Sequence[Array], model: ShapeModel) -> Array:
    """The face in silence, or the mean one where there is none."""
    silent = np.concatenate(
        [shown[~r.voiced[_face(r).seen]] for r, shown in zip(train, frames, strict=True)]
    )
    result: Array = silent.mean(axis=0) if len(silent) else model.mean.astype(np.float64)
    return result


def _seen(face: Face) -> Array:
    return face.points[face.seen].astype(np.float64)


def _face(recording: Recording) -> Face:
    if recording.face is None:
        raise TrainingError(
            f"{recording.utterance.audio} has no face to learn from; make a track of its video "
            "with `visemo track`"
        )
    return recording.face
