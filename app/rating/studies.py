"""Rating studies from the studio: the operator's window, which works with the studio's worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.analyst import Analyst
from app.jobs import JobRunner
from app.preferences import Preferences
from app.sound.card import Card
from app.sound.player import Player

if TYPE_CHECKING:
    from app.rating.operator import OperatorWindow


class Studies(QObject):
    """At most one such window."""

    def __init__(
        self, runner: JobRunner, analyst: Analyst, player: Player, card: Card,
        preferences: Callable[[], Preferences], window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._runner, self._analyst, self._player = runner, analyst, player
        self._card, self._preferences, self._parent = card, preferences, window
        self.window: OperatorWindow | None = None

    def open(self) -> None:
        """Show it."""
        from app.rating.operator import OperatorWindow  # and scipy, for which no start waits

        if self.window is None:
            chosen = self._preferences()
            self.window = OperatorWindow(
                self._runner, self._card, self._player.silent_reason, device=chosen.device,
                weights=Path(chosen.weights) if chosen.weights else None,
                output=chosen.output_device or None,
            )  # fmt: skip
            self.window.working.connect(self._share)
            self.window.closed.connect(self._forget)
        self._player.stop()
        self._player.close()  # the card is the participant's
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> None:
        """With the studio."""
        if self.window is not None:
            if self.window.participant is not None:
                self.window.participant.leave()
            self.window.close()

    def _share(self, works: bool) -> None:
        """The worker does one thing at a time: analyses wait."""
        if works:
            self._analyst.hold()
        else:
            self._analyst.release()

    def _forget(self) -> None:
        if self.window is not None:
            self.window.deleteLater()
            self.window = None
