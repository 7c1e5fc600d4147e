"""Corpora: file names read as their publishers define them, and what is not one refused."""

from pathlib import Path

import numpy as np
import pytest

from core.corpora.emodb import read_emodb
from core.corpora.grid import read_grid, sentence
from core.corpora.ravdess import read_ravdess
from core.errors import CorpusError

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the corpora are not beside the checkout")


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def test_a_grid_name_spells_its_sentence() -> None:
    assert sentence("bbaf2n") == "bin blue at f two now"
    assert sentence("swwz7a") == "set white with z seven again"
    assert sentence("lrizzp") == "lay red in z zero please"


@pytest.mark.parametrize("name", ["bbaf2", "xbaf2n", "bbaf2x"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(CorpusError, match="is not a GRID clip name"):
        sentence(name)


def test_ravdess_names(tmp_path: Path) -> None:
    touch(tmp_path, "Actor_12/03-01-06-02-01-01-12.wav", "Actor_12/03-01-02-01-02-01-12.wav")
    calm, fear = read_ravdess(tmp_path)
    assert (calm.emotion, calm.text) == ("neutral", "Dogs are sitting by the door.")
    assert (fear.emotion, fear.speaker, fear.intensity) == ("fear", "ravdess-12", 2)


def test_emodb_names_leave_boredom_out(tmp_path: Path) -> None:
    touch(tmp_path, "03a01Wa.wav", "03a01La.wav", "16b10Tb.wav")
    angry, sad = read_emodb(tmp_path)
    assert (angry.emotion, angry.speaker) == ("angry", "emodb-03")
    assert (sad.emotion, sad.speaker) == ("sad", "emodb-16")


def test_strange_or_no_recordings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no RAVDESS recordings"):
        read_ravdess(tmp_path)
    with pytest.raises(CorpusError, match="holds no EmoDB recordings"):
        read_emodb(tmp_path)
    touch(tmp_path, "holiday.wav")
    with pytest.raises(CorpusError, match=r"holiday\.wav is not named like a RAVDESS recording"):
        read_ravdess(tmp_path)
    with pytest.raises(CorpusError, match=r"holiday\.wav is not named like an EmoDB recording"):
        read_emodb(tmp_path)


def test_grid_needs_every_sound(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is not a GRID landmark file"):
        read_grid(tmp_path)
    np.savez(
        tmp_path / "landmarks.npz",
        names=np.array(["bbaf2n"]),
        landmarks=np.zeros((1, 75, 68, 3), np.int16),
        detected=np.ones((1, 75), bool),
        unit=0.02,
        fps=25.0,
    )
    with pytest.raises(CorpusError, match=r"bbaf2n\.flac is missing"):
        read_grid(tmp_path)
    touch(tmp_path, "audio/bbaf2n.flac")
    (clip,) = read_grid(tmp_path)
    assert clip.landmarks.shape == (75, 68, 3)


@needs_data
def test_the_real_corpora() -> None:
    assert len(read_grid(DATA / "grid_s1")) == 953
    assert len(read_ravdess(DATA / "ravdess")) == 1200
    assert {u.emotion for u in read_emodb(DATA / "emodb")} == {
        "angry", "disgust", "fear", "happy", "neutral", "sad",
    }  # fmt: skip
