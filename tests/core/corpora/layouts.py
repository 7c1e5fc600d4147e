"""Small corpora laid out as their publishers lay them out."""

import struct
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from core.corpora import savee
from core.corpora.cremad import TEXTS
from tests.core.sounds import encoded, tone

SECONDS = 0.2
SOUND = encoded(tone(SECONDS))
FLAC = encoded(tone(SECONDS), "FLAC")


def put(folder: Path, *names: str, data: bytes = SOUND) -> Path:
    """Files of one content."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def avi(seconds: float, fps: float = 60.0) -> bytes:
    """The header of an AVI after Microsoft's description: RIFF, AVI, LIST hdrl, avih."""
    header = struct.pack("<4I", round(1e6 / fps), 0, 0, 0x10) + struct.pack(
        "<10I", round(seconds * fps), 0, 2, 0, 320, 240, 0, 0, 0, 0
    )
    body = b"AVI LIST" + struct.pack("<I", 4 + 8 + len(header)) + b"hdrl"
    body += b"avih" + struct.pack("<I", len(header)) + header
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mp4(seconds: float, long: bool = False) -> bytes:
    """The boxes of an MP4 after ISO 14496-12 that tell its length, behind 16 bytes of media."""
    times = struct.pack(">QQIQ" if long else ">IIII", 0, 0, 1000, round(seconds * 1000))
    movie = box(b"moov", box(b"mvhd", bytes([long, 0, 0, 0]) + times + bytes(80)))
    return box(b"ftyp", b"isom" + bytes(4)) + box(b"mdat", bytes(16)) + movie


def film(seconds: float = SECONDS) -> bytes:
    """A whole MP4 with sound; without PyAV the test is skipped."""
    pytest.importorskip("av", reason="PyAV is not installed")
    from tests.models import films

    with TemporaryDirectory() as folder:
        pictures = films.marked(round(25 * seconds))
        return films.write(Path(folder) / "a.mp4", pictures, sound=seconds).read_bytes()


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def savee_folders(folder: Path) -> Path:
    """Two of the four men, two sentences of each emotion, with their videos."""
    for speaker in savee.SPEAKERS[:2]:
        for letter in savee.EMOTION_LETTERS:
            names = [f"{speaker}/{letter}{number:02}" for number in (1, 4)]
            put(folder, *(f"AudioData/{name}.wav" for name in names))
            put(folder, *(f"AudioVisualClip/{name}.avi" for name in names), data=avi(SECONDS))
    (folder / "AudioData" / "Info.txt").write_text("Speakers")
    return folder


def savee_flat(folder: Path) -> Path:
    """As others have passed it on: all in one folder, no video."""
    names = [f"{s}_{e}{n:02}.wav" for s in ("DC", "KL") for e in ("a", "n", "su") for n in (1, 15)]
    return put(folder, *names, *(f"{s}_n30.wav" for s in ("DC", "KL")))


def ravdess_sound(folder: Path) -> Path:
    """One actor saying one statement in every emotion."""
    return put(folder, *(f"Actor_12/03-01-{e:02}-01-01-01-12.wav" for e in range(1, 9)))


def ravdess_video(folder: Path) -> Path:
    """One recording in its three forms, one with sound and video only, and a song."""
    put(folder, "Actor_03/03-01-05-02-02-01-03.wav", "Actor_03/03-02-05-02-02-01-03.wav")
    names = ("01-01-05-02-02-01-03", "02-01-05-02-02-01-03")
    put(folder, *(f"Video_Speech_Actor_03/{n}.mp4" for n in names), data=mp4(SECONDS))
    return put(folder, "Video_Speech_Actor_03/01-01-04-01-01-01-03.mp4", data=film())


def cremad_all(folder: Path) -> Path:
    """Two actors, as the repository has them: WAV, the same as MP3, and Flash video."""
    names = [f"{a}_{t}_ANG_XX" for a in (1001, 1040) for t in TEXTS] + ["1001_IEO_SAD_HI"]
    put(folder, *(f"AudioWAV/{name}.wav" for name in names))
    put(
        folder,
        *(f"AudioMP3/{name}.mp3" for name in names),
        data=encoded(tone(1.0), "MP3", "MPEG_LAYER_III"),
    )
    put(folder, *(f"VideoFlash/{name}.flv" for name in names), data=b"FLV\1\5")
    put(folder, "AudioWAV/1040_ITH_SAD_X.wav")  # as published
    (folder / "SentenceFilenames.csv").write_text("Stimulus_Number,Filename\n1,1001_IEO\n")
    return folder


def emodb(folder: Path) -> Path:
    """Every emotion of two speakers once, and boredom."""
    put(folder, *(f"wav/{s}a01{e}a.wav" for s in ("03", "16") for e in "WEAFTNL"))
    (folder / "erkennung.txt").write_text("Satz")
    return folder


def grid_published(folder: Path) -> Path:
    """Two speakers; video in folders of its own."""
    for speaker, name in (("s1", "bbaf2n"), ("s2", "swwz7a")):
        put(folder, f"audio/{speaker}/{name}.wav")
        put(folder, f"video/{speaker}/{name}.mpg", data=b"\0\0\1\xba")
    return folder


def grid_tracked(folder: Path, frames: int = 5, names: tuple[str, ...] = ("bbaf2n",)) -> Path:
    """The project's own layout."""
    put(folder, *(f"audio/{name}.flac" for name in names), data=FLAC)
    np.savez(
        folder / "landmarks.npz",
        names=np.array(names),
        landmarks=np.zeros((len(names), frames, 68, 3), np.int16),
        detected=np.ones((len(names), frames), bool),
        unit=0.02,
        fps=25.0,
    )
    return folder


def manifest(folder: Path) -> Path:
    """Two speakers of anybody's data."""
    put(folder, "sounds/one.wav", "sounds/two.wav", "sounds/three.flac")
    (folder / "manifest.csv").write_text(
        "file,speaker,emotion,split,landmarks\n"
        "sounds/one.wav,Ann,Anger,train,\n"
        "sounds/two.wav,Ann,sad,devel,\n"
        "sounds/three.flac,Bob,joy,test,\n"
    )
    return folder
