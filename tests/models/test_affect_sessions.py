"""Sessions made of acted recordings: what is in them, and how their contours run."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from core.affect import FRAMES_PER_SECOND
from core.corpora.recola import AUDIO, GOLD
from core.corpora.utterance import Utterance
from core.errors import CorpusError, TrainingError
from core.mfsc import BANDS
from models.training.affect_material import affect_material, made_material
from models.training.affect_recipe import STOPPING_SPEAKERS, AffectRecipe
from models.training.affect_sessions import (
    Composition,
    advanced,
    annotated,
    compose,
    target,
)
from models.training.recipe import VALIDATION_SPEAKERS
from models.training.recordings import Recording
from tests.core.sounds import Notes

LEVELS = {"angry": -4.0, "sad": -10.0, "neutral": -8.0, "happy": -5.0}
SHORT = Composition(seconds=40.0)


def make_recordings(speaker: str, count: int = 2, seed: int = 0) -> list[Recording]:
    """Two seconds each; how loud tells the emotion. Half a second of silence at both ends."""
    rng = np.random.default_rng(seed)
    made = []
    for emotion, level in LEVELS.items():
        for number in range(count):
            voiced = np.zeros(300, bool)
            voiced[50:250] = True
            values = np.where(voiced[:, None], level, -18.0) + rng.normal(0, 0.5, (300, BANDS))
            name = Path(f"{speaker}-{emotion}-{number}.wav")
            utterance = Utterance(name, "ravdess", speaker, emotion, intensity=1 + number % 2)
            made.append(Recording(utterance, values.astype(np.float32), voiced))
    return made


def settled(value: float, seconds: float = 60.0, raters: int = 200) -> NDArray[np.float64]:
    """What many annotators make of a jump to `value` at the first frame."""
    meant = np.full(round(seconds * FRAMES_PER_SECOND), value)
    return annotated(meant, np.random.default_rng(0), Composition(raters=raters))


def test_the_same_seed_gives_the_same_session_and_another_another() -> None:
    recordings = make_recordings("ravdess-01")
    one, again, other = (compose(recordings, seed, SHORT) for seed in (4, 4, 5))
    assert one.values.tobytes() == again.values.tobytes()
    assert one.labels["valence"].tobytes() == again.labels["valence"].tobytes()
    assert one.values.tobytes() != other.values.tobytes()


def test_a_session_is_as_long_as_asked_with_a_label_for_every_four_frames() -> None:
    session = compose(make_recordings("ravdess-01"), 0, SHORT)
    assert 40 <= len(session.values) / 100 < 40 + 5 * 2.4  # no row of recordings is cut
    assert len(session.voiced) == len(session.values)
    for labels in session.labels.values():
        assert labels.shape == (-(-len(session.values) // 4),)


def test_recordings_are_cut_to_their_speech_and_a_fifth_of_a_second() -> None:
    session = compose(make_recordings("ravdess-01"), 0, SHORT)
    assert session.voiced.mean() == pytest.approx(200 / 240, abs=0.01)


def test_where_a_recording_is_meant_to_be_follows_its_intensity() -> None:
    normal, strong = make_recordings("ravdess-01")[:2]
    np.testing.assert_allclose(target(strong), [-0.51, 0.59])  # Russell, Mehrabian 1977: "angry"
    np.testing.assert_allclose(target(normal), [-0.357, 0.413])


def test_annotators_begin_at_rest_come_late_and_settle_at_what_is_meant() -> None:
    found = settled(0.6)
    assert found[0] == pytest.approx(0.0, abs=0.02)
    assert found[-1] == pytest.approx(0.6, abs=0.03)
    risen = np.flatnonzero(found > 0.3)[0] / FRAMES_PER_SECOND
    assert risen == pytest.approx(Composition().delay, abs=0.3)


def test_contours_are_as_slow_as_those_of_people() -> None:
    """Section 5.2: more than 95 % of the power of RECOLA's lies below 1 Hz."""
    session = compose(make_recordings("ravdess-01"), 1, Composition(seconds=180))
    for labels in session.labels.values():
        power = np.abs(np.fft.rfft(labels - labels.mean())) ** 2
        frequencies = np.fft.rfftfreq(len(labels), 1 / FRAMES_PER_SECOND)
        assert power[frequencies < 1].sum() > 0.95 * power.sum()


def test_labels_taken_earlier_lie_under_the_voice() -> None:
    session = compose(make_recordings("ravdess-01"), 2, Composition(seconds=180))
    loud = session.values.mean(axis=1)[::4]
    loud = np.where(session.voiced[::4], loud, loud[session.voiced[::4]].mean())

    def lag(labels: NDArray[np.float32]) -> float:
        shifts = range(0, 100)
        return max(shifts, key=lambda s: np.corrcoef(loud[: len(loud) - s], labels[s:])[0, 1]) / 25

    arousal = session.labels["arousal"]
    assert lag(arousal) == pytest.approx(SHORT.delay, abs=0.6)
    assert lag(advanced(arousal, SHORT.delay)) < 0.6


def test_labels_taken_earlier_hold_their_last() -> None:
    labels = np.arange(100, dtype=np.float32)
    np.testing.assert_array_equal(advanced(labels, 1.0)[:75], labels[25:])
    np.testing.assert_array_equal(advanced(labels, 1.0)[75:], 99)
    np.testing.assert_array_equal(advanced(labels, 60.0), 99)


def test_a_speaker_of_one_emotion_makes_no_session() -> None:
    angry = [r for r in make_recordings("ravdess-01") if r.utterance.emotion == "angry"]
    with pytest.raises(TrainingError, match="ravdess-01 shows 1 emotions; a session needs two"):
        compose(angry, 0, SHORT)


def test_no_speaker_is_learned_from_and_judged_by() -> None:
    speakers = ["ravdess-01", "ravdess-02", *sorted(STOPPING_SPEAKERS | VALIDATION_SPEAKERS)]
    recordings = [r for speaker in speakers for r in make_recordings(speaker)]
    material = made_material(recordings, replace(AffectRecipe(), composition=SHORT))
    assert material.speakers == ("ravdess-01", "ravdess-02")
    choice = np.random.default_rng(0)
    assert {material.draw(choice).speaker for _ in range(20)} == {"ravdess-01", "ravdess-02"}
    assert {session.speaker for session in material.stopping} == STOPPING_SPEAKERS
    assert {session.speaker for session in material.judged} == VALIDATION_SPEAKERS


def test_who_judges_speakers_never_kept_for_it_is_told() -> None:
    speakers = [f"savee-{name}" for name in ("DC", "JE", "JK", "KL")]
    recordings = [r for speaker in speakers for r in make_recordings(speaker)]
    notes = Notes()
    material = made_material(recordings, replace(AffectRecipe(), composition=SHORT), notes)
    stopping, judged = (
        {session.speaker for session in part} for part in (material.stopping, material.judged)
    )
    assert sorted([*material.speakers, *stopping, *judged]) == speakers
    (told,) = notes.notices
    assert f"{judged.pop()} judge and {stopping.pop()} say when to stop" in told


def test_a_speaker_of_one_emotion_is_left_out_and_two_speakers_are_too_few() -> None:
    recordings = [r for name in "abc" for r in make_recordings(name)]
    alone = [r for r in recordings if r.utterance.speaker < "c" or r.utterance.emotion == "sad"]
    notes = Notes()
    with pytest.raises(TrainingError, match=r"need 3 speakers or more .* there are 2 \(a, b\)"):
        made_material(alone, replace(AffectRecipe(), composition=SHORT), notes)
    assert notes.notices == ["c speaks with only sad; a session needs two emotions: left out"]


def test_labels_that_are_no_emotions_and_recola_beside_others_are_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(16_000), 16_000)
    table = tmp_path / "manifest.csv"
    table.write_text("file,speaker,label\na.wav,anna,Banana\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="labels of its own"):
        affect_material([table], AffectRecipe())
    for name in (AUDIO, GOLD):
        (tmp_path / name).mkdir()
    with pytest.raises(TrainingError, match="is RECOLA, which is learned from alone"):
        affect_material([table, tmp_path], AffectRecipe())
