"""Mutated sound files from a fixed seed, read in a process of their own.

Run by test_fuzz_audio: ``python -m tests.core.fuzz_audio FOLDER SEED COUNT``. Prints how
many gave a clip and how many a message; anything else ends the process with a trace.
The file at work stays in the folder, so that a crash can be repeated.
"""

import json
import random
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from core.audio_file import read_clip
from core.errors import AudioFileError
from tests.core.sounds import encoded, tone

KINDS = [
    ("WAV", "PCM_16"),
    ("WAV", "PCM_U8"),
    ("WAV", "FLOAT"),
    ("WAV", "DOUBLE"),
    ("WAV", "ALAW"),
    ("WAV", "MS_ADPCM"),
    ("WAV", "IMA_ADPCM"),
    ("WAV", "GSM610"),
    ("WAVEX", "PCM_24"),
    ("RF64", "PCM_16"),
    ("W64", "PCM_24"),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
    ("AIFF", "PCM_16"),
    ("AU", "PCM_16"),
    ("CAF", "PCM_16"),
    ("NIST", "PCM_16"),
]
NUMBERS = [bytes(4), b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\1\0\0\0"]


def mutated(whole: bytes, chance: random.Random) -> bytes:
    """The file with a few bytes changed, removed, put in, or with its end cut off."""
    data = bytearray(whole)
    for _ in range(chance.choice((1, 2, 4, 16))):
        # Half of the changes fall into the header, where they do most.
        at = chance.randrange(min(len(data), chance.choice((64, len(data)))))
        match chance.randrange(6):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                data[at] ^= 1 << chance.randrange(8)
            case 2:
                data[at : at + 4] = chance.choice(NUMBERS)
            case 3:
                del data[at + 1 : at + chance.randrange(2, 200)]
            case 4:
                data[at:at] = chance.randbytes(chance.randrange(1, 50))
            case _:
                data = data[: max(at, len(data) // 4, 1)]
    return bytes(data)


def main(folder: Path, seed: int, count: int) -> Counter[str]:
    """Read `count` mutated files, one after the other."""
    chance = random.Random(seed)
    wholes = [encoded(tone(0.3), kind, subtype) for kind, subtype in KINDS]
    endings: Counter[str] = Counter()
    path = folder / "mutated.wav"
    for number in range(count):
        path.write_bytes(mutated(wholes[number % len(wholes)], chance))
        try:
            samples = read_clip(path).samples[:]
        except AudioFileError:
            endings["message"] += 1
        else:
            assert samples.dtype == np.float32
            assert len(samples) >= 1
            assert np.isfinite(samples).all()
            endings["clip"] += 1
    return endings


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
