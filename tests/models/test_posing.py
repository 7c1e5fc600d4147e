"""Posing again after an edit: the same face as from scratch, and only what changed is computed."""

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from core.animation import Animation, AnimationSettings
from core.animation_store import AnimationStore
from core.emotion import EMOTIONS, EmotionTrack
from core.errors import CheckpointError
from core.gains import RegionGains
from core.monitor import Monitor
from core.segments import AUTOMATIC, SegmentChoice, move_edge
from core.timeline import Timeline
from models import spectrum
from models.cascade import Analysis, Cascade, face_path
from models.recent import MOST, RecentEstimates
from models.spectrum import Spectrum
from tests.core.sounds import Notes
from tests.models.clips import babbling_clip

SECONDS = 3.0
CHUNK = 40  # frames; with so small ones, three seconds have eight


@pytest.fixture(scope="module")
def heard(trained: Cascade) -> Analysis:
    return trained.analyse(babbling_clip(SECONDS))


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spectrum, "CHUNK_FRAMES", CHUNK)


class Counted:
    """How many frames each network was run over."""

    def __init__(self, trained: Cascade, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[int] = []
        run = trained._runner.run

        def counting(
            network: nn.Module, apply: Callable[[Tensor], Tensor], values: Tensor, monitor: Monitor
        ) -> Tensor:
            self.calls.append(len(values))
            return run(network, apply, values, monitor)

        monkeypatch.setattr(trained._runner, "run", counting)


@pytest.fixture
def counted(trained: Cascade, monkeypatch: pytest.MonkeyPatch) -> Counted:
    monkeypatch.setattr(trained, "_recent", RecentEstimates())
    return Counted(trained, monkeypatch)


def segmented(*pieces: tuple[float, str, float]) -> AnimationSettings:
    """Segments by their ends."""
    starts = [0.0, *(end for end, _, _ in pieces[:-1])]
    return AnimationSettings(
        segments=tuple(
            SegmentChoice(start, end, emotion, strength)
            for start, (end, emotion, strength) in zip(starts, pieces, strict=True)
        )
    )


def assert_same(one: Animation, other: Animation) -> None:
    """To the last bit."""
    assert one.shape.parameters.tobytes() == other.shape.parameters.tobytes()
    assert one.mixes.tobytes() == other.mixes.tobytes()
    assert one.emotions.probabilities.tobytes() == other.emotions.probabilities.tobytes()
    for name in ("source", "duration", "utterance", "segments", "models", "settings", "version"):
        assert getattr(one, name) == getattr(other, name)


EMOTION = st.sampled_from([AUTOMATIC, "angry", "happy", "neutral"])
STRENGTH = st.sampled_from([0.0, 0.5, 1.0, 2.0])
GAINS = st.sampled_from([RegionGains(), RegionGains(jaw=2.0)])
WHOLE = st.builds(
    AnimationSettings, EMOTION, STRENGTH, st.sampled_from(["dependent", "combined"]),
    gains=GAINS,
)  # fmt: skip
PARTED = st.lists(st.tuples(st.integers(1, 30), EMOTION, STRENGTH), min_size=1, max_size=4,
                  unique_by=lambda piece: piece[0]).map(
    lambda pieces: segmented(*((end / 10, e, s) for end, e, s in sorted(pieces)))
)  # fmt: skip


@given(before=WHOLE | PARTED, after=WHOLE | PARTED)
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_edit_gives_the_face_that_it_gives_from_scratch(
    before: AnimationSettings, after: AnimationSettings, trained: Cascade, heard: Analysis
) -> None:
    previous = trained.pose(heard, before)
    assert_same(trained.pose(heard, after, previous=previous), trained.pose(heard, after))


def test_a_chain_of_edits_is_as_good(trained: Cascade, heard: Analysis) -> None:
    animation = None
    choices = segmented((1.0, "sad", 1.0), (2.0, AUTOMATIC, 1.0), (3.0, "angry", 0.5))
    for step in range(6):
        choices = replace(choices, segments=move_edge(choices.segments, 0, 0.4 + 0.2 * step))
        animation = trained.pose(heard, choices, previous=animation)
    assert animation is not None
    assert_same(animation, trained.pose(heard, choices))


def test_the_same_again_runs_no_network(
    trained: Cascade, heard: Analysis, counted: Counted
) -> None:
    previous = trained.pose(heard)
    counted.calls.clear()
    notes = Notes()
    assert_same(trained.pose(heard, monitor=notes, previous=previous), previous)
    assert counted.calls == []
    assert notes.steps[-1][1] == notes.steps[-1][2]


def test_gains_run_no_network(trained: Cascade, heard: Analysis, counted: Counted) -> None:
    previous = trained.pose(heard)
    counted.calls.clear()
    moved = trained.pose(heard, AnimationSettings(gains=RegionGains(2.0, 2.0, 0.0)), Notes(),
                         previous)  # fmt: skip
    assert counted.calls == []
    assert moved.settings.gains.jaw == 2.0


def test_only_chunks_around_an_edit_are_computed(
    trained: Cascade, heard: Analysis, counted: Counted
) -> None:
    before = segmented((1.0, "sad", 1.0), (1.1, "angry", 1.0), (SECONDS, "happy", 1.0))
    after = segmented((1.0, "sad", 1.0), (1.1, "fear", 1.0), (SECONDS, "happy", 1.0))
    previous = trained.pose(heard, before)
    counted.calls.clear()
    edited = trained.pose(heard, after, previous=previous)
    changed = np.flatnonzero((edited.mixes != previous.mixes).any(axis=1))
    chunks = {frame // CHUNK for frame in (changed[0] - 2, *changed, changed[-1] + 2)}
    assert 0 < len(chunks) <= 2 < heard.emotions.timeline.count // CHUNK
    # In each, a network per emotion that has a part in it: sad, fear, happy at most.
    assert 0 < len(counted.calls) <= 3 * len(chunks)
    same = [c for c in range(len(edited.mixes) // CHUNK) if c not in chunks]
    for chunk in same:
        rows = slice(chunk * CHUNK, (chunk + 1) * CHUNK)
        assert np.array_equal(edited.shape.parameters[rows], previous.shape.parameters[rows])


def test_dragging_runs_no_network_but_at_first(
    trained: Cascade, heard: Analysis, counted: Counted
) -> None:
    """Once both faces of an edge are there, only the way they are fused changes."""
    choices = segmented((1.0, "sad", 1.0), (SECONDS, "angry", 0.5))
    animation = trained.pose(heard, choices)
    for step in range(8):
        choices = replace(choices, segments=move_edge(choices.segments, 0, 0.9 + 0.02 * step))
        if step == 4:
            counted.calls.clear()
        animation = trained.pose(heard, choices, previous=animation)
    assert counted.calls == []
    trained._recent = RecentEstimates()
    assert_same(animation, trained.pose(heard, choices))


def test_recent_estimates_are_few_and_of_one_clip(heard: Analysis) -> None:
    recent, made = RecentEstimates(), []

    def make(number: int) -> Tensor:
        made.append(number)
        return torch.full((1,), float(number))

    def get(spectrum: Spectrum, number: int) -> float:
        return float(recent.get(spectrum, ("sad", number, number + 1), lambda: make(number)))

    for number in (*range(MOST), 0, MOST, 0, 1):
        assert get(heard.spectrum, number) == number
    assert made == [*range(MOST + 1), 1]  # 1 had not been asked for longest
    other = Spectrum(heard.clip)
    assert get(other, 0) == 0
    assert get(heard.spectrum, 0) == 0
    assert made[-2:] == [0, 0]


def test_recent_estimates_go_with_their_clip(heard: Analysis) -> None:
    recent, spectrum = RecentEstimates(), Spectrum(heard.clip)
    gone = weakref.ref(recent.get(spectrum, ("sad", 0, 1), lambda: torch.zeros(1)))
    assert gone() is not None
    del spectrum
    gc.collect()
    assert gone() is None


def test_another_model_is_computed_anew(
    trained: Cascade, heard: Analysis, counted: Counted
) -> None:
    previous = trained.pose(heard)
    counted.calls.clear()
    trained.pose(heard, AnimationSettings(model="combined"), previous=previous)
    assert len(counted.calls) == -(-heard.emotions.timeline.count // CHUNK)


def test_a_face_of_another_sound_is_refused(trained: Cascade, heard: Analysis) -> None:
    previous = trained.pose(heard)
    longer = trained.analyse(babbling_clip(SECONDS + 1))
    with pytest.raises(ValueError, match="previous animation is of another sound"):
        trained.pose(longer, previous=previous)
    other = replace(previous, source=replace(previous.source, sha256="1" * 64))
    with pytest.raises(ValueError, match="previous animation is of another sound"):
        trained.pose(heard, previous=other)


def test_emotions_that_are_known_are_not_heard_again(
    trained: Cascade, heard: Analysis, counted: Counted
) -> None:
    clip, notes = heard.clip, Notes()
    again = trained.analyse(clip, notes, Spectrum(clip), heard.emotions)
    assert counted.calls == []
    assert again.emotions is heard.emotions
    assert {stage for stage, _, _ in notes.steps} == {"listening"}
    assert_same(trained.pose(again), trained.pose(heard))


def test_emotions_of_another_clip_are_refused(trained: Cascade, heard: Analysis) -> None:
    rows = np.full((3, len(EMOTIONS)), 1 / 7, np.float32)
    other = EmotionTrack(Timeline(100.0, 3, 0.0125), rows, np.ones(3, np.bool_))
    with pytest.raises(ValueError, match="the emotions are of another clip"):
        trained.analyse(heard.clip, emotions=other)


def test_a_face_from_the_disk_serves_as_the_previous_one(
    trained: Cascade, heard: Analysis, counted: Counted, tmp_path: Path
) -> None:
    store = AnimationStore(tmp_path)
    made = trained.pose(heard)
    store.put(trained.weights_id(), made)
    store.put_emotions(made.source.sha256, trained.hearing_id(), heard.emotions)
    stored = store.get(made.source, trained.weights_id(), made.settings)
    emotions = store.get_emotions(made.source.sha256, trained.hearing_id())
    assert stored is not None
    assert emotions is not None
    assert_same(stored, made)
    counted.calls.clear()
    analysis = trained.analyse(heard.clip, emotions=emotions)
    assert_same(trained.pose(analysis, previous=stored), made)
    assert counted.calls == []


def test_ids_name_the_weights(trained: Cascade, own_weights: Path) -> None:
    copied = Cascade.load(own_weights, "cpu")
    assert (copied.hearing_id(), copied.weights_id()) == (
        trained.hearing_id(),
        trained.weights_id(),
    )
    sad, fear = face_path(own_weights, "sad"), face_path(own_weights, "fear")
    sad.write_bytes(fear.read_bytes())
    other = Cascade.load(own_weights, "cpu")
    assert other.hearing_id() == trained.hearing_id()
    assert other.weights_id() != trained.weights_id()
    assert trained.device in trained.hearing_id()


def test_weights_that_vanished_are_named(own_weights: Path) -> None:
    loaded = Cascade.load(own_weights, "cpu")
    face_path(own_weights, "sad").unlink()
    with pytest.raises(CheckpointError, match=r"cannot be read: .*dsrn-sad\.safetensors"):
        _ = loaded.weights_id()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_an_edit_on_a_gpu_gives_the_same_too(weights: Path) -> None:
    trained = Cascade.load(weights, "cuda")
    heard = trained.analyse(babbling_clip(SECONDS))
    before, after = AnimationSettings(), segmented((1.0, "sad", 2.0), (SECONDS, AUTOMATIC, 1.0))
    previous = trained.pose(heard, before)
    assert_same(trained.pose(heard, after, previous=previous), trained.pose(heard, after))
