"""Profiles of speakers from the clips there are of them, for the window and the command line.

Torch is imported when a clip is listened to.
"""

from collections.abc import Sequence
from pathlib import Path

from core.audio_file import read_clip
from core.errors import VisemoError
from core.monitor import SILENT, Monitor
from core.speaker_profile import SpeakerProfile
from core.timeline import FRAMES_PER_SECOND

MEETING = "getting to know the speaker"
# By fewer clips, or less speech, a voice cannot be told from a mood: decision 21.
LEAST_CLIPS = 12
LEAST_SECONDS = 10.0
Known = tuple[Path, int, int]  # a file as it was: path, time of its last change, bytes


def is_enough(profile: SpeakerProfile) -> bool:
    """Whether so much was heard of a speaker that hearing by the profile is better than without."""
    speech = profile.bands.frames / FRAMES_PER_SECOND
    return len(profile.sounds) >= LEAST_CLIPS and speech >= LEAST_SECONDS


def too_little(name: str, clips: int) -> str:
    """What to say where there are only `clips` of a speaker."""
    return (
        f"too little is known of {name or 'the speaker'} ({clips or 'no'} "
        f"{'clip' if clips == 1 else 'clips'}): it takes {LEAST_CLIPS}, with {LEAST_SECONDS:g} s "
        "of speech in all, to tell a voice from a mood; each is heard by itself"
    )


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
        self, name: str, clips: Sequence[Path], monitor: Monitor = SILENT
    ) -> SpeakerProfile | None:
        """Of the speaker of `clips`; None where they tell too little."""
        if len(clips) < LEAST_CLIPS:
            return None
        found = self.together(name, clips, monitor)
        return found if found is not None and is_enough(found) else None

    def together(
        self,
        name: str,
        clips: Sequence[Path],
        monitor: Monitor = SILENT,
        before: SpeakerProfile | None = None,
    ) -> SpeakerProfile | None:
        """What `clips` and, where there is one, the profile `before` tell, however little.

        A sound counts once. None where nothing can be used.
        """
        parts = [before] if before is not None and before.bands.frames > 0 else []
        sounds = {sound for part in parts for sound in part.sounds}
        for index, path in enumerate(clips):
            monitor.step(MEETING, index, len(clips))
            voice = self._voice(path, _Meeting(monitor, index, len(clips)))
            if voice is not None and voice.bands.frames > 0 and not voice.sounds <= sounds:
                parts.append(voice)
                sounds |= voice.sounds
        return SpeakerProfile.together(name, parts) if parts else None

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
