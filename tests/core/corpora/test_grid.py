"""GRID: names that spell sentences, and the tracks of the project's own layout."""

from pathlib import Path

import pytest

from core.corpora.grid import read_grid, sentence
from core.errors import CorpusError
from tests.core.corpora.layouts import grid_tracked


def test_a_grid_name_spells_its_sentence() -> None:
    assert sentence("bbaf2n") == "bin blue at f two now"
    assert sentence("swwz7a") == "set white with z seven again"
    assert sentence("lrizzp") == "lay red in z zero please"


@pytest.mark.parametrize("name", ["bbaf2", "xbaf2n", "bbaf2x"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(CorpusError, match="is not a GRID clip name"):
        sentence(name)


def test_grid_needs_every_sound(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is not a GRID landmark file"):
        read_grid(tmp_path)
    grid_tracked(tmp_path, 75)
    (clip,) = read_grid(tmp_path)
    assert clip.landmarks.shape == (75, 68, 3)
    (tmp_path / "audio" / "bbaf2n.flac").unlink()
    with pytest.raises(CorpusError, match=r"bbaf2n\.flac is missing"):
        read_grid(tmp_path)
