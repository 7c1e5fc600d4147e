"""Contrast by the formula of WCAG 2, a style sheet Qt understands, and icons in any colour."""

import re

import pytest
from PySide6.QtGui import QColor, QIcon, QImage, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from app.icons import icon, names, pixmap
from app.style import apply_theme, chosen_theme, disabled, mixed, palette, style_sheet
from app.theme import DARK, LIGHT, THEMES, Theme
from app.views.controls.calm import CalmSpin, CalmWholeSpin
from core.emotion import EMOTIONS
from resources import ICONS

GROUNDS = ("window", "panel", "sunken", "raised")
LEGIBLE, VISIBLE = 4.5, 3.0  # text; what is not text
both = pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_gives_what_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@both
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["text", "quiet", "accent", "danger", "warning"])
def test_text_is_legible_on_every_ground(theme: Theme, ink: str, ground: str) -> None:
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= LEGIBLE


@both
def test_text_is_legible_on_what_is_chosen_or_pointed_at(theme: Theme) -> None:
    assert contrast(theme.on_accent, theme.accent) >= LEGIBLE
    pairs = re.findall(r"background: (#\w+);\s+color: (#\w+)", style_sheet(theme))
    assert len(pairs) > 10
    for ground, ink in pairs:
        if ink != disabled(theme):
            assert contrast(ink, ground) >= LEGIBLE, (ink, ground)
    accented = (theme.accent, mixed(theme.accent, theme.text, 0.15))
    # Where a rule changes only the ground, the text on it is the ordinary one.
    for selector, body in re.findall(r"([^{}]+){([^{}]*)}", style_sheet(theme)):
        ground = re.search(r"(?:^|\s)background: (#\w+);", body)
        if not ground or " color:" in body or ground[1] in accented:
            continue
        if ":disabled" not in selector and not re.search("::(?!item|tab)", selector):
            assert contrast(theme.text, ground[1]) >= LEGIBLE, selector
    for ground in accented:
        assert contrast(theme.on_accent, ground) >= LEGIBLE
    for above in (theme.warning, theme.danger):  # notices
        assert contrast(theme.text, mixed(theme.panel, above, 0.12)) >= LEGIBLE


@both
def test_marks_are_visible(theme: Theme) -> None:
    for ground in GROUNDS:
        assert contrast(theme.accent, getattr(theme, ground)) >= VISIBLE  # focus rings
    assert contrast(theme.playhead, theme.sunken) >= VISIBLE
    for emotion in EMOTIONS:
        assert contrast(theme.emotion(emotion), theme.sunken) >= VISIBLE
    for curve in (theme.valence, theme.arousal):
        assert contrast(curve, theme.sunken) >= VISIBLE
        assert contrast(curve, theme.panel) >= VISIBLE


@both
def test_the_style_sheet_is_whole_and_qt_takes_it(
    qapp: QApplication, qtbot: QtBot, theme: Theme, capfd: pytest.CaptureFixture[str]
) -> None:
    sheet = style_sheet(theme)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    for file in re.findall(r"url\(style:(.*?)\)", sheet):
        assert (ICONS / "style" / file).is_file()
    apply_theme(qapp, theme)
    for control in (QPushButton("x"), QLineEdit(), QSpinBox()):
        qtbot.addWidget(control)
        control.show()
        control.grab()
    assert "Could not parse" not in capfd.readouterr().err
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == theme.window
    qapp.setStyleSheet("")


@both
def test_the_signs_of_the_style_sheet_have_the_colours_of_the_theme(theme: Theme) -> None:
    files = sorted((ICONS / "style").glob(f"*-{theme.name}.svg"))
    assert files
    for file in files:
        (colour,) = re.findall(r'stroke="(#\w+)"', file.read_text("utf-8"))
        assert colour in (theme.quiet, theme.on_accent)


@both
def test_the_tick_of_a_box_that_is_off_is_seen(
    qapp: QApplication, qtbot: QtBot, theme: Theme
) -> None:
    apply_theme(qapp, theme)
    boxes = []
    for ticked in (False, True):
        box = QCheckBox()
        box.setChecked(ticked)
        box.setEnabled(False)
        qtbot.addWidget(box)
        boxes.append(box.grab().toImage())
    qapp.setStyleSheet("")
    inside = [(x, y) for x in range(5, 16) for y in range(boxes[1].height() // 2 - 5,
                                                          boxes[1].height() // 2 + 5)]  # fmt: skip
    inks = sorted(boxes[1].pixelColor(x, y).lightness() for x, y in inside)
    assert inks[-1] - inks[0] > 80  # tick and ground
    assert boxes[0] != boxes[1]


@both
def test_numbers_do_not_touch_the_edge(qapp: QApplication, qtbot: QtBot, theme: Theme) -> None:
    apply_theme(qapp, theme)
    for made in (CalmSpin(), CalmWholeSpin()):
        qtbot.addWidget(made)
        made.setSuffix(" Hz")
        made.resize(120, made.sizeHint().height())
        picture = made.grab().toImage()
        ground = picture.pixelColor(60, picture.height() // 2).lightness()
        rows = range(6, picture.height() - 6)
        left = min(x for x in range(3, 90) for y in rows
                   if abs(picture.pixelColor(x, y).lightness() - ground) > 60)  # fmt: skip
        assert left >= 6
        assert made.sizeHint().width() > made.fontMetrics().horizontalAdvance("0 Hz") + 20
    qapp.setStyleSheet("")


def test_text_follows_the_fonts_size(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, DARK)
    before = qapp.font()
    heights = []
    for points in (10, 20):
        font = qapp.font()
        font.setPointSize(points)
        qapp.setFont(font)
        button = QPushButton("Export")
        qtbot.addWidget(button)
        button.show()
        heights.append(button.sizeHint().height())
    qapp.setFont(before)
    qapp.setStyleSheet("")
    assert heights[1] > 1.4 * heights[0]


def test_a_preference_names_a_theme(qapp: QApplication) -> None:
    assert chosen_theme("dark", qapp) is DARK
    assert chosen_theme("light", qapp) is LIGHT
    assert chosen_theme("system", qapp) in (DARK, LIGHT)
    assert palette(DARK).color(QPalette.ColorRole.Text).name() == DARK.text


@pytest.mark.parametrize("name", [path.stem for path in sorted(ICONS.glob("*.svg"))])
def test_an_icon_is_drawn_in_one_colour_on_its_grid(qapp: QApplication, name: str) -> None:
    assert qapp is not None
    picture = pixmap(name, "#5aa9e6", 16, 4.0).toImage()
    picture = picture.convertToFormat(QImage.Format.Format_ARGB32)
    assert picture.width() == 64
    colours, edge = set(), 0
    for y in range(64):
        for x in range(64):
            pixel = picture.pixelColor(x, y)
            if pixel.alpha() == 255:
                colours.add(pixel.name())
            edge += pixel.alpha() > 0 and (x in (0, 63) or y in (0, 63))
    assert colours
    for colour in map(QColor, colours):  # as near as rounding leaves them
        assert max(abs(colour.red() - 0x5A), abs(colour.green() - 0xA9)) <= 1
        assert abs(colour.blue() - 0xE6) <= 1
    assert edge == 0  # nothing is cut off


def test_icons_fade_where_they_cannot_be_chosen(qapp: QApplication) -> None:
    assert qapp is not None
    made = icon("play", DARK)
    normal, faded = (
        made.pixmap(16, 16, mode).toImage().pixelColor(7, 8).alphaF()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)
    )
    assert faded < 0.6 < normal
    assert "play" in names()
    with pytest.raises(KeyError, match=r"no icon 'nothing', expected one of .*play"):
        icon("nothing", DARK)
