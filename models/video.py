"""Reading the pictures of a video file as a person sees them: upright, in square pixels, in order.

PyAV is an optional extra. The sound is not decoded, only measured.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from core.errors import TrackError
from core.video_file import ends_early, in_seconds, open_video, pyav

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.filter import Graph
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_GLITCH = 1.5  # pictures by which a time may be too early
_RATE = 25.0  # of pictures without a time, where the file says no rate either


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a video."""

    start: float  # seconds, when it is shown, from the beginning of the sound on
    pixels: NDArray[np.uint8]  # (height, width, 3), RGB


class Video:
    """A video file, open: `with Video(path) as video: for picture in video.pictures(): ...`.

    Raises TrackError where the file is no video, has no pictures, or PyAV is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = (0, 0)  # width and height of the pictures, known after the first
        self.sound_seconds = 0.0  # of the sound, 0 where there is none, known at the end
        self.damaged = 0  # pictures that could not be decoded whole, known at the end
        self._av = pyav()
        self._stack = ExitStack()
        self._container, self._stream = self._open()
        # All that the file says of itself, now: asking after it is closed crashes.
        stream = self._stream
        rate = stream.average_rate or stream.guessed_rate
        self.rate = float(rate) if rate else _RATE  # pictures a second, as the file says
        self._declared = in_seconds(stream.duration, stream.time_base) or 0.0
        self._declared_with_sound = not self._declared  # Matroska says the whole file's length
        if self._declared_with_sound:
            self._declared = (self._container.duration or 0) / self._av.time_base
        # How many pictures the file says it has, 0 where it does not.
        self.expected = stream.frames or round(self._declared * self.rate)
        self._aspect = float(stream.sample_aspect_ratio or 1)  # of a pixel
        self._sound = next(iter(self._container.streams.audio), None)
        self._sound_start: float | None = None
        if self._sound is not None:
            self._sound_start = in_seconds(self._sound.start_time, self._sound.time_base)
        stream.thread_type = "AUTO"
        self._rotation = 0
        self._graph: Graph | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def pictures(self) -> Generator[Picture, None, None]:
        """Every picture once, in the order of time.

        Raises TrackError where the file ends before its end.
        """
        previous, end, corrupt = -math.inf, 0.0, False
        origin = self._sound_start
        for frame in self._frames():
            moment = frame.time if frame.time is not None else end
            origin = moment if origin is None else origin
            corrupt = frame.is_corrupt
            self.damaged += corrupt
            if previous - _GLITCH / self.rate < moment <= previous:
                moment = previous + 0.5 / self.rate  # MPEG's clocks stutter; no picture is lost
            elif moment <= previous:
                self.damaged += 1
                continue
            previous = moment
            end = moment + (in_seconds(frame.duration, frame.time_base) or 1 / self.rate)
            yield Picture(moment - origin, self._upright(frame))
        if previous == -math.inf:
            raise TrackError("the video has no pictures that can be decoded; it may be cut off")
        self._check_end(end - (origin or 0.0), corrupt)

    def _check_end(self, end: float, corrupt: bool) -> None:
        """Raises TrackError unless pictures that end so (s) are all that the file says it has."""
        last = max(end, self.sound_seconds) if self._declared_with_sound else end
        missing = self._declared - last
        if corrupt or ends_early(self._declared, last):
            of = f" of {self._declared:.2f} s" if missing > 0 else ""
            raise TrackError(f"the video is cut off after {end:.2f} s{of}; copy it anew")

    # --- opening ----------------------------------------------------------------------------

    def _open(self) -> tuple[InputContainer, VideoStream]:
        try:
            container = self._stack.enter_context(open_video(self.path))
            streams = [s for s in container.streams.video if not _is_cover(s, self._av)]
            if not streams:
                raise TrackError("it has no pictures, only sound; expected a video")
            return container, streams[0]
        except BaseException:
            self._stack.close()
            raise

    # --- decoding ---------------------------------------------------------------------------

    def _frames(self) -> Iterator[VideoFrame]:
        for packet in self._packets():
            if packet.stream.type == "audio":
                if packet.pts is not None:
                    end = in_seconds(packet.pts + (packet.duration or 0), packet.time_base) or 0.0
                    start = self._sound_start or 0.0
                    self.sound_seconds = max(self.sound_seconds, end - start)
                continue
            try:
                frames = packet.decode()
            except self._av.error.FFmpegError:
                self.damaged += 1
                continue
            for frame in frames:
                yield from self._whole(frame)
        yield from self._whole(None)

    def _packets(self) -> Iterator[Packet[Any]]:
        streams = [self._stream, *([self._sound] if self._sound else [])]
        try:
            yield from self._container.demux(streams)
        except self._av.error.FFmpegError as problem:
            raise TrackError(f"the video is damaged: {problem.strerror}; copy it anew") from problem
        except IndexError as problem:  # PyAV's, of a stream that damage made up
            raise TrackError("the video is damaged; copy it anew") from problem

    def _whole(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        """The frame, its two fields made one picture where it is interlaced; None is the end."""
        if self._graph is None:
            if frame is None:
                return
            self._rotation = frame.rotation
            if not frame.interlaced_frame:
                yield frame
                return
            self._graph = self._deinterlacer()
        self._graph.push(frame)
        while True:
            try:
                whole = self._graph.pull()
            except (self._av.error.BlockingIOError, self._av.error.EOFError):
                return
            yield whole  # type: ignore[misc]  # a graph of pictures gives no sound

    def _deinterlacer(self) -> Graph:
        graph: Graph = self._av.filter.Graph()
        nodes = [
            graph.add_buffer(template=self._stream),
            graph.add("bwdif", "mode=send_frame:deint=interlaced"),
            graph.add("buffersink"),
        ]
        graph.link_nodes(*nodes).configure()
        return graph

    def _upright(self, frame: VideoFrame) -> NDArray[np.uint8]:
        turns = round(self._rotation / 90) % 4  # counter-clockwise
        if self.size == (0, 0):
            known = 0.1 < self._aspect < 10
            width = round(frame.width * self._aspect) if known else frame.width
            self.size = (frame.height, width) if turns % 2 else (width, frame.height)
        width, height = self.size[::-1] if turns % 2 else self.size
        pixels = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
        return np.ascontiguousarray(np.rot90(pixels, turns))


def _is_cover(stream: VideoStream, av: ModuleType) -> bool:
    """Whether it is the picture on a record's sleeve."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)
