"""Plots: the same bytes every time, and at home in the page."""

import re
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from core.errors import ReportError
from core.interval import NO_INTERVAL, Estimate, Interval
from core.report.plots import Bars, Curve, Plot, bar_plot, check_plots, confusion_plot, curve_plot

pytest.importorskip("matplotlib", reason="matplotlib, of the research extra, is not installed")
VALUE = Estimate(0.5, Interval(0.4, 0.6), NO_INTERVAL, 10, 2)


def drawn() -> list[Plot]:
    counts = np.array([[3, 1], [0, 0]])
    return [
        confusion_plot("confusion", "what for what", ["angry", "sad"], counts, "below"),
        bar_plot("bars", "b", "recall", ["x", "y"], [Bars("a", [VALUE, float("nan")])], ""),
        curve_plot("curves", "c", "epoch", "MSE", [Curve("all", [1, 2], [3.0, 1.0], True)], ""),
    ]


def test_the_same_bytes_every_time() -> None:
    for first, second in zip(drawn(), drawn(), strict=True):
        assert first == second
        assert first.png.startswith(b"\x89PNG")
        assert b"Software" not in first.png
        assert "<dc:date>" not in first.svg


def test_in_a_page_colours_are_the_page_s_and_no_name_is_used_twice() -> None:
    inline = [plot.inline for plot in drawn()]
    names = [name for text in inline for name in re.findall(r'id="([^"]+)"', text)]
    assert len(names) == len(set(names))
    for text in inline:
        root = ET.fromstring(text)
        assert root.attrib["role"] == "img"
        assert "var(--ink)" in text
        assert "#1d2126" not in text
        assert "<style" not in text
        used = set(re.findall(r'(?:href="|url\()#([^")]+)', text))
        assert used <= set(re.findall(r'id="([^"]+)"', text))


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ReportError, match=r"pip install 'visemo\[research\]'.*--no-plots"):
        check_plots()
