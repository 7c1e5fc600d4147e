"""MP4: the pictures with the original sound, H.264 and AAC. PyAV is an optional extra."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from app.pictures.frames import Picture, description, pictures
from app.pictures.settings import PictureSettings
from app.pictures.sound import FilmSound, film_sound
from core.animation import Animation
from core.atomic import atomic_binary
from core.errors import ExportError
from core.export import ExportSettings
from core.export.exporter import target_frames
from core.export.metadata import as_json
from core.monitor import Monitor

if TYPE_CHECKING:
    from av.audio import AudioStream
    from av.container import OutputContainer
    from av.video import VideoStream

STAGE = "writing mp4"
MISSING = "MP4 needs the package PyAV, which is not here; run: pip install 'visemo[video]'"
QUALITY = {"crf": "18", "preset": "medium", "tune": "animation"}
BITS_PER_CHANNEL = 128_000  # a second, of sound
FINEST_RATE = 100_000  # the largest denominator of a frame rate
BT709 = 1  # the colours of high definition; every player has to guess what a file does not say


def write(
    animation: Animation,
    path: Path,
    settings: ExportSettings,
    monitor: Monitor,
    picture: PictureSettings,
    sound: Path | None,
) -> list[Path]:
    """Write `path` with the sound of the file `sound`, from the first frame's beginning on.

    Sound and picture are of equal length: the sound is cut, or silence added, by
    at most half a frame. Raises ExportError where PyAV or the sound is missing,
    AudioFileError where the sound cannot be read.
    """
    av = _av()
    if sound is None:
        raise ExportError("A film needs its sound; name the sound file.")
    wanted = target_frames(animation, settings)
    width, height = (side + side % 2 for side in picture.size)  # H.264 halves its colours' sides
    picture = replace(picture, size=(width, height), transparent=False)
    frames = pictures(animation, settings, picture, monitor, STAGE)
    rate = frame_rate(settings.fps)
    with (
        film_sound(sound, wanted.start / settings.fps) as heard,
        atomic_binary(path) as stream,
        _film(av, stream) as film,
    ):
        film.metadata["title"] = animation.source.file
        film.metadata["comment"] = as_json(description(animation, settings, picture))
        _mux(film, _video(film, rate, width, height), _audio(film, heard), frames, heard)
    return [path]


def frame_rate(fps: float) -> Fraction:
    """The rate exactly as it reads: 29.97 is 2997/100."""
    return Fraction(str(fps)).limit_denominator(FINEST_RATE)


def _av() -> ModuleType:
    try:
        import av
    except ImportError as problem:
        raise ExportError(MISSING) from problem
    return av


@contextmanager
def _film(av: ModuleType, stream: BinaryIO) -> Iterator[OutputContainer]:
    """An MP4 that is written to `stream`. Raises ExportError for what the encoders refuse."""
    try:
        with av.open(stream, "w", format="mp4") as film:
            yield film
    except av.FFmpegError as problem:
        raise ExportError(f"The film cannot be encoded: {problem}; try another size.") from problem


def _video(film: OutputContainer, rate: Fraction, width: int, height: int) -> VideoStream:
    stream = film.add_stream("libx264", rate=rate, options=QUALITY)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.gop_size = max(round(rate), 1)  # a whole picture each second, for scrubbing
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = 1  # that of films, not of computers
    return stream


def _audio(film: OutputContainer, heard: FilmSound) -> AudioStream:
    stream = film.add_stream("aac", rate=heard.rate, layout=_layout(heard))
    stream.bit_rate = BITS_PER_CHANNEL * heard.channels
    return stream


def _layout(heard: FilmSound) -> str:
    return "stereo" if heard.channels == 2 else "mono"


def _mux(
    film: OutputContainer,
    video: VideoStream,
    audio: AudioStream,
    frames: Iterator[Picture],
    heard: FilmSound,
) -> None:
    """Each frame and the sound that goes with it, side by side."""
    from av import AudioFrame, VideoFrame

    rate = Fraction(video.codec_context.framerate)
    done = 0  # samples
    for index, frame in enumerate(frames):
        shown = VideoFrame.from_ndarray(frame, format="rgb24").reformat(
            format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
        )
        shown.pts, shown.time_base = index, 1 / rate
        film.mux(video.encode(shown))
        end = round((index + 1) / rate * heard.rate)
        samples = np.ascontiguousarray(heard.take(end - done).T)
        played = AudioFrame.from_ndarray(samples, format="fltp", layout=_layout(heard))
        played.sample_rate, played.pts, played.time_base = heard.rate, done, Fraction(1, heard.rate)
        film.mux(audio.encode(played))
        done = end
    film.mux(video.encode(None))
    film.mux(audio.encode(None))
