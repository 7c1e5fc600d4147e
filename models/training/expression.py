"""The emotion faces' targets: one motion, made larger or smaller, with an expression on top.

There are no recordings of emotional faces to learn from. Amplitudes come from
how far mouths opened in RAVDESS; postures from EMFACS (Friesen, Ekman 1983), as
displacements of ICT-FaceKit (Li et al. 2020) at our points. Lips that met still
meet: a posture moves both lips together where they touch.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from core.errors import CorpusError
from core.face import IBUG68, NOSE, of_ibug
from core.shape_model import Array, ShapeModel, fit_similarity
from models.training.heard_clip import HeardClip

# Action units as ICT-FaceKit's expressions; strength 1 is the unit's full extent.
POSTURES: dict[str, dict[str, float]] = {
    "happy": {"mouthSmile": 0.55},  # AU12
    "sad": {"mouthFrown": 0.9, "mouthShrugLower": 0.3},  # AU15 + 17
    "disgust": {  # AU9 + 10 + 17, and the corners that AU17 draws down
        "noseSneer": 0.3, "mouthUpperUp": 0.3, "mouthShrugLower": 0.3, "mouthFrown": 0.5,
    },
    "fear": {"mouthStretch": 0.7},  # AU20
    "angry": {  # AU23 + 24, corners firm and a little down
        "mouthPress": 0.5, "mouthRollLower": 0.35, "mouthRollUpper": 0.35, "mouthFrown": 0.4,
    },
    "surprise": {"mouthFunnel": 0.15},  # AU26 shows as amplitude: as a posture it would hang open
}  # fmt: skip
# What the statistics cannot tell: surprise drops the jaw in speech (AU26), and sad speech
# moves less (in RAVDESS the strong intensity is weeping, which opens the mouth).
AMPLITUDES = {"surprise": 1.35, "sad": 0.8}
SPEECH_SIGMA = 12.0  # frames over which an expression eases in and out with the speech
IN_SILENCE = 0.4  # of the expression that stays in pauses
LIP_COLUMNS = ((51, 62, 66, 57), (50, 61, 67, 58), (52, 63, 65, 56))  # outer, inner, inner, outer


@dataclass(frozen=True, slots=True)
class Expression:
    """Motion is scaled about the resting face, then the posture (36, 2) is added."""

    amplitude: float
    posture: NDArray[np.float64]


def amplitudes(table: Path) -> dict[str, float]:
    """How far each emotion opens the mouth, from `by_emotion.csv` of action units.

    The square root of the ratio to neutral, as loudness, which the network hears
    itself, accounts for part of it. Raises CorpusError when the table is not that.
    """
    names = {"fearful": "fear", "surprised": "surprise"}
    opened: dict[str, list[float]] = {}
    try:
        with table.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                emotion = names.get(row["emotion"], row["emotion"])
                opened.setdefault(emotion, []).append(float(row["mouth_openness_mean"]))
        neutral = np.mean(opened["neutral"])
        measured = {e: float(np.sqrt(np.mean(opened[e]) / neutral)) for e in POSTURES}
    except (OSError, KeyError, ValueError) as error:
        raise CorpusError(f"{table} is not a table of action units by emotion: {error}") from error
    return measured | AMPLITUDES


def postures(face_kit: Path, head: NDArray[np.float32]) -> dict[str, Array]:
    """Displacements (36, 2) of each emotion's action units, on a neutral face `head` (68, 2)."""
    try:
        with np.load(face_kit, allow_pickle=False) as kit:
            names = [str(name) for name in kit["expr_names"]]
            neutral = kit["neutral"][:, :2] * np.array([1.0, -1.0])  # its y points up
            moves = kit["expr"][:, :, :2] * np.array([1.0, -1.0])
    except (OSError, KeyError, ValueError) as error:
        raise CorpusError(f"{face_kit} is not ICT-FaceKit at 68 points: {error}") from error
    onto = fit_similarity(neutral.astype(np.float64), head.astype(np.float64))
    moves = (onto.scale * moves @ onto.rotation)[:, list(IBUG68)]
    result = {}
    for emotion, units in POSTURES.items():
        total = np.zeros(moves.shape[1:])
        for unit, strength in units.items():
            sides = [i for i, name in enumerate(names) if name in (unit, f"{unit}_L", f"{unit}_R")]
            if not sides:
                raise CorpusError(f"{face_kit} has no expression {unit!r}")
            total += strength * moves[sides].sum(axis=0)
        result[emotion] = _lips_together(total)
    return result


def _lips_together(posture: Array) -> Array:
    """Move the middles of both lips up and down alike, so that a closed mouth stays closed."""
    result = posture.copy()
    for column in LIP_COLUMNS:
        outer_up, inner_up, inner_low, outer_low = of_ibug(*column)
        mean = (posture[inner_up, 1] + posture[inner_low, 1]) / 2
        result[outer_up, 1] += mean - posture[inner_up, 1]
        result[outer_low, 1] += mean - posture[inner_low, 1]
        result[[inner_up, inner_low], 1] = mean
    return result


def expressed(
    motion: NDArray[np.float32],
    clip: HeardClip,
    expression: Expression,
    rest: NDArray[np.float64],
    shape_model: ShapeModel,
) -> NDArray[np.float32]:
    """Neutral motion (T, 18) of a clip -> the same speech with an expression, (T, 18).

    `rest` (36, 2) is the face in silence.
    """
    points = shape_model.points(motion).astype(np.float64)
    shown = rest + expression.amplitude * (points - rest)
    nose = list(NOSE)
    shown[:, nose] = points[:, nose]
    spoken = gaussian_filter1d(clip.voiced.astype(np.float64), SPEECH_SIGMA, mode="nearest")
    envelope = IN_SILENCE + (1 - IN_SILENCE) * spoken
    return shape_model.parameters(shown + envelope[:, None, None] * expression.posture)
