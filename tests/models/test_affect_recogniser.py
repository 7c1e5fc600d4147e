"""Valence and arousal in the cascade, with random weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy import stats

from core.affect import FILE
from core.animation import Animation
from core.clip import Clip
from core.errors import CheckpointError
from core.export import EXPORTERS, ExportSettings
from core.hearing import Hearing
from core.monitor import SILENT
from core.speaker_profile import SpeakerProfile
from models import affect_recogniser
from models.affect_recogniser import CONTEXT, RUNS, T_QUANTILE, AffectRecogniser
from models.cascade import Cascade
from models.device import Runner
from models.recognisers.recogniser import listen
from models.speaker_profiles import profile_of
from models.valence_arousal import DOWN_UP, PERIOD, reach, stacked
from tests.core.sounds import Notes
from tests.models.clips import babbling_clip, make_clip
from tests.weights import make_ensemble, make_normalisation, write_affect

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory: pytest.TempPathFactory) -> AffectRecogniser:
    folder = tmp_path_factory.mktemp("affect")
    write_affect(folder)
    loaded = AffectRecogniser.load(folder)
    assert loaded is not None
    return loaded


def test_a_track_is_the_mean_of_the_runs_and_its_band_their_interval(
    recogniser: AffectRecogniser,
) -> None:
    speech = listen(babbling_clip(4.0))
    track = recogniser.hear(speech, Runner(CPU), SILENT)
    values = speech.spectrum.frames(0, speech.spectrum.timeline.count)
    network = make_ensemble().eval()
    network.load_state_dict({k: v.half().float() for k, v in network.state_dict().items()})
    usual = make_normalisation().training
    share = speech.own.frames / (speech.own.frames + 1_000)
    mean = share * speech.own.mean + (1 - share) * usual.mean
    deviation = np.sqrt(share * speech.own.std**2 + (1 - share) * usual.std**2)
    inputs = stacked(np.clip((values - mean) / deviation, -4, 4).astype(np.float32))
    with torch.inference_mode():
        valence = np.stack([run(inputs[None])[0].numpy() for run in network.members("valence")])
    assert np.abs(valence).max() < 1
    np.testing.assert_allclose(track.valence, valence.mean(axis=0), atol=1e-6)
    low, high = stats.t.interval(0.95, RUNS - 1, valence.mean(axis=0), stats.sem(valence, axis=0))
    np.testing.assert_allclose(track.valence_band, (high - low) / 2, rtol=1e-3, atol=1e-6)
    assert pytest.approx(stats.t.ppf(0.975, RUNS - 1), abs=1e-3) == T_QUANTILE


@pytest.mark.parametrize("seconds", [0.3, 13.0])
def test_chunks_make_no_difference(
    seconds: float, recogniser: AffectRecogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    speech, runner = listen(babbling_clip(seconds)), Runner(CPU)
    whole = recogniser.hear(speech, runner, SILENT)
    monkeypatch.setattr(affect_recogniser, "CHUNK", PERIOD)
    notes = Notes()
    chunked = recogniser.hear(speech, runner, notes)
    for dimension in ("valence", "arousal"):
        np.testing.assert_allclose(
            getattr(chunked, dimension), getattr(whole, dimension), atol=1e-5
        )
    assert len(notes.steps) == -(-whole.timeline.count // PERIOD)


def test_the_context_of_chunks_is_what_the_networks_see() -> None:
    assert max(reach(DOWN_UP, PERIOD)) <= CONTEXT
    assert CONTEXT % PERIOD == 0


def test_where_nobody_speaks_everything_is_at_rest(recogniser: AffectRecogniser) -> None:
    track = recogniser.hear(listen(make_clip(np.zeros(16_000))), Runner(CPU), SILENT)
    assert not track.valence.any()
    assert not track.arousal_band.any()


def test_who_usually_speaks_so_loud_sounds_as_who_usually_speaks_low(
    recogniser: AffectRecogniser,
) -> None:
    low = babbling_clip(3.0)
    loud = make_clip(3 * np.asarray(low.samples[:]))

    def arousal(clip: Clip, known: bool) -> NDArray[np.float32]:
        profile = SpeakerProfile("Ada", replace(listen(clip).own, frames=1e6)) if known else None
        return recogniser.hear(listen(clip, profile=profile), Runner(CPU), SILENT).arousal

    known = np.abs(arousal(loud, True) - arousal(low, True)).max()
    assert np.abs(arousal(loud, False) - arousal(low, False)).max() > 10 * known


def animate(folder: Path, hearing: Hearing | None = None) -> Animation:
    cascade = Cascade.load(folder, "cpu")
    return cascade.animate(babbling_clip(2.0), hearing=hearing or Hearing())


def test_an_animation_has_the_track_and_names_its_weights(own_weights: Path) -> None:
    assert animate(own_weights).affect is None
    write_affect(own_weights)
    made = animate(own_weights)
    assert made.affect is not None
    assert made.affect.timeline.count == 50
    assert [model.role for model in made.models][:2] == ["dern", "valence-arousal"]
    for name in ("valence", "arousal"):
        assert np.abs(getattr(made.affect, name)).max() <= 1


def test_other_weights_for_it_are_other_weights(own_weights: Path) -> None:
    without = Cascade.load(own_weights, "cpu").weights_id()
    write_affect(own_weights)
    assert Cascade.load(own_weights, "cpu").weights_id() != without


def test_the_speaker_is_named_where_his_profile_was_used(own_weights: Path) -> None:
    profile = profile_of("Ada", [babbling_clip(2.0)])
    assert animate(own_weights, Hearing(profile=profile)).heard_by.speaker == ""
    write_affect(own_weights)
    assert animate(own_weights, Hearing(profile=profile)).heard_by.speaker == "Ada"


@pytest.mark.parametrize("name", EXPORTERS)
def test_exports_have_it(name: str, own_weights: Path, tmp_path: Path) -> None:
    write_affect(own_weights)
    path = tmp_path / f"a{EXPORTERS[name].suffix}"
    EXPORTERS[name].write(animate(own_weights), path, ExportSettings())
    assert (b"valence" if name == "csv" else b"va") in path.read_bytes()


def test_a_damaged_file_is_refused_by_name(own_weights: Path) -> None:
    write_affect(own_weights)
    (own_weights / FILE).write_bytes((own_weights / FILE).read_bytes()[:1_000])
    with pytest.raises(CheckpointError, match=FILE):
        Cascade.load(own_weights, "cpu")
