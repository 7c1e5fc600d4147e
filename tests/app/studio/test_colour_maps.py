"""Colour maps against the pictures of them that pyqtgraph brings along."""

import numpy as np
import pyqtgraph
import pytest

from app.views.lanes.colour_maps import colour_table
from app.views.lanes.spectrogram_lane import BY_THEME, MAPS

BRIGHTNESS = (0.2126, 0.7152, 0.0722)


@pytest.mark.parametrize("name", ["magma", "inferno", "viridis", "cividis"])
def test_maps_are_those_of_their_names(name: str) -> None:
    wanted = pyqtgraph.colormap.get(name).getLookupTable(nPts=256, alpha=False)
    assert np.abs(colour_table(name) - wanted).max() <= 5.0  # of 255


@pytest.mark.parametrize("name", [name for name in MAPS if name != BY_THEME])
def test_maps_grow_brighter(name: str) -> None:
    table = colour_table(name)
    assert table.shape == (256, 3)
    assert table.min() >= 0
    assert table.max() <= 255
    assert (np.diff(table @ BRIGHTNESS)[::8] > 0).all()


def test_no_map_of_another_name() -> None:
    with pytest.raises(KeyError, match="rainbow"):
        colour_table("rainbow")
