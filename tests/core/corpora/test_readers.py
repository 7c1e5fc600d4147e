"""Every layout of CORPORA, as published: what is read, and that it is recognised."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.corpora import CORPORA, read_corpus
from core.corpora.corpus import Corpus
from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS
from core.errors import CorpusError
from tests.core.corpora import layouts
from tests.core.corpora.layouts import SECONDS, put

DATA = Path(__file__).parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the corpora are not beside the checkout")

# Layout, where it is made, how many utterances, speakers and emotions, and how many have a video.
LAYOUTS: list[tuple[str, Callable[[Path], Path], int, int, int, int]] = [
    ("savee", layouts.savee_folders, 28, 2, 7, 28),
    ("savee", layouts.savee_flat, 14, 2, 3, 0),
    ("ravdess", layouts.ravdess_sound, 8, 1, 7, 0),
    ("ravdess", layouts.ravdess_video, 2, 1, 2, 2),
    ("cremad", layouts.cremad_all, 26, 2, 2, 25),
    ("emodb", layouts.emodb, 12, 2, 6, 0),
    ("grid", layouts.grid_published, 2, 2, 1, 2),
    ("grid", layouts.grid_tracked, 1, 1, 1, 0),
    ("manifest", layouts.manifest, 3, 2, 3, 0),
]


def read(folder: Path, name: str | None = None) -> dict[str, Utterance]:
    """Utterances by the names of their sounds, of a corpus without problems."""
    corpus = read_corpus(folder, name)
    assert corpus.problems == ()
    return {utterance.audio.name: utterance for utterance in corpus.utterances}


@pytest.mark.parametrize(("name", "make", "count", "speakers", "emotions", "videos"), LAYOUTS)
def test_a_layout_is_recognised_and_read(
    name: str, make: Callable[[Path], Path], count: int, speakers: int, emotions: int,
    videos: int, tmp_path: Path,
) -> None:  # fmt: skip
    corpus = read_corpus(make(tmp_path / "c" / name))
    assert corpus == read_corpus(tmp_path / "c" / name, name)
    assert corpus.problems == ()
    assert len(corpus.utterances) == count
    assert len({u.speaker for u in corpus.utterances}) == speakers
    assert len({u.emotion for u in corpus.utterances}) == emotions
    assert sum(u.video is not None for u in corpus.utterances) == videos
    assert [u.audio for u in corpus.utterances] == sorted(u.audio for u in corpus.utterances)
    for utterance in corpus.utterances:
        assert utterance.emotion in corpus.labels
        assert utterance.speaker.startswith(f"{corpus.name}-")
        assert utterance.audio.is_file()
        assert utterance.seconds == pytest.approx(SECONDS)


def test_every_layout_has_a_test() -> None:
    assert {name for name, *_ in LAYOUTS} == set(CORPORA)


def test_savee_sentences(tmp_path: Path) -> None:
    put(tmp_path, *(f"{s}/{n}.wav" for s in ("DC", "je") for n in ("a01", "h3", "sa04", "SU15")))
    found = read_corpus(put(tmp_path, "DC/n04.wav", "DC/n01.wav")).utterances
    told = {(u.speaker, u.audio.stem): (u.emotion, u.text_id) for u in found}
    assert told["savee-DC", "a01"] == ("angry", "savee-common-01")
    assert told["savee-JE", "h3"] == ("happy", "savee-common-03")
    assert told["savee-DC", "n01"] == ("neutral", "savee-common-01")
    assert told["savee-DC", "n04"] == ("neutral", "savee-neutral-04")
    assert told["savee-JE", "sa04"] == ("sad", "savee-sad-04")
    assert told["savee-JE", "SU15"] == ("surprise", "savee-surprise-15")


def test_ravdess_forms(tmp_path: Path) -> None:
    corpus = read_corpus(layouts.ravdess_video(tmp_path))
    filmed, heard = sorted(corpus.utterances, key=lambda u: u.audio.suffix)
    assert (heard.audio.name, heard.emotion) == ("03-01-05-02-02-01-03.wav", "angry")
    assert (heard.text, heard.intensity) == ("Dogs are sitting by the door.", 2)
    assert heard.video is not None
    assert heard.video.name == "01-01-05-02-02-01-03.mp4"
    assert filmed.audio == filmed.video
    assert (filmed.emotion, filmed.speaker) == ("sad", "ravdess-03")
    assert "song, left out: 1" in corpus.notes


def test_ravdess_sound_goes_with_video_alone(tmp_path: Path) -> None:
    put(tmp_path, "03-01-05-02-02-01-03.wav")
    put(tmp_path, "02-01-05-02-02-01-03.mp4", data=layouts.mp4(SECONDS))
    (utterance,) = read(tmp_path).values()
    assert utterance.video == tmp_path / "02-01-05-02-02-01-03.mp4"


def test_calm_and_boredom_are_counted(tmp_path: Path) -> None:
    calm = read_corpus(layouts.ravdess_sound(tmp_path / "r"))
    assert calm.notes == ("calm, taken as neutral: 1",)
    bored = read_corpus(layouts.emodb(tmp_path / "e"))
    assert "boredom, left out: 2" in bored.notes
    assert "other files, not looked at: 1 (1 .txt)" in bored.notes


def test_cremad_names(tmp_path: Path) -> None:
    corpus = read_corpus(layouts.cremad_all(tmp_path))
    found = {u.audio.name: u for u in corpus.utterances}
    assert found["1001_DFA_ANG_XX.wav"].text == "Don't forget a jacket."
    assert found["1001_IEO_SAD_HI.wav"].intensity == 2
    assert found["1040_ITH_SAD_X.wav"].emotion == "sad"
    assert "copies in another form, not used: 25" in corpus.notes


def test_emodb_names(tmp_path: Path) -> None:
    found = read(put(tmp_path, "03a01Wa.wav", "16b10Tb.WAV"))
    angry, sad = found["03a01Wa.wav"], found["16b10Tb.WAV"]
    assert (angry.emotion, angry.speaker, angry.text_id) == ("angry", "emodb-03", "emodb-a01")
    assert (sad.emotion, sad.speaker, sad.language) == ("sad", "emodb-16", "gmw/de")


@pytest.mark.parametrize("folder", ["s3", "s3_50kHz", "s3.mpg_6000", "audio/s3", "grid_s3/audio"])
def test_grid_speakers_are_their_folders(folder: str, tmp_path: Path) -> None:
    (utterance,) = read(put(tmp_path / "any", f"{folder}/bbaf2n.wav")).values()
    assert (utterance.speaker, utterance.text) == ("grid-s3", "bin blue at f two now")


def test_grid_clips_of_unknown_speakers_stand_alone(tmp_path: Path) -> None:
    folder = layouts.grid_tracked(tmp_path / "grid_others", names=("bbaf2n", "swwz7a"))
    put(folder, "video/bbaf2n.mpg", data=b"\0\0\1\xba")
    corpus = read_corpus(folder)
    assert [u.speaker for u in corpus.utterances] == ["grid-others-bbaf2n", "grid-others-swwz7a"]
    assert [u.video is not None for u in corpus.utterances] == [True, False]
    (note,) = corpus.notes
    assert note.startswith("clips of unknown speakers (in no folder like s1), each taken for a ")
    assert note.endswith("; a manifest can say who speaks: 2")
    rows = ("audio/bbaf2n.flac,Ann,neutral,landmarks.npz", "audio/swwz7a.flac,Ann,neutral,")
    text = "\n".join(("file,speaker,emotion,landmarks", *rows))
    (folder / "manifest.csv").write_text(text)
    told = read_corpus(folder, "manifest")
    assert [u.speaker for u in told.utterances] == ["grid_others-Ann"] * 2
    assert [u.landmarks is not None for u in told.utterances] == [True, False]


def test_a_folder_may_be_named_from_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(put(tmp_path, "DC/a01.wav") / "DC")
    assert [u.speaker for u in read(Path()).values()] == ["savee-DC"]


# What is no corpus, or several


def test_nothing_known_says_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"There is no folder or table '.*nowhere'"):
        read_corpus(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match=r"holds no recordings, .* Known are savee: Audio.*DC_a0"):
        read_corpus(tmp_path)
    with pytest.raises(CorpusError, match=r"holds 1 recordings.*ravdess: Actor.*manifest: a CSV"):
        read_corpus(put(tmp_path, "holiday.wav"))
    (tmp_path / "my data.csv").write_text("file,speaker,emotion\n")
    with pytest.raises(CorpusError, match=r"If 'my data\.csv' is a manifest, name it"):
        read_corpus(tmp_path)
    with pytest.raises(CorpusError, match="no layout 'iemocap'; expected one of savee, ravdess"):
        read_corpus(tmp_path, "iemocap")


def test_several_corpora_are_not_mixed(tmp_path: Path) -> None:
    layouts.emodb(tmp_path / "emodb")
    layouts.ravdess_sound(tmp_path / "ravdess")
    with pytest.raises(CorpusError, match=r"any of ravdess \(8 files\), emodb \(14 files\); name"):
        read_corpus(tmp_path)
    assert len(read_corpus(tmp_path / "emodb").utterances) == 12


def test_a_stray_file_does_not_hide_a_corpus(tmp_path: Path) -> None:
    put(layouts.cremad_all(tmp_path), "03a01Wa.wav")
    corpus = read_corpus(tmp_path)
    assert corpus.name == "cremad"
    assert [problem.path.name for problem in corpus.problems] == ["03a01Wa.wav"]


def test_a_corpus_without_a_usable_file_says_why(tmp_path: Path) -> None:
    put(tmp_path, "03a01Wa.wav", "03a02Wa.wav", data=b"")
    with pytest.raises(
        CorpusError, match=r"nothing of emodb .* not to their end: 2.*03a01Wa\.wav', which is"
    ):
        read_corpus(tmp_path)
    with pytest.raises(CorpusError, match=r"that can be used \(boredom, left out: 1\)"):
        read_corpus(put(tmp_path / "b", "03a01La.wav"))


def known(corpus: Corpus) -> set[str]:
    return {utterance.emotion for utterance in corpus.utterances}


@needs_data
def test_the_real_corpora() -> None:
    acted = read_corpus(DATA / "ravdess")
    assert (len(acted.utterances), acted.problems, known(acted)) == (1200, (), set(EMOTIONS))
    assert len({u.speaker for u in acted.utterances}) == 20
    german = read_corpus(DATA / "emodb")
    assert known(german) == set(EMOTIONS) - {"surprise"}
    assert len(german.utterances) + 59 == len(list((DATA / "emodb").glob("*.flac")))
    assert "boredom, left out: 59" in german.notes
    others = read_corpus(DATA / "grid_others").utterances
    assert len({u.speaker for u in others}) == len(others) == 3
    filmed = read_corpus(DATA / "grid_s1")
    assert (len(filmed.utterances), filmed.problems, filmed.notes) == (953, (), ())
    assert {u.speaker for u in filmed.utterances} == {"grid-s1"}
    assert all(u.landmarks == DATA / "grid_s1" / "landmarks.npz" for u in filmed.utterances)
    assert sum(u.video is not None for u in filmed.utterances) == 12
