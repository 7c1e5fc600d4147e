"""Weights for everything from what trainings left: one source of recognisers, one of faces."""

from pathlib import Path

import pytest

from core.errors import CheckpointError
from core.monitor import Monitor
from models.cascade import Cascade, face_path
from models.checkpoint import load_checkpoint
from models.weights_folder import gather
from tests.weights import write_dern, write_weights


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
        (folder / "metrics.json").write_text("{}")
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
    assert "no face of fear" in notices.messages[0]


def test_what_a_run_lacks_comes_from_the_base(
    runs: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    heard, _, base = runs
    gather([heard], tmp_path / "mine", base)
    assert face_path(tmp_path / "mine", "fear").read_bytes() == face_path(base, "fear").read_bytes()
    assert (tmp_path / "mine" / "dern.safetensors").read_bytes() == (
        heard / "dern.safetensors"
    ).read_bytes()


def test_what_makes_no_whole_is_refused(runs: tuple[Path, Path, Path], tmp_path: Path) -> None:
    heard, faces, base = runs
    out = tmp_path / "mine"
    with pytest.raises(CheckpointError, match="both have a face; name one of them"):
        gather([faces, base], out, base)
    with pytest.raises(CheckpointError, match=r"there are no networks in .* has finished"):
        gather([tmp_path], out, base)
    with pytest.raises(CheckpointError, match="is there already; name a new folder"):
        gather([heard], faces, base)
    (heard / "metrics.json").unlink()
    with pytest.raises(CheckpointError, match="is not finished; go on"):
        gather([heard], out, base)
    assert not out.exists()
