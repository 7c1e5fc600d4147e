"""How long a sound file is, and whether it is whole, without decoding it."""

import os
from pathlib import Path

import soundfile

from core.audio_file import BLOCK_FRAMES, open_sound, printable_name
from core.audio_notices import SLACK, ogg_without_end
from core.errors import AudioFileError
from core.video_sound import VideoSound


def sound_seconds(path: str | os.PathLike[str]) -> float:
    """Length of a whole sound file in seconds: its header's word, once its end was decoded.

    Of a video that of its sound, by going through all of it.

    Raises AudioFileError as `read_clip` does, and for a file that is cut short too, which
    `read_clip` would read as far as it goes.
    """
    file = Path(path)
    name = printable_name(file)
    with open_sound(file, name) as (stream, chunk, _):
        if isinstance(stream, VideoSound):
            return stream.measure()
        if chunk is not None and chunk.cut:
            raise AudioFileError(
                f"'{name}' is cut short: it declares {chunk.declared} bytes of sound and holds "
                f"{chunk.available}."
            )
        if stream.format == "OGG" and ogg_without_end(file):
            raise AudioFileError(f"'{name}' is cut short: its last page is missing.")
        if stream.frames <= 0:
            raise AudioFileError(f"'{name}' holds no samples.")
        seconds = float(stream.frames / stream.samplerate)
        if not (_decodes if stream.format == "MP3" else _ends)(stream):
            raise AudioFileError(
                f"'{name}' is cut short or damaged: its end, at {seconds:.2f} s, cannot be read."
            )
    return seconds


def _ends(stream: soundfile.SoundFile) -> bool:
    """Whether the last frame that the header promises is there."""
    try:
        stream.seek(stream.frames - 1)
        return bool(len(stream.read(1)))
    except soundfile.SoundFileError:
        return False


def _decodes(stream: soundfile.SoundFile) -> bool:
    """The same of MP3, which cannot be entered in the middle: all of it is decoded."""
    found = 0
    try:
        while count := len(stream.read(BLOCK_FRAMES, dtype="float32")):
            found += count
    except soundfile.SoundFileError:
        return False
    return bool(found + SLACK * stream.samplerate >= stream.frames)
