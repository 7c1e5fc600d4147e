"""The bundled weights for valence and arousal, on speakers they were not trained on."""

from pathlib import Path

import numpy as np
import pytest

from core.affect import FILE, ROLE, AffectTrack
from core.audio_file import read_clip
from core.monitor import SILENT
from core.normalisation import BandStatistics
from core.speaker_profile import SpeakerProfile
from models.affect_recogniser import AffectRecogniser
from models.checkpoint import load_checkpoint
from models.device import Runner, choose
from models.recognisers.recogniser import listen
from models.training.recipe import VALIDATION_SPEAKERS
from resources import SAMPLE, WEIGHTS

RAVDESS = Path(__file__).parents[3] / "shared" / "data" / "ravdess"
# RAVDESS's codes, strongly acted where there is a choice, by two who were never learned from.
NAMES = {"angry": "03-01-05-02", "sad": "03-01-04-02", "happy": "03-01-03-02"}
ACTORS = ("17", "18")


@pytest.fixture(scope="module")
def recogniser() -> AffectRecogniser:
    loaded = AffectRecogniser.load(WEIGHTS)
    assert loaded is not None
    return loaded


def test_the_card_says_that_labels_were_made_and_who_was_learned_from() -> None:
    description = load_checkpoint(WEIGHTS / FILE, ROLE).description
    card = (WEIGHTS / FILE).with_suffix(".md").read_text("utf-8")
    assert "**The labels were made, not annotated.**" in card
    assert f"Licence of the weights: {description.licence}" in card
    assert description.licence == "CC-BY-NC-SA-4.0"
    speakers = set(description.provenance.speakers)
    assert speakers
    assert not speakers & VALIDATION_SPEAKERS


def test_the_sample_has_a_track_that_moves_and_knows_its_limits(
    recogniser: AffectRecogniser,
) -> None:
    track = recogniser.hear(listen(read_clip(SAMPLE)), Runner(choose("cpu")), SILENT)
    for name in ("valence", "arousal"):
        values, band = getattr(track, name), getattr(track, f"{name}_band")
        assert np.abs(values).max() <= 1
        assert values.max() - values.min() > 0.1
        assert 0 < band.mean() < 1


@pytest.mark.skipif(not RAVDESS.is_dir(), reason="there is no RAVDESS beside the checkout")
@pytest.mark.parametrize("actor", ACTORS)
def test_anger_sounds_more_excited_than_sadness(actor: str, recogniser: AffectRecogniser) -> None:
    folder = RAVDESS / f"Actor_{actor}"
    spectra = [listen(read_clip(path)) for path in sorted(folder.glob("03-01-0?-01-01-01-*.flac"))]
    profile = SpeakerProfile(
        actor,
        BandStatistics.of(
            s.spectrum.frames(0, s.spectrum.timeline.count)[s.voiced] for s in spectra
        ),
    )

    def arousal(emotion: str) -> float:
        clip = read_clip(folder / f"{NAMES[emotion]}-01-01-{actor}.flac")
        speech = listen(clip, profile=profile)
        track: AffectTrack = recogniser.hear(speech, Runner(choose("cpu")), SILENT)
        return float(track.arousal.mean())

    assert arousal("angry") > arousal("sad") + 0.1
    assert arousal("happy") > arousal("sad")
