"""The sound of a video, read from front to end as soundfile reads that of a sound file.

Its clock is that of the pictures (`models.video`), which counts from the beginning of the
sound: where the file leaves sound out there is silence, and what it has twice is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
from numpy.typing import NDArray

from core.errors import AudioFileError, SilentVideoError, TrackError
from core.video_file import SLACK, ends_early, in_seconds, open_video, pyav

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

JITTER = 0.02  # seconds by which times may be off, as where a container rounds them
MOST_MISSING = 60.0  # seconds of sound left out; more is a clock that is damaged
_SILENCE = 1 << 12  # frames at once
_FULL_SCALE = {"u1": 1 << 7, "i2": 1 << 15, "i4": 1 << 31}
Block = NDArray[np.float32]  # (frames, channels)


class VideoSound:
    """An open video's sound at its own rate: what `soundfile.SoundFile` has for `audio_file`."""

    format = "VIDEO"

    def __init__(self, container: InputContainer, name: str) -> None:
        self._name, self._error = name, pyav().error.FFmpegError
        self._container = container
        if not container.streams.audio:
            raise SilentVideoError(f"'{name}' has no sound; expected a video with sound.")
        stream = container.streams.audio[0]
        self._index = stream.index
        unit = pyav().time_base
        self._declared = (container.duration or 0) / unit  # seconds, of sound or pictures
        self._first = (container.start_time or 0) / unit  # of either
        self._last = self._end = 0.0  # where packets ended so far: of any stream, of the sound
        self._damaged = False
        self._packets = self._all_packets()
        decoded = self._decoded()
        first = next(decoded, None)
        if first is None:
            raise AudioFileError(f"'{name}' holds no sound that can be decoded; copy it anew.")
        self.samplerate, self.channels = first.rate, first.layout.nb_channels
        start = in_seconds(stream.start_time, stream.time_base)
        self._start = start if start is not None else first.time or 0.0
        self.frames = round(self._declared * self.samplerate)  # about
        self._blocks = self._in_time(chain([first], decoded))
        self._left: Block = np.empty((0, self.channels), np.float32)

    def read(self, out: Block) -> Block:
        """The next frames, in `out`, (frames, channels); fewer at the end.

        Raises SoundFileError where the file is damaged or ends before its end.
        """
        done = 0
        while done < len(out):
            if not len(self._left):
                block = next(self._blocks, None)
                if block is None:
                    break
                self._left = block
            part = self._left[: len(out) - done]
            out[done : done + len(part)] = part
            self._left = self._left[len(part) :]
            done += len(part)
        if done == 0 and self._damaged:
            raise soundfile.SoundFileError("the sound of the video is damaged or cut short")
        return out[:done]

    def measure(self) -> float:
        """Seconds of sound, by going through the rest of the file without decoding it.

        Raises AudioFileError where it is cut short.
        """
        for _ in self._packets:
            pass
        seconds = self._end - self._start
        if self._damaged or seconds <= 0:
            raise AudioFileError(
                f"'{self._name}' is cut short or damaged after {max(seconds, 0):.2f} s."
            )
        return seconds

    def _in_time(self, frames: Iterator[AudioFrame]) -> Iterator[Block]:
        """All sound up to the first damage, each piece in its place."""
        done = 0
        for frame in frames:
            if (frame.rate, frame.layout.nb_channels) != (self.samplerate, self.channels):
                self._damaged = True
                return
            missing = 0  # frames between the last piece and this one; below 0 they overlap
            if frame.time is not None:
                missing = round((frame.time - self._start) * self.samplerate) - done
            if abs(missing) > MOST_MISSING * self.samplerate:
                self._damaged = True
                return
            if done and abs(missing) <= JITTER * self.samplerate:
                missing = 0
            for first in range(0, missing, _SILENCE):
                silent = min(_SILENCE, missing - first)
                yield np.zeros((silent, self.channels), np.float32)
            block = _samples(frame)[max(-missing, 0) :]
            done += max(missing, 0) + len(block)
            yield block

    def _decoded(self) -> Iterator[AudioFrame]:
        """Frames of the sound up to the first damage; what is before the first does not count."""
        begun = False
        for packet in self._packets:
            try:
                frames = packet.decode()
            except self._error:
                if begun:
                    self._damaged = True
                    return
                continue
            begun = begun or bool(frames)
            yield from frames

    def _all_packets(self) -> Iterator[Packet[AudioStream]]:
        """Those of the sound; all others are looked at, since a file is cut with all it holds."""
        spoilt = -np.inf  # where the last packet ended that is not whole
        try:
            for packet in self._container.demux():
                if packet.pts is not None:
                    end = in_seconds(packet.pts + (packet.duration or 0), packet.time_base) or 0.0
                    spoilt = end if packet.is_corrupt else spoilt
                    self._last = max(self._last, end)
                    if packet.stream.index == self._index:
                        self._end = max(self._end, end)
                if packet.stream.index == self._index:
                    yield packet  # type: ignore[misc]  # of the stream of the sound
        except (self._error, IndexError):  # the latter of a stream that damage made up
            self._damaged = True
        if self._last - spoilt < SLACK or ends_early(self._declared, self._last - self._first):
            self._damaged = True


def _samples(frame: AudioFrame) -> Block:
    """Samples (frames, channels) in full scales."""
    values = frame.to_ndarray()
    rows = values.T if frame.format.is_planar else values.reshape(-1, frame.layout.nb_channels)
    scale = _FULL_SCALE.get(rows.dtype.str[1:], 1)
    centred = rows - np.float32(scale) if rows.dtype == np.uint8 else rows
    return (centred / np.float32(scale)).astype(np.float32)


@contextmanager
def video_sound(path: Path, name: str) -> Iterator[VideoSound]:
    """The sound of a video, open. Raises AudioFileError, also where PyAV is missing."""
    with ExitStack() as stack:
        try:
            container = stack.enter_context(open_video(path))
        except TrackError as problem:
            raise AudioFileError(f"'{name}' cannot be used: {problem}.") from problem
        yield VideoSound(container, name)
