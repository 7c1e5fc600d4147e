"""The 256 colours of a GIF, and each pixel's nearest among them.

Pillow finds the nearest only to within four levels, which turns white grey and
tears smooth shades into bands; here it is exact.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLOURS = 256
_CODES = 1 << 24
_WEIGHTS = 200_000  # over which the colours found are spread in proportion
_Colours = NDArray[np.uint8]  # (n, 3)


class Palette:
    """Colours made from sample pictures (height, width, 3)."""

    def __init__(self, samples: Sequence[NDArray[np.uint8]]) -> None:
        codes, counts = np.unique(np.stack([_codes(s) for s in samples]), return_counts=True)
        # By the root of the count: large areas must not take all colours from small shades.
        weights = np.sqrt(counts)
        repeats = np.maximum(weights / weights.sum() * _WEIGHTS, 1).astype(np.intp)
        crowd = Image.fromarray(np.repeat(_rgb(codes), repeats, axis=0)[None])
        chosen = crowd.quantize(COLOURS - 1, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        found = np.frombuffer(bytes(chosen.getpalette("RGB") or ()), np.uint8).reshape(-1, 3)
        ground = _rgb(codes[[counts.argmax()]])  # the background, exactly
        self.colours: _Colours = np.concatenate((found[: COLOURS - 1], ground))
        from scipy.spatial import cKDTree  # 0.25 s, which the window would wait for

        self._tree = cKDTree(self.colours)
        self._known = np.full(_CODES, -1, np.int16)  # of each colour met, the nearest

    def bytes(self) -> bytes:
        """The colours as a GIF has them, 768 bytes."""
        return self.colours.tobytes().ljust(3 * COLOURS, b"\0")

    def indices(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The nearest colour of each pixel, (height, width)."""
        codes = _codes(picture)
        found = self._known[codes]
        if found.min() < 0:
            new = np.unique(codes[found < 0])
            self._known[new] = self._tree.query(_rgb(new))[1]
            found = self._known[codes]
        return found.astype(np.uint8)


def _codes(picture: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Each pixel as one number, 0xRRGGBB."""
    wide = picture.astype(np.int32)
    return wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]


def _rgb(codes: NDArray[np.int32]) -> _Colours:
    return np.stack((codes >> 16, codes >> 8 & 255, codes & 255), axis=-1).astype(np.uint8)
