"""Results kept on disk, so that a clip seen before need not be computed again.

An entry is found by what it was made from: the sound's bytes, the weights, the
settings and this program's version. One that was damaged or cut is dropped, and
computed anew. Several programs may use one folder at once.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec

from core.animation import Animation, AnimationSettings
from core.animation_pack import FORMAT, pack, pack_emotions, unpack, unpack_emotions
from core.atomic import atomic_binary
from core.clip import Source
from core.emotion import EmotionTrack
from core.errors import ExportError
from core.gains import AS_LEARNED
from core.monitor import SILENT, Monitor
from core.version import program_version

LIMIT = 1 << 30  # bytes; an hour of sound takes 50 MB
SUFFIX = ".result"
_STALE = 3600.0  # seconds after which a temporary file is no longer being written
T = TypeVar("T")


class AnimationStore:
    """A folder of results that holds at most `limit` bytes; those not used for longest go first.

    Without a folder nothing is kept. Where the disk is full or does not let itself
    be written, `monitor` gets one notice and nothing more is kept: the work goes on.
    """

    def __init__(self, folder: Path | None, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit
        self._writes = folder is not None

    def get(self, source: Source, weights: str, settings: AnimationSettings) -> Animation | None:
        """The animation of a sound made with those weights, as `put` was given it.

        `weights` names all networks there are, see `Cascade.weights_id`.
        """
        key = _key("animation", source.sha256, weights, _posed(settings))

        def made(key: str, data: bytes) -> Animation:
            # The same sound may have another name now, and gains are applied when looking.
            return replace(unpack(key, data), source=source, settings=settings)

        return self._read(key, made)

    def put(self, weights: str, animation: Animation, monitor: Monitor = SILENT) -> None:
        """Keep an animation."""
        if not self._writes:  # nor put together
            return
        key = _key("animation", animation.source.sha256, weights, _posed(animation.settings))
        self._write(pack(key, animation), key, monitor)

    def get_emotions(self, sound: str, recogniser: str) -> EmotionTrack | None:
        """What was heard in the sound of a hash by a recogniser, see `Cascade.hearing_id`."""
        return self._read(_key("emotions", sound, recogniser), unpack_emotions)

    def put_emotions(
        self, sound: str, recogniser: str, emotions: EmotionTrack, monitor: Monitor = SILENT
    ) -> None:
        """Keep what was heard."""
        if not self._writes:
            return
        key = _key("emotions", sound, recogniser)
        self._write(pack_emotions(key, emotions), key, monitor)

    def used(self) -> int:
        """Bytes in the folder."""
        return sum(size for _, size, _ in self._entries())

    def clear(self) -> None:
        """Drop everything."""
        for _, _, path in self._entries():
            _unlink(path)

    # Files

    def _read(self, key: str, made: Callable[[str, bytes], T]) -> T | None:
        if self._folder is None:
            return None
        path = self._folder / f"{key}{SUFFIX}"
        try:
            with path.open("rb") as stream:
                data = stream.read(self._limit + 1)
        except (OSError, MemoryError):
            return None
        try:
            result = made(key, data)
        except ValueError:
            _unlink(path)
            return None
        with suppress(OSError):
            os.utime(path)  # used just now
        return result

    def _write(self, data: bytes, key: str, monitor: Monitor) -> None:
        if self._folder is None or len(data) > self._limit:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with atomic_binary(self._folder / f"{key}{SUFFIX}") as stream:
                stream.write(data)
        except (OSError, ValueError, ExportError) as problem:
            self._writes = False
            monitor.notice(f"Results are not kept for the next time: {problem}")
        self._make_room()

    def _make_room(self) -> None:
        """Drop what was not used for longest, and temporary files that a kill left."""
        entries = sorted(self._entries())
        total = sum(size for _, size, _ in entries)
        newest = max((time for time, _, _ in entries), default=0.0)
        for time, size, path in entries:
            stale = path.suffix != SUFFIX and newest - time > _STALE
            if total > self._limit or stale:
                _unlink(path)
                total -= size

    def _entries(self) -> list[tuple[float, int, Path]]:
        """(time of last use, bytes, path) of what is in the folder and ours."""
        found: list[tuple[float, int, Path]] = []
        if self._folder is None:
            return found
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.suffix in (SUFFIX, ".tmp"):
                    with suppress(OSError):  # another program may drop it meanwhile
                        status = path.stat()
                        found.append((status.st_mtime, status.st_size, path))
        return found


def _posed(settings: AnimationSettings) -> AnimationSettings:
    """Gains are applied to a face when it is looked at: all of them share one entry."""
    return replace(settings, gains=AS_LEARNED)


def _key(*parts: object) -> str:
    text = msgspec.json.encode((FORMAT, program_version(), *parts))
    return hashlib.sha256(text).hexdigest()


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
