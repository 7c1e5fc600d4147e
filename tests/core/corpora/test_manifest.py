"""Manifests: tables of anybody's data, and everything that may be wrong with a line."""

from pathlib import Path

import numpy as np
import pytest

from core.corpora import read_corpus
from core.corpora.corpus import Corpus, Kind
from core.emotion import EMOTIONS
from core.errors import CorpusError
from core.tracks.face_track import FaceTrack
from core.tracks.track_npz import write_npz
from tests.core.corpora.layouts import FLAC, SECONDS, avi, film, put

FOODS = ("Apple", "Banana", "Biscuit", "Crisp", "Haribo", "Nectarine", "No_Food")


def table(folder: Path, *lines: str, name: str = "data.csv", encoding: str = "utf-8") -> Corpus:
    """The corpus of a table with these lines."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes("\r\n".join((*lines, "")).encode(encoding))
    return read_corpus(folder / name)


def track(path: Path, seconds: float) -> None:
    frames = round(25 * seconds)
    points = np.zeros((frames, 68, 2))
    write_npz(FaceTrack.steady(25.0, points, np.ones(frames, bool)), path)


def test_iheareat(tmp_path: Path) -> None:
    """The template for iHEARu-EAT (Hantke et al. 2016), whose labels are seven foods.

    The challenge gave it out as `wav/train_0001.wav` and so on with a list of labels; a
    table of it has a line for each recording, and its splits are train and test.
    """
    names = [f"wav/train_{number:04}.wav" for number in range(1, 8)] + ["wav/test_0001.wav"]
    put(tmp_path, *names)
    parts = [("speaker01", "train")] * 7 + [("speaker21", "test")]
    lines = [
        ";".join((name, speaker, food, split, "gmw/de"))
        for name, food, (speaker, split) in zip(names, (*FOODS, "Apple"), parts, strict=True)
    ]
    corpus = table(tmp_path, "file;speaker;label;split;language", *lines, name="iHEARu-EAT.csv")
    assert corpus.problems == ()
    assert (corpus.name, corpus.labels) == ("ihearu-eat", FOODS)
    assert [u.partition for u in corpus.utterances] == ["test", *["train"] * 7]
    last = corpus.utterances[-1]
    assert (last.emotion, last.speaker) == ("No_Food", "ihearu-eat-speaker01")
    assert last.language == "gmw/de"
    assert last.seconds == pytest.approx(SECONDS)


@pytest.mark.parametrize(("comma", "mark"), [(",", ""), (";", "\ufeff")])
def test_what_people_write(comma: str, mark: str, tmp_path: Path) -> None:
    put(tmp_path, "a.wav", "sub/Ä b.wav", "sub/c.wav", "d.wav")
    rows = [
        ("File", " Emotion", "SPEAKER", "Split", "Text", "session"),
        ("a.wav", "Anger", "Ann", "Training", "Hello", "1"),
        ("sub/Ä b.wav", "HAPPINESS ", "Ann", "devel", "Hello", "1"),
        ("sub\\c.wav", "surprised", "Bob", "", "", "2"),
        (str(tmp_path / "d.wav"), "calm", "Bob", "test", "", "2"),
    ]
    corpus = table(tmp_path, mark + comma.join(rows[0]), "", *(comma.join(r) for r in rows[1:]))
    assert corpus.problems == ()
    assert corpus.labels == EMOTIONS
    found = {u.audio.name: u for u in corpus.utterances}
    assert [found[name].emotion for name in ("a.wav", "Ä b.wav", "c.wav", "d.wav")] == [
        "angry", "happy", "surprise", "neutral",
    ]  # fmt: skip
    assert [found[name].partition for name in ("a.wav", "Ä b.wav", "c.wav", "d.wav")] == [
        "train", "validation", "", "test",
    ]  # fmt: skip
    assert found["a.wav"].text_id == found["Ä b.wav"].text_id == "data-Hello"
    assert found["c.wav"].text_id == ""
    assert corpus.notes == ("columns, not used: session",)


def test_faces_go_with_their_sounds(tmp_path: Path) -> None:
    put(tmp_path, "a.wav", "b.wav")
    put(tmp_path, "a.avi", data=avi(SECONDS))
    put(tmp_path, "c.mp4", data=film())
    track(tmp_path / "b.npz", SECONDS)
    corpus = table(
        tmp_path, "file,speaker,emotion,landmarks,video",
        "a.wav,Ann,sad,,a.avi", "b.wav,Ann,sad,b.npz,", "c.mp4,Ann,sad,,",
    )  # fmt: skip
    assert corpus.problems == ()
    a, b, c = corpus.utterances
    assert (a.video, a.landmarks) == (tmp_path / "a.avi", None)
    assert (b.video, b.landmarks) == (None, tmp_path / "b.npz")
    assert c.video == c.audio == tmp_path / "c.mp4"


@pytest.mark.parametrize(
    ("column", "name", "kind", "reason"),
    [
        ("landmarks", "gone.npz", Kind.MISSING, "(line 2 of data.csv) is not there; the sound is"),
        ("video", "gone.avi", Kind.MISSING, "is not there; the sound is used without it"),
        ("landmarks", "long.npz", Kind.LENGTH, "has a face of 2.00 s and a sound of 0.20 s"),
        ("video", "long.avi", Kind.LENGTH, "has a face of 2.00 s and a sound of 0.20 s"),
        ("landmarks", "empty.npz", Kind.UNREADABLE, "No data left in file; the sound"),
        ("landmarks", "a.wav", Kind.UNREADABLE, "is not a face track"),
        ("video", "empty.avi", Kind.UNREADABLE, "is empty (0 bytes)"),
    ],
)
def test_faces_that_cannot_be_used(
    column: str, name: str, kind: Kind, reason: str, tmp_path: Path
) -> None:
    put(put(tmp_path, "a.wav"), "empty.npz", "empty.avi", data=b"")
    put(tmp_path, "long.avi", data=avi(2.0))
    track(tmp_path / "long.npz", 2.0)
    corpus = table(tmp_path, f"file,speaker,emotion,{column}", f"a.wav,Ann,sad,{name}")
    (utterance,) = corpus.utterances
    assert (utterance.video, utterance.landmarks) == (None, None)
    (problem,) = corpus.problems
    assert (problem.path, problem.kind) == (tmp_path / name, kind)
    assert reason in problem.reason


@pytest.mark.parametrize(
    ("line", "kind", "reason"),
    [
        ("a.wav,Ann,bored,", Kind.LABEL, "has the emotion 'bored'; expected one of angry, disgust"),
        ("a.wav,,sad,", Kind.LINE, "has no speaker"),
        (",Ann,sad,", Kind.LINE, "has no file"),
        ("a.wav,Ann,sad,holdout", Kind.LINE, "has the split 'holdout'; expected one of train, tra"),
        ("a.wav,Ann,sad", Kind.LINE, "has another number of cells; expected 4"),
        ("a.txt,Ann,sad,", Kind.LINE, "is no sound or video by its name; expected one of .wav"),
        ("gone.wav,Ann,sad,", Kind.MISSING, "(line 3 of data.csv) is not there"),
        ("empty.wav,Ann,sad,", Kind.UNREADABLE, "(line 3 of data.csv) is empty (0 bytes)"),
        ("good.wav,Ann,sad,", Kind.DUPLICATE, "is there more than once; that of line 2 is used"),
        ("./good.wav,Ann,sad,", Kind.DUPLICATE, "is there more than once; that of line 2 is used"),
        ("good.flac,Ann,sad,", Kind.DUPLICATE, "is there more than once; that of line 2 is used"),
        ("a\0.wav,Ann,sad,", Kind.LINE, "has no file"),
    ],
)
def test_lines_that_cannot_be_used(line: str, kind: Kind, reason: str, tmp_path: Path) -> None:
    put(put(tmp_path, "good.wav", "a.wav", "a.txt"), "empty.wav", data=b"")
    put(tmp_path, "good.flac", data=FLAC)
    corpus = table(tmp_path, "file,speaker,emotion,split", "good.wav,Ann,sad,", line)
    assert [u.audio.name for u in corpus.utterances] == ["good.wav"]
    (problem,) = corpus.problems
    assert problem.kind == kind
    assert reason in problem.reason


def test_an_empty_label(tmp_path: Path) -> None:
    put(tmp_path, "a.wav", "b.wav")
    corpus = table(tmp_path, "file,speaker,label", "a.wav,Ann,Apple", "b.wav,Ann,")
    assert corpus.labels == ("Apple",)
    assert corpus.problems[0].reason == "(line 3 of data.csv) has no label; expected any word"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "columns of none; expected file, speaker, emotion"),
        ("file,emotion\na.wav,sad", "columns file, emotion; expected file, speaker"),
        ("file,speaker\na.wav,Ann", "columns file, speaker; expected file, speaker, emotion"),
        ("file,file,speaker,emotion\n", "each once"),
        ("file,speaker,emotion\n", "holds nothing of data that can be used. Expected"),
        ('file,speaker,emotion\n"a', "cannot be read as a table"),
    ],
)
def test_a_table_that_is_none(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=message):
        table(tmp_path, text)


def test_another_encoding_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="expected CSV in UTF-8 with the columns file, speaker"):
        table(tmp_path, "file,speaker,emotion", "ä.wav,Ann,sad", encoding="latin-1")


def test_a_folder_with_a_manifest_says_what_it_does_not_name(tmp_path: Path) -> None:
    put(tmp_path / "mine", "a.wav", "b.wav")
    table(tmp_path / "mine", "file,speaker,emotion", "a.wav,Ann,sad", name="manifest.csv")
    corpus = read_corpus(tmp_path / "mine")
    assert (corpus.name, corpus.utterances[0].speaker) == ("mine", "mine-Ann")
    assert corpus.notes == ("sounds and videos that the table does not name: 1",)


def test_a_manifest_goes_before_names_of_files(tmp_path: Path) -> None:
    put(tmp_path, "DC_a01.wav", "DC_sa01.wav")
    (tmp_path / "manifest.csv").write_text("file,speaker,emotion\nDC_a01.wav,DC,angry\n")
    corpus = read_corpus(tmp_path)
    assert (corpus.layout, len(corpus.utterances)) == ("manifest", 1)
    assert corpus.notes == (
        "sounds and videos that the table does not name: 1",
        "files named as those of savee, read as manifest.csv says (for their names, `visemo corpus "
        "--name savee`, or another name for the table): 2",
    )
    named = read_corpus(tmp_path, "savee")
    assert (len(named.utterances), named.layout) == (2, "savee")
    assert read_corpus(tmp_path, "manifest").notes == corpus.notes[:1]
