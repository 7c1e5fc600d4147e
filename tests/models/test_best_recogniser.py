"""Who hears where nobody chooses, and that nobody is in the way of another."""

from pathlib import Path

import pytest

from core.errors import CheckpointError
from core.hearing import TITLES, Hearing, recogniser_file, there_are
from models.cascade import Cascade
from models.recognisers.ensemble import EnsembleSettings, write_settings
from tests.core.sounds import Notes
from tests.models.clips import babbling_clip
from tests.weights import write_recognisers

DERN_ALONE = EnsembleSettings("alone", {"dern": 1.0}, {"dern": 1.0})


def test_the_best_that_is_there_hears_unless_somebody_chooses(own_weights: Path) -> None:
    assert there_are(own_weights) == ("dern",)
    assert Cascade.load(own_weights, "cpu").recogniser().name == "dern"
    write_settings(own_weights, DERN_ALONE)
    assert Cascade.load(own_weights, "cpu").recogniser().name == "ensemble"
    assert Cascade.load(own_weights, "cpu").recogniser("dern").name == "dern"
    with pytest.raises(CheckpointError, match=r"local-cnn\.safetensors cannot be read"):
        Cascade.load(own_weights, "cpu").recogniser("local-cnn")


@pytest.mark.parametrize("name", TITLES)
def test_each_hears_without_the_others(name: str, own_weights: Path) -> None:
    """Of the ensemble, one member has to be there."""
    write_recognisers(own_weights)
    for other in TITLES:
        if other != name and (name, other) != ("ensemble", "dern"):
            recogniser_file(own_weights, other).unlink()
    cascade = Cascade.load(own_weights, "cpu")
    assert cascade.recogniser(name).name == cascade.recogniser().name == name


def test_what_is_damaged_is_passed_over_and_told_once(own_weights: Path) -> None:
    write_recognisers(own_weights)
    recogniser_file(own_weights, "local-cnn").write_bytes(b"damaged")
    clip, notes = babbling_clip(0.5), Notes()
    cascade = Cascade.load(own_weights, "cpu")
    assert cascade.analyse(clip, notes, hearing=Hearing("dern")).heard_by.recogniser == "dern"
    assert notes.notices == []
    assert cascade.analyse(clip, notes).heard_by.recogniser == "functionals"
    cascade.analyse(clip, notes)
    (notice,) = notes.notices
    assert notice.startswith("Functionals hears, the best that is whole: ")
    assert "local-cnn.safetensors cannot be read" in notice
    with pytest.raises(CheckpointError, match=r"local-cnn\.safetensors cannot be read"):
        cascade.recogniser("ensemble")
    for name in ("functionals", "dern"):
        recogniser_file(own_weights, name).write_bytes(b"damaged")
    with pytest.raises(CheckpointError, match=r"dern\..*; .*functionals\..*; .*local-cnn\."):
        Cascade.load(own_weights, "cpu").recogniser()


def test_a_folder_can_say_who_hears(own_weights: Path) -> None:
    write_recognisers(own_weights)
    said = own_weights / "recogniser.txt"
    said.write_text("dern\n")
    assert Cascade.load(own_weights, "cpu").recogniser().name == "dern"
    recogniser_file(own_weights, "dern").unlink()
    notes = Notes()
    cascade = Cascade.load(own_weights, "cpu")
    assert cascade.analyse(babbling_clip(0.5), notes).heard_by.recogniser == "ensemble"
    assert "dern.safetensors cannot be read" in notes.notices[0]
    said.write_text("nobody")
    cascade = Cascade.load(own_weights, "cpu")
    assert cascade.recogniser("ensemble").name == "ensemble"
    with pytest.raises(CheckpointError, match=r"recogniser\.txt .* unknown recogniser 'nobody'"):
        cascade.recogniser()
