"""Clips with emotions: from corpora, tables and the sample, and what is wrong with them."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from core.audio_file import read_clip
from core.errors import RatingError
from core.rating.checks import is_id
from core.rating.freezing import store_sound
from core.rating.sources import (
    SAMPLE_LINES,
    choose_clips,
    find_clips,
    read_table,
    sample_pool,
    slug,
)
from resources import SAMPLE
from tests.core.corpora.layouts import film, put
from tests.core.rating.plans import ravdess


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "clips.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_the_choice_hangs_on_the_seed_and_not_on_where_the_corpus_lies(tmp_path: Path) -> None:
    one, other = ravdess(tmp_path / "a", 9), ravdess(tmp_path / "b" / "c", 9)

    def chosen(folder: Path, seed: int) -> list[str]:
        return [clip.id for clip in choose_clips(find_clips(folder).clips, seed)]

    assert chosen(one, 1) == chosen(other, 1)
    assert len({tuple(chosen(one, seed)) for seed in range(20)}) == 20
    picked = Counter(chosen(one, seed)[0] for seed in range(200))
    assert len(picked) == 9  # anybody's anger


def test_clips_may_be_videos_whose_sound_is_stored(tmp_path: Path) -> None:
    video = put(tmp_path, "1001_DFA_ANG_XX.mp4", data=film()) / "1001_DFA_ANG_XX.mp4"
    (clip,) = find_clips(tmp_path).clips
    assert (clip.path, clip.emotion) == (video, "angry")
    store_sound(clip, tmp_path / "stored.wav")
    stored, heard = read_clip(tmp_path / "stored.wav"), read_clip(video)
    np.testing.assert_allclose(stored.samples[:], heard.samples[:], atol=1e-4)


def test_the_samples_lines_are_cut_in_its_pauses() -> None:
    clip = read_clip(SAMPLE)
    sound = np.abs(clip.samples[:])
    for start, end, _ in SAMPLE_LINES:
        first, last = (round(edge * 16_000) for edge in (start, end))
        assert sound[first : first + 3_200].max() < 0.003  # a fifth of a second of quiet
        assert sound[last - 3_200 : last].max() < 0.003
        assert sound[first:last].max() > 0.05


def test_sample_pool_is_not_all_one_sound() -> None:
    assert len({clip.span for clip in sample_pool().clips}) == 4


# Tables


@pytest.mark.parametrize("comma", [",", ";"])
def test_a_table_names_files_and_emotions(comma: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.wav", "sub/Ä b.flac", "con.wav"):
        (tmp_path / name).write_bytes(b"")
    lines = [("Emotion", "File"), ("Anger", "a.wav"), ("happy", "sub/Ä b.flac"), ("sad", "con.wav")]
    text = "\ufeff" + "\r\n".join(comma.join(line) for line in lines) + "\r\n\r\n"
    pool = read_table(table(tmp_path, text))
    found = {clip.path.name: (clip.emotion, clip.id) for clip in pool.clips}
    assert found == {
        "a.wav": ("angry", "a"), "Ä b.flac": ("happy", "b"), "con.wav": ("sad", "clip-con"),
    }  # fmt: skip
    assert "clips.csv" in pool.note


def test_everything_wrong_with_a_table_is_told_at_once(tmp_path: Path) -> None:
    outside = tmp_path / "out.wav"
    outside.write_bytes(b"")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.wav").write_bytes(b"")
    (folder / "a.txt").write_bytes(b"")
    (folder / "link.wav").symlink_to(outside)
    lines = [
        "file,emotion", "a.wav,bored", "../out.wav,sad", f"{outside},sad", "gone.wav,sad",
        "link.wav,sad", "a.txt,sad", ",sad", "a.wav", "C:\\a.wav,sad", "a.wav,sad", "a\0.wav,sad",
    ]  # fmt: skip
    with pytest.raises(RatingError) as caught:
        read_table(table(folder, "\n".join(lines)))
    message = str(caught.value)
    for part in (
        "line 2 has the emotion 'bored'; expected one of angry, disgust",
        "line 3 names the file '../out.wav'; expected one below",
        "line 4 names the file",
        "line 5 names the file 'gone.wav', which is not there",
        "line 6 names the file 'link.wav', a link out of the table's folder",
        "line 7 names the file 'a.txt'; expected one of .wav",
        "line 8 has no file",
        "line 9 has 1 cells; expected 2",
        "line 10 names the file",
        "line 12 names the file",
        "a file is there twice",
    ):
        assert part in message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "columns of none; expected file and emotion"),
        ("name,feeling\na,b\n", "columns name, feeling; expected file and emotion"),
        ("file,emotion\n", "no line with a file"),
        ("file,emotion,emotion\n", "each once"),
        ('file,emotion\n"a', "cannot be read as a table"),
        ("file,emotion\n" + "x" * 200_000, "cannot be read as a table"),
        ("file,emotion\n" + "a,sad\n" * 10_001, "10002 lines; expected at most 10000"),
    ],
)
def test_a_table_that_is_none(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RatingError, match=message):
        read_table(table(tmp_path, text))


def test_a_table_in_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(RatingError, match="expected CSV in UTF-8"):
        read_table(table(tmp_path, "file,emotion\nä.wav,sad\n", "latin-1"))
    with pytest.raises(RatingError, match="cannot be read as a table"):
        find_clips(tmp_path / "nowhere.csv")


def test_names_become_ids_that_differ(tmp_path: Path) -> None:
    names = ["a b.wav", "a_b.wav", "A-B.wav", "日本.wav", "--.wav", "x" * 200 + ".wav", "aux.wav"]
    for name in names:
        (tmp_path / name).write_bytes(b"")
    lines = ["file,emotion", *(f"{name},sad" for name in names)]
    ids = [clip.id for clip in read_table(table(tmp_path, "\n".join(lines))).clips]
    assert len({name.lower() for name in ids}) == len(names)
    assert all(is_id(name) for name in ids)
    assert slug("03-01-05-02-01-01-12") == "03-01-05-02-01-01-12"
