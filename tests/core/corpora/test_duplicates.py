"""A recording that is given twice is learned from once, or judged once, and told of."""

from pathlib import Path

from core.corpora import read_corpus
from core.corpora.corpus import Corpus, Kind
from core.corpora.duplicates import each_once
from tests.core.corpora.layouts import avi, put
from tests.core.sounds import encoded, tone

SOUNDS = [encoded(tone(0.2, hertz=hertz)) for hertz in (100.0, 200.0, 300.0, 400.0)]


def savee(folder: Path, *names: str) -> Corpus:
    """Each name with a sound of its own."""
    for name, sound in zip(names, SOUNDS, strict=False):
        put(folder, name, data=sound)
    return read_corpus(folder)


def names(corpora: list[Corpus]) -> list[list[str]]:
    return [[u.audio.name for u in corpus.utterances] for corpus in corpora]


def test_one_corpus_given_twice_is_used_once(tmp_path: Path) -> None:
    corpus = savee(tmp_path, "DC_a01.wav", "DC_sa01.wav")
    once, notes = each_once([corpus, corpus])
    assert names(once) == [["DC_a01.wav", "DC_sa01.wav"], []]
    assert once[0] == corpus
    assert [(p.path, p.kind) for p in once[1].problems] == [
        (u.audio, Kind.DUPLICATE) for u in corpus.utterances
    ]
    assert once[1].problems[0].reason == (
        f"is there more than once; '{tmp_path / 'DC_a01.wav'}' is used"
    )
    assert notes == []


def test_two_layouts_of_one_corpus_are_one(tmp_path: Path) -> None:
    """By their names, whatever the sound was made into."""
    flat = savee(tmp_path / "flat", "DC_a01.wav", "DC_a02.wav", "JE_a01.wav")
    put(tmp_path / "deep", "AudioData/DC/a01.wav")
    put(tmp_path / "deep", "AudioData/KL/a01.wav", data=SOUNDS[3])
    put(tmp_path / "deep", "AudioVisualClip/DC/a01.avi", data=avi(0.2))
    once, _ = each_once([flat, read_corpus(tmp_path / "deep")])
    assert names(once) == [["DC_a01.wav", "DC_a02.wav", "JE_a01.wav"], ["a01.wav"]]
    assert once[1].utterances[0].speaker == "savee-KL"


def test_the_same_bytes_are_one_recording_and_what_disagrees_is_told(tmp_path: Path) -> None:
    known = savee(tmp_path / "savee", "DC_a01.wav", "DC_sa01.wav", "DC_n01.wav")
    for name, sound in zip("abcd", SOUNDS, strict=True):
        put(tmp_path / "mine", f"{name}.wav", data=sound)
    put(tmp_path / "mine", "e.wav", data=SOUNDS[3])
    rows = ("a.wav,Jo,anger", "b.wav,Jo,happy", "c.wav,Di,neutral", "d.wav,Di,sad", "e.wav,Di,sad")
    (tmp_path / "mine" / "manifest.csv").write_text("\n".join(("file,speaker,emotion", *rows)))
    mine = read_corpus(tmp_path / "mine")
    once, notes = each_once([known, mine])
    assert names(once) == [["DC_a01.wav", "DC_n01.wav", "DC_sa01.wav"], ["d.wav"]]
    assert [problem.path.name for problem in once[1].problems] == [f"{n}.wav" for n in "abce"]
    labels, jo, di = notes
    assert labels.startswith("1 recordings are there with two labels, such as ")
    assert "DC_sa01.wav' (sad) and " in labels
    assert "b.wav' (happy)" in labels
    assert jo.startswith("savee-DC and mine-Jo have 2 recordings in common: if they are one person")
    assert di.startswith("savee-DC and mine-Di have 1 recordings in common")
    other, _ = each_once([mine, known])  # the first that is named is used
    assert names(other) == [["a.wav", "b.wav", "c.wav", "d.wav"], []]


def test_what_a_corpus_itself_names_apart_is_kept_and_told(tmp_path: Path) -> None:
    """RAVDESS has the sound of 03-01-03-01-02-01-07 again as 03-01-03-01-02-02-07."""
    put(tmp_path, "03-01-03-01-02-01-07.wav", "03-01-03-01-02-02-07.wav")
    corpus = read_corpus(tmp_path)
    once, notes = each_once([corpus])
    assert once == [corpus]
    (note,) = notes
    assert "are the same sound under two names; both are used, as ravdess has them" in note
    again, _ = each_once([corpus, corpus])
    assert names(again)[1] == []


def test_files_that_are_gone_are_left_to_who_reads_them(tmp_path: Path) -> None:
    corpus = savee(tmp_path, "DC_a01.wav", "DC_a02.wav")
    (tmp_path / "DC_a01.wav").unlink()
    once, notes = each_once([corpus])
    assert (once, notes) == ([corpus], [])
