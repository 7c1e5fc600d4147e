"""Other microphones, rooms and throats, made from features alone.

All work on log mel band energies (frames, 40), so a new variant costs nothing
and is drawn anew in every epoch.
"""

from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.mfsc import BANDS

Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]
Range = Annotated[float, msgspec.Meta(ge=0)]
Values = NDArray[np.float32]
DECIBEL = np.log(10) / 10  # nats of energy
TELEPHONE_BAND = 28  # 3.4 kHz
CUT = 10.0  # nats: what a telephone leaves of the bands above


class Augmentation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Chances and ranges of one variant."""

    chance: Chance = 0.7  # that a clip is changed at all
    tilt: Range = 1.5  # nats from the lowest to the highest band, +-
    ripple: Range = 0.7  # nats, of each of three cosines over the bands
    gain: Range = 1.5  # nats, +-
    noise_chance: Chance = 0.6
    snr: tuple[float, float] = (3.0, 35.0)  # dB over the speech frames
    warp: Annotated[float, msgspec.Meta(ge=0, le=0.3)] = 0.06  # of the mel axis, +-
    telephone_chance: Chance = 0.08
    reverberation_chance: Chance = 0.2


def _colour(choice: np.random.Generator, tilt: float, ripple: float) -> NDArray[np.float64]:
    axis = np.linspace(-1, 1, BANDS)
    curve = choice.uniform(-tilt, tilt) / 2 * axis
    for cycles in (1, 2, 3):
        phase = choice.uniform(0, 2 * np.pi)
        curve = curve + choice.uniform(0, ripple) * np.cos(np.pi * cycles * axis + phase)
    result: NDArray[np.float64] = curve
    return result


def _warped(values: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    source = np.clip(np.arange(BANDS) * factor, 0, BANDS - 1)
    below = np.minimum(source.astype(int), BANDS - 2)
    part = source - below
    result: NDArray[np.float64] = values[:, below] * (1 - part) + values[:, below + 1] * part
    return result


def _reverberated(values: NDArray[np.float64], decay: float) -> NDArray[np.float64]:
    """Energy that dies away by `decay` nats a frame."""
    energy = np.exp(values)
    keep = np.exp(-decay)
    tail = np.zeros(BANDS)
    for row in energy:
        tail = np.maximum(row, tail * keep)
        row[:] = tail
    return np.log(energy)


def augmented(
    values: Values,
    voiced: NDArray[np.bool_],
    choice: np.random.Generator,
    settings: Augmentation,
) -> Values:
    """One random variant of a clip (frames, 40); the speech mask (frames,) sets the noise level."""
    if choice.random() > settings.chance:
        return values
    result = values.astype(np.float64)
    if settings.warp:
        result = _warped(result, 1 + choice.uniform(-settings.warp, settings.warp))
    if choice.random() < settings.reverberation_chance:
        result = _reverberated(result, choice.uniform(0.15, 0.6))
    result += _colour(choice, settings.tilt, settings.ripple)
    if choice.random() < settings.telephone_chance:
        result[:, TELEPHONE_BAND:] -= CUT
    if choice.random() < settings.noise_chance:
        speech = result[voiced] if voiced.any() else result
        level = np.log(np.exp(speech).mean()) - choice.uniform(*settings.snr) * DECIBEL
        hiss = level + _colour(choice, 3.0, 1.0)
        grain = np.log(choice.gamma(3.0, 1 / 3.0, size=result.shape) + 1e-3)
        result = np.logaddexp(result, hiss + grain)
    result += choice.uniform(-settings.gain, settings.gain)
    return result.astype(np.float32)
