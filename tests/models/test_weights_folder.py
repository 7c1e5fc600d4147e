"""Weights for everything from what trainings left: one source of recognisers, one of faces."""

from pathlib import Path

import pytest

from core.errors import CheckpointError
from core.monitor import Monitor
from models.cascade import Cascade, face_path
from models.checkpoint import load_checkpoint
from models.weights_folder import gather
from tests.weights import (
    write_affect,
    write_dern,
    write_local_cnn,
    write_recognisers,
    write_weights,
)


class Notices(Monitor):
    """Keeps what is noticed."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def notice(self, message: str) -> None:
        self.messages.append(message)


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A finished run of a recogniser, one of all faces but one, and whole weights."""
    heard, faces, base = (tmp_path / name for name in ("heard", "faces", "base"))
    for folder in (heard, faces, base):
        folder.mkdir()
        for name in ("recipe.toml", "metrics.json"):
            (folder / name).write_text("{}")
    write_dern(heard, "level")
    write_weights(base)
    write_weights(faces)
    (faces / "dern.safetensors").unlink()
    face_path(faces, "fear").unlink()
    return heard, faces, base


def test_two_runs_are_a_whole(runs: tuple[Path, Path, Path], tmp_path: Path) -> None:
    heard, faces, base = runs
    notices = Notices()
    out = tmp_path / "mine"
    gather([heard, faces], out, base, notices)
    cascade = Cascade.load(out, "cpu")
    (recogniser,) = cascade.recogniser().models
    assert recogniser.sha256 == load_checkpoint(heard / "dern.safetensors", "dern").sha256
    assert face_path(out, "sad").read_bytes() == face_path(faces, "sad").read_bytes()
    fear = load_checkpoint(face_path(out, "fear"), "dsrn")
    combined = load_checkpoint(face_path(faces, "combined"), "dsrn")
    assert fear.description.labels == ["fear"]
    assert fear.weights.keys() == combined.weights.keys()
    assert all(fear.weights[name].equal(combined.weights[name]) for name in fear.weights)
    assert notices.messages == [
        f"no face of fear in '{faces}': the combined one stands in",
        f"of '{heard}': DERN",
        f"of '{faces}': faces",
        "DERN hears, unless somebody chooses another",
    ]


def test_all_that_a_run_does_not_replace_comes_from_the_base(
    runs: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    heard, faces, base = runs
    write_recognisers(base)
    write_affect(base)
    notices, mine = Notices(), tmp_path / "mine"
    gather([heard], mine, base, notices)
    there = {path.name for path in base.iterdir()} - {"recipe.toml", "metrics.json"}
    assert {path.name for path in mine.iterdir()} == there | {"recogniser.txt", "ensemble.md"}
    for name in there:
        folder = heard if name == "dern.safetensors" else base
        assert (mine / name).read_bytes() == (folder / name).read_bytes()
    assert Cascade.load(mine, "cpu").recogniser().name == "dern"
    assert notices.messages == [
        f"of '{heard}': DERN",
        f"of '{base}': Local CNN, Functionals, Ensemble, valence and arousal, faces",
        "DERN hears, unless somebody chooses another",
        "the ensemble was weighed with another DERN; its card says so",
    ]
    again = tmp_path / "again"  # who hears there is who heard in the base
    gather([faces], again, mine)
    assert Cascade.load(again, "cpu").recogniser().name == "dern"


def test_an_ensemble_whose_member_was_replaced_says_so(
    runs: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    _, _, base = runs
    write_recognisers(base)
    (base / "ensemble.md").write_text("# Ensemble (`ensemble.json`)\n\nFigures.\n")
    run = tmp_path / "voting-fold-1"
    run.mkdir()
    write_local_cnn(run)
    write_affect(run)
    notices, mine = Notices(), tmp_path / "mine"
    gather([run], mine, base, notices)
    assert (mine / "ensemble.md").read_text() == (
        "# Ensemble (`ensemble.json`)\n\n**Other members than it was weighed with:** Local CNN is "
        "that of `voting-fold-1`. What follows was found with those before.\n\nFigures.\n"
    )
    assert notices.messages[-1].startswith("the ensemble was weighed with another Local CNN")
    cascade = Cascade.load(mine, "cpu")
    assert cascade.recogniser().name == "local-cnn"
    hashes = [model.sha256 for model in cascade.recogniser("ensemble").models]
    assert load_checkpoint(run / "local-cnn.safetensors", "local-cnn").sha256 in hashes
    (base / "functionals.safetensors").write_bytes(b"damaged")
    with pytest.raises(CheckpointError, match=r"base/functionals\.safetensors cannot be read"):
        gather([run], tmp_path / "other", base)
    assert not (tmp_path / "other").exists()


def test_what_makes_no_whole_is_refused(runs: tuple[Path, Path, Path], tmp_path: Path) -> None:
    heard, faces, base = runs
    out = tmp_path / "mine"
    with pytest.raises(CheckpointError, match="both have a face; name one of them"):
        gather([faces, base], out, base)
    with pytest.raises(CheckpointError, match=r"both have a dern\.safetensors; name one of them"):
        gather([heard, base], out, base)
    with pytest.raises(CheckpointError, match=r"there are no networks in .* has finished"):
        gather([tmp_path], out, base)
    with pytest.raises(CheckpointError, match="is there already; name a new folder"):
        gather([heard], faces, base)
    (heard / "metrics.json").unlink()
    with pytest.raises(CheckpointError, match="is not finished; go on"):
        gather([heard], out, base)
    assert not out.exists()
