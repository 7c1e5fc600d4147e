"""What is remembered and chosen for the whole program, and the pages that tell about it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from app.actions import shortcut_page
from app.dialogs.about_models import AboutModels
from app.dialogs.preferences_dialog import PreferencesDialog
from app.dialogs.shortcuts import ShortcutsPage
from app.model_card import can_be_used, read_cards
from app.preferences import Preferences, PreferencesFile
from app.sound.card import Card, Device
from app.sound.player import Player
from app.style import apply_theme, chosen_theme
from app.theme import DARK, LIGHT, Theme
from app.windows.main_window import MainWindow
from core.animation_store import AnimationStore
from core.errors import SoundCardError
from core.version import program_version
from resources import WEIGHTS

WRITE_AFTER = 1_000  # ms
NOTICE = 10_000  # ms that a message stays in the status bar


class Settings(QObject):
    """Holds the preferences and puts them into effect."""

    refused = Signal(str)  # why something was not taken
    changed = Signal()  # by somebody who looked at them
    engine_changed = Signal()  # other weights, another device or another limit of the results
    opened_again = Signal(Path)  # from the menu of recent files

    def __init__(
        self,
        preferences: Preferences,
        file: PreferencesFile,
        theme: Theme,
        card: Card,
        player: Player,
        takes: Path,
        store: Callable[[], AnimationStore],
        window: MainWindow,
    ) -> None:
        """`takes` is the usual folder of recordings, `store` gives that of the results in use."""
        super().__init__(window)
        self.preferences, self._file, self.theme = preferences, file, theme
        self.weights = Path(preferences.weights) if preferences.weights else WEIGHTS
        self.device = ""  # that the networks run on, once they do
        self._warned = False
        self._card, self._player, self._takes = card, player, takes
        self._store, self._window = store, window
        apply_theme(cast(QApplication, QApplication.instance()), theme)
        self._player.use_device(preferences.output_device or None)
        self._later = QTimer(self, singleShot=True, interval=WRITE_AFTER)
        self._later.timeout.connect(self.write)
        self._show_recent()

    def remember(self, **changes: Any) -> None:
        """Change preferences; they are written a moment later."""
        self.preferences = replace(self.preferences, **changes)
        self._later.start()

    def write(self) -> None:
        """Write them now; one failure is told of."""
        self._later.stop()
        problem = self._file.write(self.preferences)
        if problem and not self._warned:
            self._window.status.showMessage(problem, NOTICE)
        self._warned = bool(problem)

    def opened(self, path: Path, *, project: bool = False) -> None:
        """A file was opened: it is the first of the recent ones."""
        self.preferences = self.preferences.with_recent(path, project=project)
        self._later.start()
        self._show_recent()

    def other_theme(self) -> None:
        """Dark if it is light, light if it is dark."""
        self.remember(theme=(LIGHT if self.theme is DARK else DARK).name)
        self.show_theme(self.preferences.theme)

    def ask(self) -> None:
        """The page of preferences."""
        devices = self._devices()
        dialog = PreferencesDialog(
            self.preferences,
            outputs=[device.id for device in devices if device.outputs > 0],
            inputs=[device.id for device in devices if device.inputs > 0],
            usual_takes=str(self._takes),
            cache_used=self._store().used(),
            parent=self._window,
        )
        dialog.theme_chosen.connect(self.show_theme)
        dialog.clear_cache_requested.connect(lambda: self._clear(dialog))
        if dialog.exec() == PreferencesDialog.DialogCode.Accepted:
            self.take(dialog.preferences())
        dialog.deleteLater()

    def take(self, preferences: Preferences) -> None:
        """Put other preferences into effect."""
        before, self.preferences = self.preferences, preferences
        self._later.start()
        self.show_theme(self.preferences.theme)
        if before.output_device != preferences.output_device:
            self._player.use_device(preferences.output_device or None)
        self.changed.emit()
        engine = ("weights", "device", "cache_megabytes")
        if any(getattr(before, name) != getattr(preferences, name) for name in engine):
            self.engine_changed.emit()

    def show_shortcuts(self) -> None:
        """Every key."""
        ShortcutsPage(shortcut_page(), parent=self._window).exec()

    def show_models(self) -> None:
        """Which weights are in use, and others."""
        cards, problems = read_cards(self.weights)
        dialog = AboutModels(self.weights, cards, problems, self.device, parent=self._window)
        dialog.load_requested.connect(partial(self._load_into, dialog))
        dialog.exec()

    def _load_into(self, dialog: AboutModels, folder: Path) -> None:
        self.use_weights(folder)
        cards, problems = read_cards(self.weights)
        dialog.show_cards(self.weights, cards, problems, "")

    def use_weights(self, folder: Path) -> None:
        """Other weights from now on, unless there are too few of them."""
        cards, problems = read_cards(folder)
        if not can_be_used(folder, cards):
            self.refused.emit(f"These weights are not used. {' '.join(problems)}")
            return
        self.weights = folder
        self.take(replace(self.preferences, weights="" if folder == WEIGHTS else str(folder)))

    def show_about(self) -> None:
        """Name, version, licence."""
        QMessageBox.about(
            self._window, "About Visemo",
            f"<b>Visemo {program_version()}</b><p>Speech in, a face that means it out.</p>"
            "<p>The program is under the MIT licence; the weights are under the licences of their "
            "model cards (Help, About the models).</p>",
        )  # fmt: skip

    def show_theme(self, name: str) -> None:
        """Look so: "dark", "light", or "system" for what the desktop has."""
        application = cast(QApplication, QApplication.instance())
        theme = chosen_theme(name, application)
        if theme is not self.theme:
            self.theme = theme
            apply_theme(application, theme)
            self._window.set_theme(theme)

    def _devices(self) -> Sequence[Device]:
        try:
            return self._card.devices()
        except SoundCardError:
            return ()

    def _clear(self, dialog: PreferencesDialog) -> None:
        self._store().clear()
        dialog.show_cache_used(self._store().used())

    def _show_recent(self) -> None:
        names: Sequence[str] = (
            *self.preferences.recent_projects, *self.preferences.recent_files,
        )  # fmt: skip
        self._window.set_recent([Path(name) for name in names], self.opened_again.emit)
