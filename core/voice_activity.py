"""Which frames are speech, by their energy."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, binary_opening, uniform_filter1d

FLOOR_PERCENTILE, PEAK_PERCENTILE = 5, 95
ABOVE_FLOOR = 0.30  # of the way from the quiet to the loud frames
BELOW_PEAK = 5.0  # nats of band energy: 22 dB under the loud frames nothing counts as speech
LEAST_RANGE = 1.5  # nats; a clip that varies less is all noise, or all speech
AUDIBLE = -20.0  # mean log band energy; 16-bit rounding noise has -23, faint speech -17
SMOOTH_FRAMES, GAP_FRAMES, BURST_FRAMES = 5, 15, 5


def frame_energy(mfsc_values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Mean log band energy of each frame: (frames, 40) -> (frames,)."""
    return np.asarray(mfsc_values.mean(axis=1), dtype=np.float32)


def voiced_frames(energy: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Speech or not, (frames,) from `frame_energy`; gaps under 150 ms are bridged."""
    smooth = uniform_filter1d(np.asarray(energy, np.float64), SMOOTH_FRAMES, mode="nearest")
    audible = smooth > AUDIBLE
    if not audible.any():
        return np.zeros(len(energy), dtype=bool)
    floor = max(float(np.percentile(smooth, FLOOR_PERCENTILE)), AUDIBLE)
    peak = float(np.percentile(smooth[audible], PEAK_PERCENTILE))
    threshold = max(floor + ABOVE_FLOOR * (peak - floor), peak - BELOW_PEAK)
    if peak - floor < LEAST_RANGE:
        threshold = floor
    active = audible & (smooth >= threshold)
    padded = np.pad(active, GAP_FRAMES)
    bridged = binary_closing(padded, np.ones(GAP_FRAMES, dtype=bool))[GAP_FRAMES:-GAP_FRAMES]
    result: NDArray[np.bool_] = binary_opening(bridged, np.ones(BURST_FRAMES, dtype=bool))
    return result
