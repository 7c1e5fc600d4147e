"""Fades what a lane shows of pauses: silence does not vote."""

import numpy as np
from PySide6.QtGui import QColor, QImage

from app.theme import Theme
from app.views.lanes.pixels import image
from app.views.lanes.scale import Scale, means
from core.emotion import EmotionTrack

VEIL = 0.78  # how far


class Pauses:
    """Where nobody speaks in a clip; nowhere before that is known."""

    def __init__(self, track: EmotionTrack | None) -> None:
        self._track = track
        voiced = np.zeros(0, np.bool_) if track is None else track.voiced
        self._voiced = voiced.view(np.uint8)[:, None]  # not copied: it may be hours

    def at(self, seconds: float) -> bool:
        """Whether there is a pause at a time."""
        track = self._track
        return track is not None and not track.voiced[track.timeline.frame_at(seconds)]

    def picture(self, scale: Scale, theme: Theme) -> QImage:
        """A row of pixels to lay over the plot, in its ground's colour."""
        if self._track is None:
            return QImage()
        voiced = means(self._voiced, self._track.timeline, scale)[:, 0]
        alpha = ((1 - voiced) * VEIL * 255).astype(np.uint32)
        ground = QColor(theme.sunken)
        parts = [alpha * part // 255 for part in (ground.red(), ground.green(), ground.blue())]
        pixels = (alpha << 24) | (parts[0] << 16) | (parts[1] << 8) | parts[2]
        return image(pixels[None].astype(np.uint32))
