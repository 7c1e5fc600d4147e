"""Videos made for tests, of pictures and a hum."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Pictures = Sequence[NDArray[np.uint8]]
LOSSLESS = {"crf": "0", "preset": "ultrafast"}


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
    options: dict[str, str] | None = None,
    aspect: Fraction | None = None,
    rotation: int = 0,
    sound: float = 0.0,
    muxing: dict[str, str] | None = None,
) -> Path:
    """A video of pictures at 25 fps, or shown from these moments on, with seconds of sound."""
    unit = Fraction(1, 1000) if milliseconds else Fraction(1, 25)
    with av.open(str(path), "w", options=muxing or {}) as container:
        stream = container.add_stream(codec, rate=25, options=options or LOSSLESS)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = unit
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        hum = container.add_stream("aac", rate=16000, layout="mono") if sound else None
        assert hum is None or isinstance(hum, av.AudioStream)
        for index, pixels in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = (milliseconds or range(len(pictures)))[index], unit
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if hum is not None:
            for first in range(0, round(16000 * sound), 1024):
                wave = 0.1 * np.sin(np.arange(first, first + 1024) / 20, dtype=np.float32)
                heard = av.AudioFrame.from_ndarray(wave[None], format="fltp", layout="mono")
                heard.rate, heard.pts = 16000, first
                container.mux(hum.encode(heard))
            container.mux(hum.encode())
    return path
