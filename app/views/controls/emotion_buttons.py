"""Eight buttons: automatic, and the seven emotions in their colours."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from app.theme import Theme
from app.views.controls.drawing import colour, elided, mixed, scaled
from app.views.controls.switch import ChoiceButton, one_tab_stop
from core.emotion import EMOTIONS
from core.segments import AUTOMATIC

CHOICES = (AUTOMATIC, *EMOTIONS)  # their keys are 0 to 7
COLUMNS = 2


def title(emotion: str) -> str:
    """An emotion as a word for a button: "Happy", "Automatic"."""
    return "Automatic" if emotion == AUTOMATIC else emotion.capitalize()


class EmotionButton(ChoiceButton):
    """A swatch, the emotion's name and its key; the one that holds is bold and framed."""

    def __init__(self, theme: Theme, emotion: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, title(emotion), parent)
        self.emotion, self.key = emotion, str(CHOICES.index(emotion))
        what = "What is heard" if emotion == AUTOMATIC else f"Show {title(emotion).lower()}"
        self.setToolTip(f"{what} ({self.key})")
        self.setAccessibleName(f"Emotion: {title(emotion)}")
        self.setAccessibleDescription(f"{what}. Key {self.key}")

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for swatch, name and key."""
        metrics = QFontMetrics(scaled(self.font(), 1.0, bold=True))
        return QSize(metrics.horizontalAdvance(self.text()) + 44, metrics.height() + 6)

    def ground(self) -> QColor:
        """Tinted where it holds."""
        if self.isChecked():
            return mixed(self.theme.raised, self._ink(), 0.28)
        return super().ground()

    def rim(self) -> QColor:
        """In the emotion's colour where it holds."""
        return colour(self._ink()) if self.isChecked() else super().rim()

    def _ink(self) -> str:
        return self.theme.accent if self.emotion == AUTOMATIC else self.theme.emotion(self.emotion)

    def paint_words(self, painter: QPainter, rect: QRectF) -> None:
        """Swatch, name, key."""
        theme = self.theme
        swatch = QRectF(8, rect.center().y() - 5, 10, 10)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.emotion == AUTOMATIC:
            rainbow = QLinearGradient(swatch.topLeft(), swatch.topRight())
            for index, name in enumerate(theme.emotions):
                rainbow.setColorAt(index / (len(theme.emotions) - 1), colour(name))
            painter.setBrush(rainbow)
        else:
            painter.setBrush(colour(self._ink()))
        painter.drawRoundedRect(swatch, 3, 3)
        painter.setPen(colour(theme.text))
        painter.setFont(scaled(self.font(), 1.0, bold=self.isChecked()))
        elided(painter, rect.adjusted(25, 0, -16, 0), self.text(), Qt.AlignmentFlag.AlignLeft)
        painter.setPen(colour(theme.text if self.isChecked() else theme.quiet))
        painter.setFont(scaled(self.font(), 0.85))
        elided(painter, rect.adjusted(0, 0, -8, 0), self.key, Qt.AlignmentFlag.AlignRight)


class EmotionButtons(QWidget):
    """`chosen(emotion)`, "auto" among them, comes from the person only."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Emotion")
        self._group = QButtonGroup(self)
        self.buttons = {emotion: EmotionButton(theme, emotion) for emotion in CHOICES}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for index, (emotion, button) in enumerate(self.buttons.items()):
            grid.addWidget(button, *divmod(index, COLUMNS))
            self._group.addButton(button)
            button.clicked.connect(lambda _on=False, emotion=emotion: self.chosen.emit(emotion))

    def show_emotion(self, emotion: str | None) -> None:
        """Show a choice made elsewhere, or none; emits nothing."""
        if emotion is None:
            self._group.setExclusive(False)
            for button in self.buttons.values():
                button.setChecked(False)
            self._group.setExclusive(True)
        else:
            self.buttons[emotion].setChecked(True)
        one_tab_stop(self.buttons.values())

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        for button in self.buttons.values():
            button.set_theme(theme)
