"""Files that cannot be used: each is named once with what would be right, and the rest is read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core.audio_check import sound_seconds
from core.corpora import read_corpus
from core.corpora.corpus import Corpus, Kind
from core.corpora.video_length import video_seconds
from core.errors import AudioFileError
from tests.core.corpora.layouts import FLAC, SECONDS, SOUND, avi, emodb, grid_tracked, mp4, put
from tests.core.sounds import encoded, plain_wav, tone

GOOD = 12  # utterances of layouts.emodb


def one_problem(corpus: Corpus, name: str, kind: Kind) -> str:
    """The reason of the only problem."""
    (problem,) = corpus.problems
    assert (problem.path.name, problem.kind) == (name, kind)
    return problem.reason


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("08a01Wa.wav", b"", r"is empty (0 bytes)"),
        ("08a01Wa.wav", b"no sound at all", "is no sound file or its header is damaged"),
        ("08a01Wa.wav", SOUND[: len(SOUND) // 2], "is cut short: it declares 6400 bytes of sound"),
        ("08a01Wa.wav", plain_wav(b""), "holds no samples"),
        ("08a01Wa.flac", FLAC[: len(FLAC) // 2], "is cut short or damaged: its end, at 0.20 s"),
        ("08a01Wa.m4a", b"....ftypM4A ", "is sound of a kind that is not read; expected .wav, .fl"),
    ],
)
def test_sounds_that_cannot_be_used(name: str, data: bytes, reason: str, tmp_path: Path) -> None:
    corpus = read_corpus(put(emodb(tmp_path), f"wav/{name}", data=data))
    assert len(corpus.utterances) == GOOD
    assert reason in one_problem(corpus, name, Kind.UNREADABLE)


@pytest.mark.parametrize("kind", [("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("MP3", "MPEG_LAYER_III")])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_compressed_sounds_are_read_to_their_end(
    kind: tuple[str, str], part: float, tmp_path: Path
) -> None:
    data = encoded(tone(20.0), *kind)
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    assert sound_seconds(path) == pytest.approx(20.0)
    path.write_bytes(data[: int(part * len(data))])
    with pytest.raises(AudioFileError, match="is cut short"):
        sound_seconds(path)


def test_a_recorder_that_was_stopped_midway_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(plain_wav(bytes(32_000), size=0))
    assert sound_seconds(path) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("Copy of 03a01Wa.wav", Kind.MISNAMED, "expected a name like 03a01Fa"),
        ("03a03Wa.wav", Kind.MISNAMED, "expected a name like 03a01Fa"),
        ("03a01Xa.wav", Kind.LABEL, "has the emotion X; expected one of W, E, A, F, T, N, L"),
    ],
)
def test_strange_names(name: str, kind: Kind, reason: str, tmp_path: Path) -> None:
    corpus = read_corpus(put(emodb(tmp_path), f"wav/{name}"))
    assert len(corpus.utterances) == GOOD
    assert reason in one_problem(corpus, name, kind)


@pytest.mark.parametrize(
    ("good", "strange", "reason"),
    [
        ("DC_a01.wav", "DC_b01.wav", "has the emotion 'b'; expected one of a, d, f, h, n, sa, su"),
        ("DC_a01.wav", "DC_a16.wav", "has the number 16; expected 1 to 15 for angry"),
        ("DC_a01.wav", "DC_n31.wav", "has the number 31; expected 1 to 30 for neutral"),
        ("DC_a01.wav", "XY_a01.wav", "expected DC/a01 or DC_a01 with one of DC, JE, JK, KL"),
        ("03-01-01-01-01-01-01.wav", "03-01-09-01-01-01-01.wav", "has the emotion 09; expected on"),
        ("03-01-01-01-01-01-01.wav", "03-01-01-01-01-01.wav", "expected seven numbers like 03-01"),
        ("1001_DFA_ANG_XX.wav", "1001_DFA_CAL_XX.wav", "has the emotion CAL; expected one of ANG"),
        ("1001_DFA_ANG_XX.wav", "1001_XYZ_ANG_XX.wav", "expected a name like 1001_DFA_ANG_XX"),
        ("s1/bbaf2n.wav", "s1/bbaf2x.wav", "expected six letters like bbaf2n"),
    ],
)  # fmt: skip
def test_strange_names_in_other_corpora(
    good: str, strange: str, reason: str, tmp_path: Path
) -> None:
    corpus = read_corpus(put(tmp_path, good, strange))
    assert len(corpus.utterances) == 1
    (problem,) = corpus.problems
    assert problem.path == tmp_path / strange
    assert reason in problem.reason


def test_one_recording_in_two_formats(tmp_path: Path) -> None:
    put(emodb(tmp_path), "wav/03a01Wa.flac", data=FLAC)
    corpus = read_corpus(tmp_path)
    assert len(corpus.utterances) == GOOD
    assert "03a01Wa.flac is used" in one_problem(corpus, "03a01Wa.wav", Kind.DUPLICATE)


def test_a_whole_corpus_twice(tmp_path: Path) -> None:
    emodb(emodb(tmp_path) / "emodb")  # as one download has it
    corpus = read_corpus(tmp_path)
    assert len(corpus.utterances) == GOOD
    assert [problem.kind for problem in corpus.problems] == [Kind.DUPLICATE] * GOOD


def test_a_damaged_copy_does_not_hide_a_whole_one(tmp_path: Path) -> None:
    put(emodb(tmp_path), "wav/03a01Wa.flac", data=b"")
    corpus = read_corpus(tmp_path)
    assert len(corpus.utterances) == GOOD
    assert "is empty" in one_problem(corpus, "03a01Wa.flac", Kind.UNREADABLE)


def test_links_and_hidden_files(tmp_path: Path) -> None:
    folder = emodb(tmp_path / "emodb")
    (folder / "wav" / "again").symlink_to(folder)  # round in a circle
    put(folder, "wav/._03a01Wa.wav", ".DS_Store", data=b"macOS")
    put(tmp_path / "elsewhere", "08a01Wa.wav")
    (folder / "more").symlink_to(tmp_path / "elsewhere")
    (folder / "wav" / "09a01Wa.wav").symlink_to(tmp_path / "nowhere")
    (folder / "wav" / "10a01Wa.wav").mkdir()
    corpus = read_corpus(folder)
    assert len(corpus.utterances) == GOOD + 1
    assert "which does not exist" in one_problem(corpus, "09a01Wa.wav", Kind.UNREADABLE)
    assert "hidden files, not looked at: 2" in corpus.notes


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_any_bytes_in_a_name(tmp_path: Path) -> None:
    name = os.fsdecode(b"03a01W\xff.wav")
    corpus = read_corpus(put(emodb(tmp_path), f"wav/{name}", "wav/日本 🎤.wav"))
    assert {problem.path.name for problem in corpus.problems} == {name, "日本 🎤.wav"}


def test_a_folder_that_has_moved_away_is_told(tmp_path: Path) -> None:
    (emodb(tmp_path) / "speaker 8").symlink_to(tmp_path / "nowhere")
    reason = one_problem(read_corpus(tmp_path), "speaker 8", Kind.UNREADABLE)
    assert reason.startswith("is a link to what is not there")


# Faces


@pytest.mark.parametrize(("maker", "suffix"), [(avi, ".avi"), (mp4, ".mp4")])
def test_lengths_of_videos(maker: Callable[[float], bytes], suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(maker(2.5))
    assert video_seconds(path) == pytest.approx(2.5, abs=0.01)
    path.write_bytes(maker(2.5)[:-9])
    with pytest.raises(AudioFileError, match=f"'a{suffix}' is cut short or damaged"):
        video_seconds(path)


def test_lengths_in_64_bits_and_other_containers(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(mp4(3.25, long=True))
    assert video_seconds(tmp_path / "a.mp4") == 3.25
    (tmp_path / "a.mpg").write_bytes(b"\0\0\1\xba")
    assert video_seconds(tmp_path / "a.mpg") == 0
    (tmp_path / "a.mov").write_bytes(b"\0\0\0\1moov" + bytes(8))
    with pytest.raises(AudioFileError, match="cut short or damaged"):
        video_seconds(tmp_path / "a.mov")


def savee(folder: Path, video: bytes) -> Corpus:
    put(folder, "AudioData/DC/a01.wav", "AudioData/DC/a02.wav")
    return read_corpus(put(folder, "AudioVisualClip/DC/a01.avi", data=video))


def test_an_empty_video_leaves_the_sound(tmp_path: Path) -> None:
    corpus = savee(tmp_path, b"")
    assert [u.video for u in corpus.utterances] == [None, None]
    assert "is empty (0 bytes)" in one_problem(corpus, "a01.avi", Kind.UNREADABLE)


def test_a_video_of_another_length_is_not_used(tmp_path: Path) -> None:
    corpus = savee(tmp_path, avi(3.0))
    assert [u.video for u in corpus.utterances] == [None, None]
    reason = one_problem(corpus, "a01.avi", Kind.LENGTH)
    assert reason.startswith("has a face of 3.00 s and a sound of 0.20 s; expected at most 0.2 s")
    near = savee(tmp_path, avi(SECONDS + 0.18))
    assert near.problems == ()
    assert near.utterances[0].video == tmp_path / "AudioVisualClip/DC/a01.avi"


def test_video_without_sound(tmp_path: Path) -> None:
    put(tmp_path, "03-01-01-01-01-01-01.wav")
    corpus = read_corpus(put(tmp_path, "02-01-02-01-01-01-01.mp4", data=mp4(SECONDS)))
    assert len(corpus.utterances) == 1
    assert "has no sound" in one_problem(corpus, "02-01-02-01-01-01-01.mp4", Kind.UNPAIRED)


def test_tracks_of_another_length_or_without_sound(tmp_path: Path) -> None:
    corpus = read_corpus(grid_tracked(tmp_path / "long", frames=75))
    assert corpus.utterances[0].landmarks is None
    assert "has a face of 3.00 s" in one_problem(corpus, "bbaf2n.flac", Kind.LENGTH)
    folder = grid_tracked(tmp_path / "lost", names=("bbaf2n", "swwz7a"))
    (folder / "audio" / "swwz7a.flac").unlink()
    corpus = read_corpus(folder)
    assert corpus.utterances[0].landmarks == folder / "landmarks.npz"
    assert "is not there" in one_problem(corpus, "swwz7a", Kind.MISSING)


def test_damaged_tracks_leave_the_sounds(tmp_path: Path) -> None:
    folder = grid_tracked(tmp_path)
    (folder / "landmarks.npz").write_bytes((folder / "landmarks.npz").read_bytes()[:500])
    corpus = read_corpus(folder)
    assert len(corpus.utterances) == 1
    assert "is not a GRID landmark file" in one_problem(corpus, "landmarks.npz", Kind.UNREADABLE)
