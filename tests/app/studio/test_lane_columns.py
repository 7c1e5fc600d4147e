"""Tracks cut down to columns, columns to pixels, labels to places: against plain arithmetic."""

from itertools import pairwise

import numpy as np
import pytest
import python_speech_features
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from app.peaks import make_peaks
from app.views.lanes.pixels import coverage, stacked, stroke, tint
from app.views.lanes.placing import FRAME, SECOND, spread, tick_step
from app.views.lanes.scale import MOST_ROWS, Scale, extremes, means, wave_columns
from app.views.lanes.spectrogram_lane import band_centres
from core.clip import SAMPLE_RATE
from core.mfsc import BANDS, FFT_SIZE
from core.timeline import Timeline

RNG = np.random.default_rng(3)


def frames_in(timeline: Timeline, scale: Scale, column: int) -> list[int]:
    left, right = scale.seconds(column), scale.seconds(column + 1)
    return [i for i, t in enumerate(timeline.times()) if left <= t < right]


def test_a_column_is_the_mean_and_the_range_of_its_frames() -> None:
    timeline, scale = Timeline(100.0, 1000, 0.0125), Scale(1.003, 8.7, 61)
    values = RNG.normal(size=(1000, 3)).astype(np.float32)
    mean = means(values, timeline, scale)
    span = extremes(values[:, 0], values[:, 1], timeline, scale)
    for column in range(61):
        inside = frames_in(timeline, scale, column)
        np.testing.assert_allclose(mean[column], values[inside].mean(axis=0), rtol=1e-4, atol=1e-6)
        assert span[column].tolist() == [values[inside, 0].min(), values[inside, 1].max()]


def test_between_frames_columns_are_interpolated() -> None:
    timeline, scale = Timeline(100.0, 50, 0.0125), Scale(0.1, 0.2, 500)
    values = RNG.normal(size=(50, 2)).astype(np.float32)
    seconds = scale.seconds(0.5) + np.arange(500) / 500 * 0.1
    expected = [np.interp(seconds, timeline.times(), values[:, k]) for k in range(2)]
    np.testing.assert_allclose(means(values, timeline, scale), np.stack(expected, 1), atol=1e-5)


def test_of_hours_a_column_averages_a_bounded_number_of_frames() -> None:
    timeline, scale = Timeline(100.0, 3_600_00, 0.0125), Scale(0.0, 3600.0, 100)
    ramp = np.arange(timeline.count, dtype=np.float32)[:, None]
    found = means(ramp, timeline, scale)[:, 0]
    np.testing.assert_allclose(found, np.arange(100) * 3600 + 1799.5, atol=3600 / MOST_ROWS)


@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.parametrize("columns", [1, 3, 900])
def test_beyond_the_clip_its_ends_are_held(count: int, columns: int) -> None:
    timeline, values = Timeline(100.0, count, 0.0125), np.arange(count, dtype=np.float32)
    scale = Scale(5.0, 6.0, columns)
    assert means(values[:, None], timeline, scale).tolist() == [[count - 1]] * columns
    assert extremes(values, values, timeline, scale).tolist() == [[count - 1] * 2] * columns


@pytest.mark.parametrize(("start", "end"), [(0.0, 60.0), (3.1, 40.0), (10.0, 20.0), (5.0, 5.001)])
def test_no_peak_of_the_waveform_is_lost_at_any_zoom(start: float, end: float) -> None:
    samples = np.zeros(60 * SAMPLE_RATE, np.float32)
    peak = round((start + end) / 2 * SAMPLE_RATE)
    samples[peak] = 0.7
    scale = Scale(start, end, 400)
    columns = wave_columns(make_peaks(samples), samples, scale)
    assert columns.shape == (400, 2)
    assert int(columns[:, 1].argmax()) == pytest.approx(scale.x(peak / SAMPLE_RATE), abs=8)
    assert columns.max() == pytest.approx(0.7, rel=0.05)


def test_band_centres_are_the_peaks_of_the_library_s_filters() -> None:
    filters = python_speech_features.get_filterbanks(BANDS, FFT_SIZE, SAMPLE_RATE, 0, 8000)
    hertz = filters.argmax(axis=1) * SAMPLE_RATE / FFT_SIZE
    np.testing.assert_allclose(band_centres(), hertz, atol=2 * SAMPLE_RATE / FFT_SIZE)


def test_pixels_are_covered_as_far_as_they_lie_between() -> None:
    top, bottom = np.array([1.25, 0.0, 2.0], np.float32), np.array([3.5, 4.0, 2.0], np.float32)
    expected = [[0, 0.75, 1, 0.5], [1, 1, 1, 1], [0, 0, 0, 0]]
    np.testing.assert_allclose(coverage(top, bottom, 4).T, np.array(expected))


def test_a_stroke_has_no_gaps() -> None:
    y = RNG.uniform(0, 100, 300).astype(np.float32)
    top, bottom = stroke(y, y, 1.0)
    assert (bottom - top >= 1.0 - 1e-5).all()
    overlap = np.minimum(bottom[1:], bottom[:-1]) - np.maximum(top[1:], top[:-1])
    assert (overlap >= 1.0 - 1e-4).all()


def test_tint_is_premultiplied() -> None:
    picture = tint(QColor("#ff8000"), np.array([[0.0, 0.5, 1.0]], np.float32))
    assert picture.pixelColor(0, 0).alpha() == 0
    assert picture.pixelColor(1, 0).alpha() == pytest.approx(128, abs=1)
    assert picture.pixelColor(1, 0).green() == pytest.approx(128, abs=2)
    assert picture.pixelColor(2, 0).name() == "#ff8000"


def test_stacked_areas_have_the_heights_they_should() -> None:
    colours = [QColor(name) for name in ("#ff0000", "#00ff00", "#0000ff")]
    edges = np.array([[2.0, 5.0], [0.0, 0.0], [7.0, 7.0], [1.5, 3.0]], np.float32)
    pixels = stacked(edges, colours, 7)
    counts = [[int((column == c.rgb()).sum()) for c in colours] for column in pixels.T]
    assert counts[:3] == [[2, 3, 2], [0, 0, 7], [7, 0, 0]]
    mixed = QColor.fromRgb(int(pixels[1, 3]))
    assert (mixed.red(), mixed.green(), mixed.blue()) == pytest.approx((128, 128, 0), abs=1)


@given(st.lists(st.floats(0, 100), max_size=7), st.floats(5, 14))
def test_labels_keep_their_order_and_never_overlap(wanted: list[float], height: float) -> None:
    wanted.sort()
    places = spread(wanted, height, 0, 100)
    assert all(after - before >= height - 1e-6 for before, after in pairwise(places))
    if places:
        assert places[0] >= height / 2 - 1e-6
        assert places[-1] <= 100 - height / 2 + 1e-6
    free = all(b - a >= height for a, b in pairwise(wanted))
    if free and all(height / 2 <= middle <= 100 - height / 2 for middle in wanted):
        assert places == pytest.approx(wanted)


@pytest.mark.parametrize(("seconds", "fps", "expected"), [
    (0.03, 25.0, (FRAME, 1)), (0.1, 25.0, (FRAME, 5)), (0.3, 25.0, (SECOND, 1)),
    (0.1, 24.0, (FRAME, 3)), (0.4, 30.0, (FRAME, 15)), (0.1, 29.97, (FRAME, 3)),
    (3.0, 25.0, (SECOND, 5)), (70.0, 25.0, (SECOND, 120)), (50_000.0, 25.0, (SECOND, 72_000)),
])  # fmt: skip
def test_ticks_are_round_numbers(seconds: float, fps: float, expected: tuple[str, int]) -> None:
    assert tick_step(seconds, fps) == expected
