"""The worker's side, with real networks and no window."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.engine import Engine
from app.voices import MEETING
from core.animation import Animation, AnimationSettings
from core.animation_store import AnimationStore
from core.audio_file import read_clip
from core.emotion import EMOTIONS
from core.errors import AudioFileError, CheckpointError
from core.face import mouth_opening
from core.gains import RegionGains
from core.mfsc import mfsc
from core.monitor import SILENT, Monitor
from core.project import Listening, ProjectClip
from core.segments import SegmentChoice
from models.cascade import Cascade
from resources import SAMPLE
from tests.app.conftest import save_speech
from tests.weights import write_dern

CHOSEN = AnimationSettings(
    segments=(
        SegmentChoice(0.0, 5.0, "happy", 1.5),
        SegmentChoice(5.0, 12.0),
        SegmentChoice(12.0, 30.0, "angry"),
    ),
    gains=RegionGains(jaw=1.5),
)


class Counting(Monitor):
    """How often each stage was reported."""

    def __init__(self) -> None:
        self.stages: list[str] = []

    def step(self, stage: str, done: float, total: float) -> None:  # noqa: ARG002
        self.stages.append(stage)


@pytest.fixture(scope="module")
def cascade(weights: Path) -> Cascade:
    return Cascade.load(weights, "cpu")


@pytest.fixture
def engine(cascade: Cascade, tmp_path: Path) -> Engine:
    return Engine(lambda: cascade, AnimationStore(tmp_path / "store"))


def same(one: Animation, other: Animation) -> bool:
    return (
        np.array_equal(one.shape.parameters, other.shape.parameters)
        and np.array_equal(one.mixes, other.mixes)
        and one.segments == other.segments
        and one.settings == other.settings
        and one.models == other.models
    )


def test_a_sound_is_seen_and_heard_before_any_network_is_loaded(tmp_path: Path) -> None:
    def load() -> Cascade:
        raise AssertionError("not needed to listen")

    result = Engine(load, AnimationStore(tmp_path)).listen(SAMPLE, SILENT)
    clip = read_clip(SAMPLE)
    assert result.face is None
    assert result.heard.sound.duration == pytest.approx(clip.duration, abs=1e-3)
    np.testing.assert_allclose(
        result.heard.spectrogram, mfsc(clip.samples).values, rtol=1e-5, atol=1e-5
    )
    assert result.heard.spectrogram_rate == 100.0


@pytest.mark.parametrize("settings", [AnimationSettings(), CHOSEN], ids=["heard", "chosen"])
def test_the_face_is_the_command_lines(
    engine: Engine, cascade: Cascade, settings: AnimationSettings
) -> None:
    wish = ProjectClip(SAMPLE, settings=settings)
    made = engine.animate(engine.listen(SAMPLE, SILENT), wish, SILENT)
    assert made.face is not None
    assert same(made.face.animation, cascade.animate(read_clip(SAMPLE), settings))
    assert made.fulfils(wish)


def test_an_edit_gives_the_same_face_as_beginning_anew(engine: Engine, cascade: Cascade) -> None:
    made = engine.animate(engine.listen(SAMPLE, SILENT), ProjectClip(SAMPLE), SILENT)
    made = engine.animate(made, ProjectClip(SAMPLE, settings=CHOSEN), SILENT)
    assert made.face is not None
    assert same(made.face.animation, cascade.animate(read_clip(SAMPLE), CHOSEN))


def test_the_comparison_and_the_smoothing_are_faces_of_their_own(engine: Engine) -> None:
    combined = AnimationSettings(model="combined")
    wish = ProjectClip(SAMPLE, comparison=combined, smoothing=6.0)
    made = engine.animate(engine.listen(SAMPLE, SILENT), wish, SILENT)
    assert made.face is not None
    assert made.comparison is not None
    assert made.comparison.animation.settings == combined
    raw = np.abs(np.diff(made.face.animation.shape.parameters, n=2, axis=0)).sum()
    assert np.abs(np.diff(made.face.shape.parameters, n=2, axis=0)).sum() < raw / 2
    points = made.face.animation.shape_model.points(made.face.shape.parameters)
    np.testing.assert_allclose(made.face.opening, mouth_opening(points), atol=1e-6)
    assert not made.fulfils(replace(wish, smoothing=None))


def test_what_was_made_on_another_day_is_not_made_again(engine: Engine) -> None:
    wish = ProjectClip(SAMPLE, settings=CHOSEN)
    first, again = Counting(), Counting()
    one = engine.prepare(wish, first)
    other = engine.animate(engine.listen(SAMPLE, SILENT), wish, again)
    assert other.face is not None
    assert same(one, other.face.animation)
    assert "recognising emotion" in first.stages
    assert not {"recognising emotion", "moving the face"} & set(again.stages)


def test_opening_what_cannot_be_read_says_why(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(AudioFileError, match="expected a WAV"):
        engine.listen(tmp_path / "text.wav", SILENT)
    with pytest.raises(AudioFileError, match="There is no file"):
        engine.prepare(ProjectClip(tmp_path / "gone.wav"), SILENT)


def test_weights_that_are_not_there_are_told_of_and_asked_for_again(tmp_path: Path) -> None:
    engine = Engine(lambda: Cascade.load(tmp_path / "none", "cpu"), AnimationStore(None))
    result = engine.listen(SAMPLE, SILENT)
    for _ in range(2):
        with pytest.raises(CheckpointError, match="dern"):
            engine.animate(result, ProjectClip(SAMPLE), SILENT)


def test_every_emotion_can_be_wished_for(engine: Engine) -> None:
    made = engine.animate(engine.listen(SAMPLE, SILENT), ProjectClip(SAMPLE), SILENT)
    seen = []
    for emotion in EMOTIONS:
        wish = ProjectClip(SAMPLE, settings=AnimationSettings(emotion))
        made = engine.animate(made, wish, SILENT)
        assert made.face is not None
        seen.append(made.face.animation.shape.parameters)
    assert all(not np.array_equal(a, b) for a, b in zip(seen[1:], seen[:-1], strict=True))


@pytest.fixture
def attentive(own_weights: Path, tmp_path: Path, few_suffice: None) -> Engine:  # noqa: ARG001
    """With a DERN that listens to who speaks."""
    write_dern(own_weights, "speaker")
    return Engine(lambda: Cascade.load(own_weights, "cpu"), AnimationStore(tmp_path / "kept"))


@pytest.fixture
def company(tmp_path: Path) -> Listening:
    """Three clips of Ann."""
    clips = [save_speech(tmp_path / f"{seed}.wav", 1.0, seed=seed) for seed in range(3)]
    return Listening("", "Ann", tuple(clips))


def test_a_clip_is_heard_by_itself_until_its_company_is_known(
    attentive: Engine, company: Listening
) -> None:
    wish = ProjectClip(company.company[0])
    heard = attentive.hear(attentive.listen(wish.path, SILENT), SILENT, company)
    assert attentive.differs(heard.listening, company)
    first = attentive.animate(heard, wish, SILENT)
    again = attentive.hear_again(first, wish, company, SILENT)
    assert not attentive.differs(again.listening, company)
    assert first.face is not None
    assert again.face is not None
    assert again.face.animation.heard_by.speaker == "Ann"
    assert not np.array_equal(
        first.face.animation.emotions.probabilities, again.face.animation.emotions.probabilities
    )
    assert same(again.face.animation, attentive.prepare(wish, SILENT, company))
    at_once = attentive.hear(attentive.listen(wish.path, SILENT), SILENT, company)
    assert not attentive.differs(at_once.listening, company)


def test_kept_results_know_whose_profile_they_had(
    attentive: Engine, company: Listening, tmp_path: Path
) -> None:
    wish = ProjectClip(company.company[0])
    made = attentive.prepare(wish, SILENT, company)
    fewer = replace(company, company=company.company[:2])
    other = attentive.prepare(wish, SILENT, fewer)
    assert made.heard_by.profile != other.heard_by.profile
    assert not same(made, other)
    renamed = attentive.prepare(wish, SILENT, replace(company, speaker="Bob"))
    assert (made.heard_by.speaker, renamed.heard_by.speaker) == ("Ann", "Bob")
    assert same(made, attentive.prepare(wish, SILENT, company))
    assert len(list((tmp_path / "kept").iterdir())) == 6  # three emotions, three animations


def test_who_hears_all_speakers_alike_listens_to_nobody_else(
    engine: Engine, company: Listening
) -> None:
    wish, counting = ProjectClip(company.company[0]), Counting()
    result = engine.animate(engine.listen(wish.path, SILENT), wish, SILENT)
    assert not engine.differs(
        result.listening, replace(company, recogniser=result.listening.recogniser)
    )
    engine.prepare(wish, counting, company)
    assert MEETING not in counting.stages


def test_a_company_of_whom_one_has_gone_is_known(attentive: Engine, company: Listening) -> None:
    gone = replace(company, company=(*company.company, Path("/nowhere/gone.wav")))
    wish = ProjectClip(company.company[0])
    assert same(attentive.prepare(wish, SILENT, company), attentive.prepare(wish, SILENT, gone))
