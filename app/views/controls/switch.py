"""A few choices side by side, of which one holds."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from app.theme import Theme
from app.views.controls.drawing import FADED, RADIUS, colour, elided, focus_ring, mixed


class ChoiceButton(QAbstractButton):
    """One of several choices, flat until it holds."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setText(text)
        self.setCheckable(True)
        # Not by a click: the keys of playing shall work after it, Space among them.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for the words and some air."""
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 12, metrics.height() + 8)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As much as it would like: words are not cut."""
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Shown as the one that a click would choose."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """No longer."""
        super().leaveEvent(event)
        self.update()

    def ground(self) -> QColor:
        """The colour behind the words."""
        theme = self.theme
        if self.isChecked():
            return mixed(theme.panel, theme.accent, 0.3)
        hovered = self.underMouse() and self.isEnabled()
        return mixed(theme.raised, theme.text, 0.05 if hovered or self.isDown() else 0.0)

    def rim(self) -> QColor:
        """The colour of the edge."""
        theme = self.theme
        return colour(theme.accent) if self.isChecked() else mixed(theme.line, theme.quiet, 0.35)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The ground, the words, the focus."""
        theme = self.theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(1.0 if self.isEnabled() else FADED)
            rect = QRectF(self.rect())
            painter.setPen(self.rim())
            painter.setBrush(self.ground())
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            self.paint_words(painter, rect)
            if self.hasFocus():
                focus_ring(painter, rect, theme)

    def paint_words(self, painter: QPainter, rect: QRectF) -> None:
        """The text in the middle."""
        painter.setPen(colour(self.theme.text))
        elided(painter, rect.adjusted(3, 0, -3, 0), self.text(), Qt.AlignmentFlag.AlignHCenter)


def one_tab_stop(buttons: Iterable[QAbstractButton]) -> None:
    """Let Tab stop at the one that holds, or else at the first; arrows go to the others.

    Qt does so only once one of them has had the keyboard, and then it may be the wrong one.
    """
    together = list(buttons)
    stop = next((button for button in together if button.isChecked()), together[0])
    for button in together:
        policy = Qt.FocusPolicy.TabFocus if button is stop else Qt.FocusPolicy.NoFocus
        button.setFocusPolicy(policy)


class Switch(QWidget):
    """Choices as (key, words, tooltip); `chosen(key)` comes from the person only."""

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        name: str,
        choices: Sequence[tuple[str, str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.buttons: dict[str, ChoiceButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for key, words, tip in choices:
            button = ChoiceButton(theme, words)
            button.setToolTip(tip)
            button.setAccessibleName(f"{name}: {words}")
            button.setAccessibleDescription(tip)
            self.buttons[key] = button
            self._group.addButton(button)
            row.addWidget(button, 1)
        self._shown = choices[0][0]
        self.show_choice(self._shown)
        self._group.buttonClicked.connect(self._clicked)

    @property
    def choice(self) -> str:
        """The key of what holds."""
        return next(key for key, button in self.buttons.items() if button.isChecked())

    def show_choice(self, key: str) -> None:
        """Show a choice made elsewhere; emits nothing."""
        self._shown = key
        self.buttons[key].setChecked(True)
        one_tab_stop(self.buttons.values())

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        for button in self.buttons.values():
            button.set_theme(theme)

    def _clicked(self) -> None:
        if self.choice != self._shown:
            self._shown = self.choice
            self.chosen.emit(self.choice)
