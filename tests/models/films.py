"""Videos made for tests, of pictures and a hum."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

RATE = 16_000
Pictures = Sequence[NDArray[np.uint8]]
LOSSLESS = {"crf": "0", "preset": "ultrafast"}


@dataclass(frozen=True)
class Sound:
    """Samples (frames, channels), and how they are to be stored."""

    samples: NDArray[np.float32]
    rate: int = RATE
    codec: str = "aac"
    begin: float = 0.0  # seconds after the pictures
    gap: tuple[float, float] = (0.0, 0.0)  # from when until when (s) nothing is stored

    def stream(self, container: OutputContainer) -> av.AudioStream:
        layout = {1: "mono", 2: "stereo", 6: "5.1"}[self.samples.shape[1]]
        stream = container.add_stream(self.codec, rate=self.rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        return stream

    def write(self, container: OutputContainer, stream: av.AudioStream) -> None:
        layout, size = stream.codec_context.layout, stream.codec_context.frame_size or 1024
        fit = av.AudioResampler(stream.codec_context.format, layout, self.rate)
        for first in range(0, len(self.samples), size):
            if self.gap[0] <= first / self.rate < self.gap[1]:
                continue
            block = np.ascontiguousarray(self.samples[first : first + size].T, np.float32)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout.name)
            frame.rate, frame.pts = self.rate, first + round(self.begin * self.rate)
            frame.time_base = Fraction(1, self.rate)
            for fitted in fit.resample(frame):
                container.mux(stream.encode(fitted))
        container.mux(stream.encode())


def hum(seconds: float) -> NDArray[np.float32]:
    """A low tone, (frames, 1)."""
    return (0.1 * np.sin(np.arange(round(RATE * seconds)) / 20)).astype(np.float32)[:, None]


def flashing(count: int, lit: int) -> list[NDArray[np.uint8]]:
    """Black pictures, and white ones from `lit` on."""
    return [np.full((48, 64, 3), 255 * (i >= lit), dtype=np.uint8) for i in range(count)]


def marked(count: int = 10, width: int = 64, height: int = 48) -> list[NDArray[np.uint8]]:
    """Black pictures, white in the upper left quarter, the whole slowly brighter."""
    pictures = [np.full((height, width, 3), 4 * i, dtype=np.uint8) for i in range(count)]
    for picture in pictures:
        picture[: height // 2, : width // 2] = 255
    return pictures


def write(
    path: Path,
    pictures: Pictures,
    milliseconds: Sequence[int] | None = None,
    *,
    codec: str = "libx264",
    coloured: str = "yuv420p",
    options: dict[str, str] | None = None,
    aspect: Fraction | None = None,
    rotation: int = 0,
    sound: float | Sound = 0.0,
    muxing: dict[str, str] | None = None,
) -> Path:
    """A video of pictures at 25 fps, or shown from these moments on, with sound or a hum."""
    heard = Sound(hum(sound)) if isinstance(sound, float) and sound else sound
    unit = Fraction(1, 1000) if milliseconds else Fraction(1, 25)
    with av.open(str(path), "w", options=muxing or {}) as container:
        stream = container.add_stream(
            codec, rate=25, options=LOSSLESS if options is None else options
        )
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = coloured
        stream.codec_context.time_base = unit
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        voice = heard.stream(container) if isinstance(heard, Sound) else None
        for index, pixels in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = (milliseconds or range(len(pictures)))[index], unit
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if isinstance(heard, Sound) and voice is not None:
            heard.write(container, voice)
    return path
