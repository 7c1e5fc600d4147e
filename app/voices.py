"""Profiles of speakers from the clips there are of them, for the window and the command line.

Torch is imported when a clip is listened to.
"""

from collections.abc import Sequence
from pathlib import Path

from core.audio_file import read_clip
from core.errors import VisemoError
from core.monitor import SILENT, Monitor
from core.speaker_profile import SpeakerProfile

MEETING = "getting to know the speaker"
LEAST_CLIPS = 2  # a clip alone cannot tell how its speaker speaks from what he feels in it
Known = tuple[Path, int, int]  # a file as it was: path, time of its last change, bytes


class Voices:
    """Listens to each clip once, and again only when its file has changed."""

    def __init__(self) -> None:
        self._voices: dict[Known, SpeakerProfile] = {}

    def knows(self, clips: Sequence[Path]) -> bool:
        """Whether all were listened to that a profile needs, but for those that are not there."""
        return len(clips) < LEAST_CLIPS or all(
            known is None or known in self._voices for known in map(_known, clips)
        )

    def profile(
        self, name: str, clips: Sequence[Path], monitor: Monitor = SILENT, least: int = LEAST_CLIPS
    ) -> SpeakerProfile | None:
        """Of the speaker of `clips`; None where fewer than `least` of them can be used."""
        if len(clips) < least:
            return None
        parts = []
        for index, path in enumerate(clips):
            monitor.step(MEETING, index, len(clips))
            voice = self._voice(path, _Meeting(monitor, index, len(clips)))
            if voice is not None and voice.bands.frames > 0:
                parts.append(voice)
        return SpeakerProfile.together(name, parts) if len(parts) >= max(least, 1) else None

    def _voice(self, path: Path, monitor: Monitor) -> SpeakerProfile | None:
        from models.speaker_profiles import voice_of

        known = _known(path)
        if known is None:
            return None
        if known not in self._voices:
            try:
                self._voices[known] = voice_of(read_clip(path, monitor), monitor)
            except VisemoError:
                return None  # told of when it is animated
        return self._voices[known]


class _Meeting(Monitor):
    """Tells how many clips were listened to, and hears cancelling within each."""

    def __init__(self, monitor: Monitor, done: int, total: int) -> None:
        self._monitor, self._done, self._total = monitor, done, total

    def step(self, _stage: str, _done: float, _total: float) -> None:
        """Whatever is done with a clip is meeting its speaker."""
        self._monitor.step(MEETING, self._done, self._total)


def _known(path: Path) -> Known | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return path, status.st_mtime_ns, status.st_size
