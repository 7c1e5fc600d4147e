"""Judging: who was trained on is told apart, folds keep speakers apart, the product is judged."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from core.audio_file import read_clip
from core.clip import SAMPLE_RATE
from core.corpora.corpus import Corpus
from core.corpora.splits import speaker_folds
from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS
from core.errors import Cancelled, ReportError, TrainingError
from core.evaluation.report import Evaluation
from core.tracks.track_npz import write_npz
from models.cascade import Cascade
from models.checkpoint import Described, Provenance
from models.evaluation.acquaintance import Known, acquaintance
from models.evaluation.folds import nested, splits_of
from models.evaluation.judging import judge
from models.evaluation.ways import Way, ways_of
from models.evaluation.weights_report import WeightsRequest, choose, evaluate_weights, label_of
from tests.core.sounds import Notes
from tests.core.tracks import faces
from tests.models.clips import babble
from tests.weights import describe


def utterance(
    speaker: str, emotion: str = "sad", corpus: str = "made", name: str = ""
) -> Utterance:
    return Utterance(Path(f"{name or speaker + '-' + emotion}.wav"), corpus, speaker, emotion)


def checkpoint(recipe: str, speakers: tuple[str, ...] = (), role: str = "dern") -> Described:
    provenance = Provenance([], recipe, 0, "0.1.0", {}, list(speakers))
    description = msgspec.structs.replace(describe(role), provenance=provenance)
    return Described(Path(f"{role}.safetensors"), description, "0" * 64)


def test_a_checkpoint_that_names_its_speakers_is_believed() -> None:
    found = acquaintance([checkpoint("own", ("a", "b"))], [utterance("a"), utterance("c")])
    assert found == [Known.TRAINED, Known.NEVER]


def test_the_bundled_recipe_s_split_is_known() -> None:
    there = [
        utterance("ravdess-01", corpus="ravdess"), utterance("ravdess-17", corpus="ravdess"),
        utterance("emodb-14", corpus="emodb"), utterance("savee-DC", corpus="savee"),
    ]  # fmt: skip
    assert acquaintance([checkpoint("bundled")], there) == [
        Known.TRAINED, Known.NEVER, Known.NEVER, Known.NEVER,
    ]  # fmt: skip


def test_of_the_filmed_speaker_the_test_sentences_are_unseen() -> None:
    clips = [utterance("grid-s1", "neutral", "grid", f"clip{i:04d}") for i in range(953)]
    found = acquaintance([checkpoint("bundled", role="dsrn")], clips)
    assert found.count(Known.SENTENCE) == 48
    assert found.count(Known.TRAINED) == 905
    assert set(acquaintance([checkpoint("bundled")], clips)) == {Known.NEVER}


def test_other_weights_are_not_trusted() -> None:
    known = acquaintance([checkpoint("bundled"), checkpoint("somebody's")], [utterance("a")])
    assert known == [Known.UNKNOWN]


def test_whom_to_judge_by() -> None:
    trained, never = utterance("a"), utterance("b")
    known = {trained: Known.TRAINED, never: Known.NEVER}
    assert choose(known, "validation") == [never]
    assert choose(known, "all") == [trained, never]
    assert choose(known, "a") == [trained]
    with pytest.raises(ReportError, match="no speaker z; there are a, b"):
        choose(known, "a,z")
    kept = replace(trained, partition="test")
    assert choose({kept: Known.UNKNOWN, trained: Known.UNKNOWN}, "validation") == [kept]
    with pytest.raises(ReportError, match="nobody whom the weights are known not to"):
        choose({kept: Known.TRAINED}, "validation")
    with pytest.raises(ReportError, match="nobody whom the weights are known not to"):
        choose({trained: Known.TRAINED}, "validation")
    assert label_of(utterance("x", corpus="ravdess"), Known.TRAINED) == "RAVDESS (trained on)"


def test_speakers_who_are_judged_neither_teach_nor_choose_the_epoch() -> None:
    people = [
        utterance(f"{corpus}-{speaker}", emotion, corpus)
        for corpus, count in (("one", 10), ("two", 5))
        for speaker in range(count)
        for emotion in EMOTIONS
    ]
    judged: set[str] = set()
    for split in splits_of("speakers", people, seed=0):
        train, validation, test = (
            {people[i].speaker for i in part}
            for part in (split.train, split.validation, split.test)
        )
        assert not train & validation
        assert not (train | validation) & test
        assert {speaker[:3] for speaker in validation} == {"one", "two"}
        assert not judged & test
        judged |= test
    assert len(judged) == 15


def test_too_few_speakers_for_both_are_refused() -> None:
    people = [utterance(f"s{i}") for i in range(5)]
    lonely = speaker_folds(people[:2], seed=0, folds=2)[0]
    with pytest.raises(TrainingError, match="at least two of a corpus beside those judged"):
        nested(lonely, people, seed=0)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Four babbling people, two emotions, and one recording that is none."""
    folder = tmp_path_factory.mktemp("corpus")
    utterances = []
    for number in range(8):
        path = folder / f"{number}.wav"
        soundfile.write(path, 0.3 * babble(1.0, number), SAMPLE_RATE)
        emotion = EMOTIONS[number // 4]
        utterances.append(Utterance(path, "made", f"made-{number % 4}", emotion))
    (folder / "broken.wav").write_bytes(b"no sound")
    utterances.append(Utterance(folder / "broken.wav", "made", "made-0", "angry"))
    return Corpus("made", folder, tuple(utterances))


def test_what_is_judged_is_what_the_cascade_hears(trained: Cascade, corpus: Corpus) -> None:
    notes = Notes()
    found = judge(trained, corpus.utterances, [Way("DERN", "dern")], monitor=notes)
    assert len(found.judged) == 8
    for row, own in zip(found.judged, corpus.utterances, strict=False):
        animation = trained.animate(read_clip(own.audio))
        assert (row.found, row.shares) == (animation.utterance.first, animation.utterance.shares)
    (notice,) = notes.notices
    assert "broken.wav is left out" in notice
    assert [path.name for path, _ in found.problems] == ["broken.wav"]


def test_a_cancel_is_heard(trained: Cascade, corpus: Corpus) -> None:
    with pytest.raises(Cancelled):
        judge(trained, corpus.utterances, [Way("DERN", "dern")], monitor=Notes(stop_at=5))


def test_an_unknown_recogniser_is_refused(trained: Cascade) -> None:
    with pytest.raises(ReportError, match="no recogniser 'oracle'; expected all, dern"):
        ways_of(trained, "oracle")
    assert [way.recogniser for way in ways_of(trained, "")] == ["dern"]


def report_on(weights: Path, corpus: Corpus, speakers: str) -> Evaluation:
    return evaluate_weights(WeightsRequest(weights, speakers, plots=False), [corpus])


def test_weights_that_say_nothing_of_their_speakers_are_reported_with_a_warning(
    weights: Path, corpus: Corpus
) -> None:
    report = report_on(weights, corpus, "all")
    assert any("not written down whom these weights were trained on" in w for w in report.warnings)
    assert (
        "made (perhaps trained on) has no fear, happy, neutral, sad, surprise: "
        in (report.warnings[1])
    )
    names = [table.name for table in report.tables]
    assert names[0] == "table3-dern"
    provenance = dict(report.provenance)
    assert "dern.safetensors: test-dern" in provenance["Weights"]
    assert "broken.wav" in provenance["Not judged"]


def test_a_face_is_judged_by_all_three_methods(
    trained: Cascade, tmp_path: Path, corpus: Corpus
) -> None:
    track = tmp_path / "0.npz"
    write_npz(faces.track(count=25), track)
    filmed = [
        Utterance(u.audio, u.corpus, u.speaker, u.emotion, landmarks=track)
        for u in corpus.utterances[:1]
    ]
    found = judge(trained, filmed, [Way("DERN", "dern")])
    assert [row.method for row in found.moved] == ["cascade", "true emotion", "all combined"]
    assert all(np.isfinite(row.figures.error) and row.pca > 0 for row in found.moved)
