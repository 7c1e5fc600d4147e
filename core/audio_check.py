"""How long a sound file is, and whether it is whole, without decoding it."""

import os
from pathlib import Path

import soundfile

from core.audio_file import open_sound, printable_name
from core.audio_notices import ogg_without_end
from core.errors import AudioFileError


def sound_seconds(path: str | os.PathLike[str]) -> float:
    """Length of a whole sound file in seconds: its header's word, and its last frame decoded.

    Raises AudioFileError as `read_clip` does, and for a file that is cut short too, which
    `read_clip` would read as far as it goes.
    """
    file = Path(path)
    name = printable_name(file)
    with open_sound(file, name) as (stream, chunk, _):
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
        try:
            stream.seek(stream.frames - 1)
            last = len(stream.read(1))
        except soundfile.SoundFileError:
            last = 0
        if not last:
            raise AudioFileError(
                f"'{name}' is cut short or damaged: its end, at {seconds:.2f} s, cannot be read."
            )
    return seconds
