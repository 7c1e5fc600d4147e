"""One showing of a clip: grey, the face with its sound from the beginning, grey.

What a session must know of it is measured here: which pictures came too late, how far the
face was behind the sound, and whether the sound broke off.
"""

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from app.rating.material import Material
from app.sound.player import PLAYING, STOPPED, Player
from app.views.face_view import FaceView
from core.animation import points_at

GREY, CLIP, REST = "grey", "clip", "rest"  # of a showing; "" is none
# More than these is a technical fault, and the clip is shown again.
SLOWEST_SCREEN = 20.0  # Hz; some systems say 0 or 1 where they do not know
MOST_UNDERRUNS = 0  # a break in the sound is heard, and is no fault of the animation
# A tenth of a second of the picture, and a twentieth of it: less passes for the face's own doing.
LEAST_DROPPED, MOST_DROPPED = 6, 0.05
MOST_SKEW = 0.045  # seconds; sound earlier than this is noticed (ITU-R BT.1359)


@dataclass(slots=True)
class Showing:
    """What happened in one showing, in seconds where not said otherwise."""

    fps: float
    duration: float = 0.0  # of the clip
    began: float = 0.0  # of `time.monotonic`
    ended: float = 0.0
    underruns: int = 0
    shown: list[float] = field(default_factory=list)  # clip seconds of pictures that were painted
    behind: list[float] = field(default_factory=list)  # sound ahead of each, when it was painted
    drift: float = 0.0  # of the card's clock against the computer's, over the clip
    lost: str = ""  # why the sound stopped before its end
    size: tuple[int, int] = (0, 0)  # of the face, device pixels

    @property
    def dropped(self) -> int:
        """Pictures of the study's rate that were never on the screen."""
        gaps = np.diff([0.0, *self.shown, self.duration]) * self.fps
        return int(np.maximum(np.round(gaps) - 1, 0).sum())

    @property
    def skew(self) -> float:
        """How far the picture was behind the sound, the median over all pictures."""
        return float(np.median(self.behind)) if self.behind else 0.0

    @property
    def fault(self) -> str:
        """Why this must not be rated, or ""."""
        if self.lost:
            return self.lost
        if self.underruns > MOST_UNDERRUNS:
            return f"the sound broke off {self.underruns} times"
        expected = self.duration * self.fps
        if self.dropped > max(LEAST_DROPPED, MOST_DROPPED * expected):
            return f"{self.dropped} of {expected:.0f} pictures were dropped"
        if abs(self.skew) > MOST_SKEW:
            return f"the picture was {1000 * self.skew:.0f} ms behind the sound"
        return ""

    def facts(self) -> dict[str, float | int | str]:
        """For the log: JSON values."""
        most = max(self.behind, key=abs, default=0.0)
        return {
            "pictures": len(self.shown), "dropped": self.dropped, "underruns": self.underruns,
            "skew_ms": round(1000 * self.skew, 2), "largest_skew_ms": round(1000 * most, 2),
            "drift_ms": round(1000 * self.drift, 2), "seconds": round(self.ended - self.began, 3),
            "fps": self.fps, "width": self.size[0], "height": self.size[1], "fault": self.fault,
        }  # fmt: skip


class Playback(QObject):
    """Shows clips one at a time on a face view, by the player's clock. There is no seeking."""

    phase_changed = Signal(str)  # GREY, CLIP, REST, and "" when it is over
    ended = Signal()  # the showing is in `showing`

    def __init__(
        self, player: Player, face: FaceView, grey: float, fps: float, parent: QObject | None = None
    ) -> None:
        """`grey` is in seconds, before and after."""
        super().__init__(parent)
        self.showing = Showing(fps)
        self.phase = ""
        self._player, self._face = player, face
        self._fps = fps
        self._material: Material | None = None
        self._second = 0.0  # of the clip, that the face was told to show
        self._due = False  # a picture that is not painted yet
        self._look = b""
        self._underruns = 0  # of the player before this clip
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(1000 * grey))
        self._timer.timeout.connect(self._go_on)
        player.moved.connect(self._move)
        player.state_changed.connect(self._state)
        face.installEventFilter(self)

    def begin(self, material: Material) -> None:
        """From the grey before it; one that is on is broken off."""
        self.stop()
        self._material = material
        self.showing = Showing(self._possible_fps(), material.sound.duration)
        self._player.load(material.sound)
        self._face.show_result(material.result)
        self._face.set_time(0.0)
        self._second, self._due, self._look = 0.0, False, b""
        self._set(GREY)
        self._timer.start()

    def _possible_fps(self) -> float:
        """The study's, or what the screen can do: a slow one drops nothing that it could show."""
        rate = self._face.screen().refreshRate()
        return min(self._fps, rate) if rate >= SLOWEST_SCREEN else self._fps

    def stop(self) -> None:
        """Break off, with nothing said."""
        self._timer.stop()
        if self.phase:
            self.phase, self._material = "", None
            self._player.stop()
            self.phase_changed.emit("")

    def close(self) -> None:
        """For good."""
        self.stop()
        self._face.removeEventFilter(self)

    def _go_on(self) -> None:
        if self.phase == GREY:
            self._play()
        elif self.phase == REST:
            self._end()

    def _play(self) -> None:
        self._set(CLIP)
        self._underruns = self._player.underruns
        self.showing.began = time.monotonic()
        ratio = self._face.devicePixelRatioF()
        self.showing.size = round(self._face.width() * ratio), round(self._face.height() * ratio)
        self._player.play()
        if self._player.silent_reason and self.phase == CLIP:
            self.showing.lost = self._player.silent_reason
            self._end()

    def _move(self, second: float) -> None:
        if self.phase != CLIP or self._material is None:
            return
        face = self._material.result.face
        assert face is not None, "material has a face"
        look = points_at(face.animation, np.array([second]), face.shape).tobytes()
        self._face.set_time(second)
        self._second, self._due = second, look != self._look
        self._look = look
        if not self._due:  # nothing to paint: what should be seen is seen
            self._painted(0.0)

    def _state(self, state: str) -> None:
        if self.phase != CLIP or state != STOPPED:
            return
        self.showing.ended = time.monotonic()
        self.showing.underruns = self._player.underruns - self._underruns
        if self._player.position < self._player.duration:
            # The player has not moved to the end yet when it tells that it stopped there.
            QTimer.singleShot(0, self, self._look_again)
        else:
            self._rest()

    def _look_again(self) -> None:
        if self.phase != CLIP:
            return
        if self._player.position < self._player.duration:
            self.showing.lost = "the sound device stopped"
            self._end()
        else:
            self._rest()

    def _rest(self) -> None:
        self.showing.drift = drift_of(self._player.skew_log(), self._player.duration)
        self._set(REST)
        self._timer.start()

    def _end(self) -> None:
        self._timer.stop()
        if self._player.state == PLAYING:
            self._player.stop()
        self._set("")
        self._material = None
        self.ended.emit()

    def _set(self, phase: str) -> None:
        self.phase = phase
        self.phase_changed.emit(phase)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """See the face being painted."""
        if event.type() == QEvent.Type.Paint and self.phase == CLIP and self._due:
            self._due = False
            self._painted(self._player.position - self._second)
        return False

    def _painted(self, behind: float) -> None:
        self.showing.shown.append(self._second)
        self.showing.behind.append(behind)


def drift_of(log: NDArray[np.float64], duration: float) -> float:
    """How far the card's clock went ahead of the computer's, in seconds.

    `log` is a player's; before the sound has left the card, and after it, nothing is measured.
    """
    heard = log[(log[:, 1] > 0) & (log[:, 1] < duration)]
    if len(heard) < 2:
        return 0.0
    return float(np.ptp(heard[:, 1]) - np.ptp(heard[:, 0]))
