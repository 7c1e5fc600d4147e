"""The shortcuts page, the models, the preferences, and the status bar."""

import json
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialogButtonBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.about_models import AboutModels
from app.dialogs.preferences_dialog import PreferencesDialog
from app.dialogs.shortcuts import ShortcutsPage
from app.model_card import FACES, can_be_used, read_card, read_cards
from app.preferences import Preferences
from app.theme import DARK, LIGHT
from app.views.status import StatusBar, memory_used
from core.errors import CheckpointError
from resources import WEIGHTS
from tests.weights import write_affect, write_dern, write_recognisers

KEYS = [
    ("Play", "Play / stop", "Space"),
    ("Play", "Loop", "Ctrl+L"),
    ("File", "Open…", "Ctrl+O; Ctrl+Shift+O"),
]


def nameless(widget: QWidget) -> list[str]:
    """Controls that a screen reader could only call by their kind."""
    kinds = (QAbstractButton, QComboBox, QLineEdit)
    return [
        f"{type(part).__name__} {part.objectName()}"
        for part in widget.findChildren(QWidget)
        if isinstance(part, kinds)
        and not (part.accessibleName() or getattr(part, "text", lambda: "")())
        and not isinstance(part.parent(), QLineEdit)  # Qt's own
        and not part.objectName().startswith("qt_")
    ]


def test_the_page_of_shortcuts_can_be_searched(qtbot: QtBot) -> None:
    page = ShortcutsPage(KEYS)
    qtbot.addWidget(page)
    page.show()
    assert page.shown() == ["Play / stop", "Loop", "Open"]
    QTest.keyClicks(page.search, "ctrl o")
    assert page.shown() == ["Loop", "Open"]
    page.search.setText("ctrl+l")
    assert page.shown() == ["Loop"]
    page.search.clear()
    assert len(page.shown()) == 3
    assert nameless(page) == []
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_the_bundled_models_say_what_they_are(qtbot: QtBot) -> None:
    cards, problems = read_cards(WEIGHTS)
    assert problems == []
    ears = ["dern", "local-cnn", "functionals", "ensemble"]
    assert [card.path.stem for card in cards] == [*ears, *FACES, "valence-arousal"]
    assert can_be_used(WEIGHTS, cards)
    recogniser = cards[0]
    assert recogniser.licence == "CC-BY-NC-SA-4.0"
    assert "RAVDESS speech, actors 01-16" in recogniser.trained_on
    assert recogniser.metrics["validation_emodb_uar"] == pytest.approx(0.748, abs=0.001)
    dialog = AboutModels(WEIGHTS, cards, problems, "CPU")
    qtbot.addWidget(dialog)
    dialog.show()
    assert "RAVDESS" in dialog.card.toPlainText()
    assert "0.748" in dialog.card.toPlainText()
    dialog.list.setCurrentRow(len(ears))
    assert "prior, not a recording" in dialog.card.toPlainText()
    assert not dialog.bundled.isEnabled()
    assert nameless(dialog) == []


def test_other_weights_are_asked_for(
    qtbot: QtBot, own_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards, problems = read_cards(own_weights)
    assert problems == []
    assert "Licence" in cards[0].text  # there is no card beside these
    dialog = AboutModels(own_weights, cards, problems)
    qtbot.addWidget(dialog)
    asked = "PySide6.QtWidgets.QFileDialog.getExistingDirectory"
    monkeypatch.setattr(asked, lambda *_: "/weights/ä")
    with qtbot.waitSignal(dialog.load_requested) as heard:
        dialog.load.click()
    assert heard.args == [Path("/weights/ä")]
    monkeypatch.setattr(asked, lambda *_: "")
    with qtbot.assertNotEmitted(dialog.load_requested):
        dialog.load.click()
    with qtbot.waitSignal(dialog.load_requested) as heard:
        dialog.bundled.click()
    assert heard.args == [WEIGHTS]


def header(content: object) -> bytes:
    text = json.dumps(content).encode()
    return struct.pack("<Q", len(text)) + text


@pytest.mark.parametrize(
    "content",
    [
        b"", b"1234567", struct.pack("<Q", 2**63), struct.pack("<Q", 100) + b"{}", header([]),
        header({"__metadata__": {"visemo": "[]"}}), header({"__metadata__": {"visemo": "{}"}}),
        header({"__metadata__": 3}), struct.pack("<Q", 4) + b"\xff\xff\xff\xff",
        (WEIGHTS / "dern.safetensors").read_bytes()[:-1],
    ],
)  # fmt: skip
def test_weights_that_cannot_be_read_are_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "dern.safetensors"
    file.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"dern.safetensors cannot be read as a checkpoint"):
        read_card(file)
    cards, problems = read_cards(tmp_path)
    assert cards == []
    assert problems[0].endswith(", ".join(f"no {name}.safetensors" for name in FACES) + ".")
    assert "dern.safetensors cannot be read" in problems[1]


def test_weights_need_one_recogniser_of_any_kind_and_all_faces(own_weights: Path) -> None:
    def usable() -> bool:
        return can_be_used(own_weights, read_cards(own_weights)[0])

    write_recognisers(own_weights)
    (own_weights / "dern.safetensors").unlink()
    assert read_cards(own_weights)[1] == []
    assert usable()
    (own_weights / "local-cnn.safetensors").write_bytes(b"")
    assert usable()
    assert "local-cnn.safetensors cannot be read" in read_cards(own_weights)[1][0]
    (own_weights / "functionals.safetensors").unlink()
    assert not usable()
    write_dern(own_weights)
    assert usable()
    (own_weights / "valence-arousal.safetensors").write_bytes(b"")
    assert not usable()
    write_affect(own_weights)
    assert usable()
    (own_weights / "dsrn-fear.safetensors").unlink()
    assert read_cards(own_weights)[1][0] == f"{own_weights} has no dsrn-fear.safetensors."
    assert not usable()


def test_a_folder_without_weights_still_shows_the_dialog(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = AboutModels(tmp_path, *read_cards(tmp_path))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.list.count() == 0
    assert dialog.bundled.isEnabled()


def test_other_weights_are_shown_in_the_same_dialog(
    qtbot: QtBot, own_weights: Path, tmp_path: Path
) -> None:
    dialog = AboutModels(WEIGHTS, *read_cards(WEIGHTS), "CPU")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.list.setCurrentRow(1)
    cards, problems = read_cards(own_weights)
    dialog.show_cards(own_weights, cards, problems, "")
    assert dialog.list.count() == len(cards)
    assert dialog.list.currentRow() == 0
    assert "RAVDESS" not in dialog.card.toPlainText()
    assert dialog.where.text() == f"Weights in {own_weights}."
    assert dialog.bundled.isEnabled()
    assert dialog.problems.isHidden()
    dialog.show_cards(tmp_path, [], ["Nothing is there."], "")
    assert dialog.card.toPlainText() == ""
    assert dialog.problems.text() == "Nothing is there."
    assert dialog.problems.isVisible()
    dialog.show_cards(WEIGHTS, *read_cards(WEIGHTS), "CPU")
    assert dialog.problems.isHidden()
    assert dialog.where.text() == "The weights that come with Visemo. They run on CPU."
    assert not dialog.bundled.isEnabled()


@pytest.fixture
def settings(qtbot: QtBot) -> PreferencesDialog:
    dialog = PreferencesDialog(
        Preferences(theme="dark", output_device="Unplugged", device="cuda", volume=0.3),
        outputs=["Speakers"], inputs=["Microphone"], compute=["cpu"], cache_used=12_000_000,
    )  # fmt: skip
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_preferences_that_nobody_touches_stay(settings: PreferencesDialog) -> None:
    before = Preferences(theme="dark", output_device="Unplugged", device="cuda", volume=0.3)
    assert settings.preferences() == before
    assert settings.output.currentText() == "Unplugged, not there now"
    assert nameless(settings) == []


def test_preferences_are_chosen(qtbot: QtBot, settings: PreferencesDialog) -> None:
    with qtbot.waitSignal(settings.theme_chosen) as heard:
        settings.theme.setCurrentIndex(settings.theme.findData("light"))
    assert heard.args == ["light"]
    settings.fps.setValue(23.976)
    assert settings.fps.text() == "23.976 frames a second"
    settings.output.setCurrentText("Speakers")
    settings.input.setCurrentText("Microphone")
    settings.compute.setCurrentIndex(settings.compute.findData("cpu"))
    settings.cache.setValue(0)
    assert settings.cache.text() == "Nothing"
    settings.takes.setText("  /takes ")
    chosen = settings.preferences()
    assert chosen == Preferences(
        theme="light", fps=23.976, output_device="Speakers", input_device="Microphone",
        device="cpu", cache_megabytes=0, takes_folder="/takes", volume=0.3,
    )  # fmt: skip
    assert replace(chosen, theme="dark") != chosen


def test_escape_gives_the_theme_back(qtbot: QtBot, settings: PreferencesDialog) -> None:
    settings.theme.setCurrentIndex(settings.theme.findData("light"))
    with qtbot.waitSignal(settings.theme_chosen) as heard:
        QTest.keyClick(settings, Qt.Key.Key_Escape)
    assert heard.args == ["dark"]
    assert not settings.isVisible()


def test_the_cache_is_cleared_on_a_word(qtbot: QtBot, settings: PreferencesDialog) -> None:
    assert settings.clear_cache.text() == "Clear 12 MB"
    with qtbot.waitSignal(settings.clear_cache_requested):
        settings.clear_cache.click()
    settings.show_cache_used(0)
    assert not settings.clear_cache.isEnabled()


def test_the_keyboard_reaches_every_preference(settings: PreferencesDialog) -> None:
    settings.theme.setFocus()
    reached = set()
    for _ in range(30):
        focused = settings.focusWidget()
        assert focused is not None
        reached.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    buttons = settings.findChild(QDialogButtonBox)
    assert buttons is not None
    wanted = {
        settings.theme, settings.fps, settings.output, settings.input, settings.takes,
        settings.compute, settings.cache, settings.clear_cache,
        buttons.button(QDialogButtonBox.StandardButton.Ok),
    }  # fmt: skip
    assert wanted <= reached


@pytest.fixture
def status(qtbot: QtBot) -> StatusBar:
    bar = StatusBar(DARK)
    qtbot.addWidget(bar)
    bar.resize(900, bar.sizeHint().height())
    bar.show()
    return bar


def test_the_status_says_what_works_and_how_fast(status: StatusBar) -> None:
    status.set_device("cuda")
    status.set_speed(92.34)
    assert status.device.text() == "CUDA"
    assert status.speed.text() == "92×"
    status.set_speed(3.21)
    assert status.speed.text() == "3.2×"
    status.set_speed(None)
    assert not status.speed.isVisible()
    assert status.memory.text().endswith("B")
    status.set_theme(LIGHT)


def test_the_status_shows_progress_and_stops(qtbot: QtBot, status: StatusBar) -> None:
    now = [10.0]
    status.clock = lambda: now[0]
    assert not status.stop.isVisible()
    status.show_progress("moving the face", 1, 10, "a.wav")
    now[0] += 4
    status.show_progress("moving the face", 2, 10, "a.wav")
    assert status.what.text() == "a.wav: moving the face, 16 s left"
    assert status.bar.value() == 200
    status.show_progress("loading the models", 0, 0)
    assert status.what.text() == "Loading the models"
    assert status.bar.maximum() == 0
    with qtbot.waitSignal(status.cancel_requested):
        QTest.keyClick(status.stop, Qt.Key.Key_Space)
    status.finished()
    assert not status.stop.isVisible()


def test_no_sound_card_is_said_in_words(status: StatusBar) -> None:
    status.set_sound("Speakers")
    assert not status.sound.isVisible()
    assert "Speakers" in status.sound_sign.accessibleName()
    status.set_sound("", "No sound card: playing silently")
    assert status.sound.isVisible()
    assert status.sound.text() == "No sound card: playing silently"


def test_memory_is_what_the_process_has() -> None:
    used = memory_used()
    assert used is None or 20e6 < used < 20e9
