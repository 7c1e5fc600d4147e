"""Corpora whose sound is in videos and nowhere else."""

import sys
from pathlib import Path

import pytest

from core.audio_file import read_clip
from core.corpora import read_corpus, survey
from core.corpora.corpus import Corpus, Kind
from core.corpora.summary import summarise
from core.errors import CorpusError
from tests.core.corpora.layouts import SECONDS, SOUND, film, put

pytest.importorskip("av", reason="PyAV is not installed")

from tests.models import films

# A layout, and a video of it that has its sound.
NAMES = [
    ("ravdess", "Video_Speech_Actor_01/Actor_01/01-01-03-01-01-01-01.mp4"),
    ("savee", "AudioVisualClip/DC/a01.mp4"),
    ("cremad", "VideoFlash/1001_DFA_ANG_XX.mp4"),
    ("grid", "s1/video/bbaf2n.mp4"),
]


@pytest.fixture(scope="module")
def whole() -> bytes:
    return film()


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("films") / "silent.mp4"
    return films.write(path, films.marked(5)).read_bytes()


def only(corpus: Corpus) -> tuple[Path, Kind, str]:
    (problem,) = corpus.problems
    return problem.path, problem.kind, problem.reason


@pytest.mark.parametrize(("name", "video"), NAMES, ids=[name for name, _ in NAMES])
def test_a_video_gives_the_sound_that_is_nowhere_else(
    name: str, video: str, whole: bytes, tmp_path: Path
) -> None:
    corpus = read_corpus(put(tmp_path, video, data=whole))
    assert (corpus.layout, corpus.problems) == (name, ())
    (utterance,) = corpus.utterances
    assert utterance.audio == utterance.video == tmp_path / video
    assert utterance.seconds == pytest.approx(SECONDS)
    # AAC ends in a whole frame, here of 64 ms.
    assert read_clip(utterance.audio).duration == pytest.approx(SECONDS, abs=0.07)
    summary = summarise(corpus)
    assert (summary.in_videos, summary.videos) == (1, 1)
    assert summary.every.seconds == pytest.approx(SECONDS)


@pytest.mark.parametrize(
    ("sound", "video"),
    [
        ("Actor_01/03-01-03-01-01-01-01.wav", NAMES[0][1]),
        ("AudioData/DC/a01.wav", NAMES[1][1]),
        ("AudioWAV/1001_DFA_ANG_XX.wav", NAMES[2][1]),
        ("s1/audio/bbaf2n.wav", NAMES[3][1]),
    ],
)
def test_the_publishers_own_sound_comes_first(
    sound: str, video: str, whole: bytes, tmp_path: Path
) -> None:
    put(tmp_path, video, data=whole)
    (utterance,) = read_corpus(put(tmp_path, sound)).utterances
    assert (utterance.audio, utterance.video) == (tmp_path / sound, tmp_path / video)


def test_a_damaged_recording_gives_way_to_its_video(whole: bytes, tmp_path: Path) -> None:
    put(tmp_path, "Actor_01/03-01-03-01-01-01-01.wav", data=SOUND[: len(SOUND) // 2])
    corpus = read_corpus(put(tmp_path, NAMES[0][1], data=whole))
    assert [u.audio for u in corpus.utterances] == [tmp_path / NAMES[0][1]]
    path, kind, reason = only(corpus)
    assert (path.suffix, kind) == (".wav", Kind.UNREADABLE)
    assert reason.startswith("is cut short")


@pytest.mark.parametrize(("name", "video"), NAMES, ids=[name for name, _ in NAMES])
def test_a_video_without_sound_is_named_and_counted(
    name: str, video: str, silent: bytes, tmp_path: Path
) -> None:
    corpus = survey(put(tmp_path, video, data=silent), name)
    assert corpus.utterances == ()
    assert only(corpus) == (
        tmp_path / video, Kind.UNPAIRED, "has no sound; expected a video with sound",
    )  # fmt: skip


def test_the_other_copy_of_a_video_is_used(whole: bytes, silent: bytes, tmp_path: Path) -> None:
    put(tmp_path, "A/1001_DFA_ANG_XX.mp4", data=silent)
    corpus = read_corpus(put(tmp_path, "B/1001_DFA_ANG_XX.mp4", data=whole))
    assert [u.audio.parent.name for u in corpus.utterances] == ["B"]
    assert only(corpus)[1] is Kind.UNPAIRED


def test_pictures_much_longer_than_their_sound_are_no_face(tmp_path: Path) -> None:
    video = tmp_path / NAMES[0][1]
    video.parent.mkdir(parents=True)
    films.write(video, films.marked(50), sound=SECONDS)
    corpus = read_corpus(tmp_path)
    (utterance,) = corpus.utterances
    assert (utterance.audio, utterance.video) == (video, None)
    path, kind, reason = only(corpus)
    assert (path, kind) == (video, Kind.LENGTH)
    assert reason.startswith("has a face of 2.00 s and a sound of 0.20 s")


def test_a_manifest_of_videos(whole: bytes, silent: bytes, tmp_path: Path) -> None:
    put(tmp_path, "a.mp4", "b.mp4", data=whole)
    put(tmp_path, "c.mp4", data=silent)
    put(tmp_path, "d.mp4", data=whole[: len(whole) // 2])
    (tmp_path / "manifest.csv").write_text(
        "file,speaker,emotion\na.mp4,Ann,happy\nb.mp4,Ann,sad\nc.mp4,Bob,sad\nd.mp4,Bob,sad\n"
    )
    corpus = read_corpus(tmp_path)
    assert [(u.audio.name, u.video) for u in corpus.utterances] == [
        ("a.mp4", tmp_path / "a.mp4"), ("b.mp4", tmp_path / "b.mp4"),
    ]  # fmt: skip
    silence, cut = corpus.problems
    assert (silence.path.name, silence.kind) == ("c.mp4", Kind.UNPAIRED)
    assert silence.reason == "(line 4 of manifest.csv) has no sound; expected a video with sound"
    assert (cut.path.name, cut.kind) == ("d.mp4", Kind.UNREADABLE)


def test_without_pyav_it_says_what_to_install(
    whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, NAMES[0][1], data=whole)
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(CorpusError, match=r"cannot be used: .* run: pip install 'visemo\[track\]'"):
        read_corpus(tmp_path)
    put(tmp_path, "Actor_01/03-01-03-01-01-01-01.wav")
    assert read_corpus(tmp_path).problems == ()  # beside its sound, a video is not opened
