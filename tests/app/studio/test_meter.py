"""The level meter against amplitudes of known level."""

import math

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.theme import DARK
from app.views.controls.meter import FALL, FLOOR, HOLD, LevelMeter, decibels
from tests.app.studio.panels import (
    shown,
)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter(qtbot: QtBot, clock: Clock) -> LevelMeter:
    return shown(qtbot, LevelMeter(DARK, clock), 500, 60)


@pytest.mark.parametrize(
    ("amplitude", "level"),
    [(1.0, 0.0), (0.5, -6.0206), (0.1, -20.0), (2.0, 6.0206), (0.0, FLOOR), (1e-9, FLOOR),
     (-1.0, FLOOR), (math.nan, FLOOR), (math.inf, FLOOR)],
)  # fmt: skip
def test_levels_are_decibels_of_full_scale(amplitude: float, level: float) -> None:
    assert decibels(amplitude) == pytest.approx(level, abs=1e-3)


def test_a_peak_is_held_and_then_falls(meter: LevelMeter, clock: Clock) -> None:
    meter.set_levels(0.5, 0.1)
    assert meter.words() == "−6.0 dB"
    clock.now += HOLD - 0.1
    meter.set_levels(0.001, 0.001)
    assert meter.held == pytest.approx(-6.02, abs=0.01)
    assert meter.peak == pytest.approx(-6.02 - FALL * (HOLD - 0.1), abs=0.01)
    clock.now += 0.5
    meter.set_levels(0.001, 0.001)
    assert meter.held == pytest.approx(-6.02 - FALL * 0.5, abs=0.01)
    meter.set_levels(1.0, 0.5)
    assert meter.words() == "0.0 dB"
    assert meter.accessibleDescription() == "Peak 0.0 dB"
    meter.clear()
    assert meter.words() == "silent"


def test_the_bar_is_as_long_as_the_level(meter: LevelMeter) -> None:
    def ends(amplitude: float) -> int:
        meter.clear()
        meter.set_levels(amplitude, amplitude)
        picture = meter.grab().toImage()
        y = round(12 * picture.devicePixelRatio())
        white = QColor(DARK.text)
        held = [x for x in range(picture.width()) if picture.pixelColor(x, y) == white]
        return max(x for x in held if x < picture.width() * 0.88)  # left of the figures

    full, half, tenth = ends(1.0), ends(0.1), ends(0.01)  # 0, -20, -40 dB
    assert full - half == pytest.approx(half - tenth, abs=2)
    assert half - tenth == pytest.approx((full - 8) / 3, rel=0.05)  # a third of 60 dB


def test_levels_of_nonsense_are_survived(meter: LevelMeter) -> None:
    meter.set_levels(math.nan, math.inf)
    meter.set_levels(1e30, -5.0)
    assert not meter.grab().isNull()
    assert meter.rms <= meter.peak
