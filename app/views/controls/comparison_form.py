"""What to compare the face with: nothing, the other face model, or wishes of its own."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.comparison import other_model
from app.theme import Theme
from app.views.controls.calm import CalmCombo
from app.views.controls.drawing import colour
from app.views.controls.emotion_buttons import CHOICES, title
from app.views.controls.slider import LabelledSlider
from app.views.controls.switch import Switch
from core.animation import AnimationSettings
from core.segments import AUTOMATIC, MAX_STRENGTH

OFF, MODEL, OWN = "off", "model", "own"
MODEL_CHOICES = (
    ("dependent", "Per emotion", "A face model for each emotion, fused as it was heard"),
    ("combined", "Combined", "One face model for all emotions"),
)


def swatch(name: str) -> QIcon:
    """A small square of a colour, sharp at double density too."""
    picture = QPixmap(24, 24)
    picture.fill(Qt.GlobalColor.transparent)
    picture.setDevicePixelRatio(2)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(name))
        painter.drawRoundedRect(1, 1, 10, 10, 3, 3)
    return QIcon(picture)


class ComparisonForm(QWidget):
    """`changed(AnimationSettings | None)` comes from the person only, once a drag has ended;
    `dragged(AnimationSettings)` while one goes on."""

    changed = Signal(object)
    dragged = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = AnimationSettings()
        self.switch = Switch(
            theme,
            "Compare with",
            (
                (OFF, "Off", "One face only"),
                (MODEL, "Other model", "The same wishes with the other kind of face model"),
                (OWN, "Own wishes", "Another emotion, strength or face model"),
            ),
        )
        self.emotion = CalmCombo()
        self.emotion.setAccessibleName("Emotion of the comparison")
        self.emotion.setToolTip("Emotion of the face to compare with")
        self.emotion.setPlaceholderText("Segments as they were")
        for choice in CHOICES:
            self.emotion.addItem(title(choice), choice)
        self.strength = LabelledSlider(theme, "Strength", (0.0, MAX_STRENGTH, 1.0))
        self.strength.set_name("Strength of the comparison")
        self.model = Switch(theme, "Face model of the comparison", MODEL_CHOICES)
        self.own = QWidget()
        for widget, parts in (
            (self, (self.switch, self.own)),
            (self.own, (self.emotion, self.strength, self.model)),
        ):
            column = QVBoxLayout(widget)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(5)
            for part in parts:
                column.addWidget(part)
        self.own.hide()
        self._show_own(AnimationSettings(emotion="neutral"))
        self.set_theme(theme)
        self.switch.chosen.connect(self._choose)
        self.emotion.activated.connect(lambda _index: self._tell())
        self.strength.moved.connect(lambda _value, final: self._tell(final=final))
        self.model.chosen.connect(lambda _model: self._tell())

    def show_comparison(
        self, settings: AnimationSettings, comparison: AnimationSettings | None
    ) -> None:
        """Show what is compared with `settings`; emits nothing."""
        self._settings = settings
        if comparison is None:
            self._show_kind(OFF)
        elif self.switch.choice == OWN and comparison == self._own():
            pass  # as it stands here, also where it happens to differ in the model only
        elif comparison == other_model(settings):
            self._show_kind(MODEL)
        else:
            self._show_kind(OWN)
            self._show_own(comparison)

    def summary(self) -> str:
        """In a few words."""
        if self.switch.choice == OFF:
            return "off"
        if self.switch.choice == MODEL:
            return "other model"
        return self.emotion.currentText().lower() or "own wishes"

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        for part in (self.switch, self.strength, self.model):
            part.set_theme(theme)
        for index, choice in enumerate(CHOICES):
            name = theme.accent if choice == AUTOMATIC else theme.emotion(choice)
            self.emotion.setItemIcon(index, swatch(name))

    def _show_kind(self, kind: str) -> None:
        self.switch.show_choice(kind)
        self.own.setVisible(kind == OWN)

    def _show_own(self, comparison: AnimationSettings) -> None:
        place = -1 if comparison.segments else CHOICES.index(comparison.emotion)
        self.emotion.setCurrentIndex(place)
        self.strength.show_value(comparison.strength)
        self.model.show_choice(comparison.model)

    def _own(self) -> AnimationSettings:
        chosen = self.emotion.currentData()
        return replace(
            self._settings,
            emotion=AUTOMATIC if chosen is None else chosen,
            strength=self.strength.value,
            model=self.model.choice,
            segments=(),
        )

    def _choose(self, kind: str) -> None:
        self._show_kind(kind)
        if kind == OFF:
            self.changed.emit(None)
        elif kind == MODEL:
            self.changed.emit(other_model(self._settings))
        else:
            self._tell()

    def _tell(self, *, final: bool = True) -> None:
        (self.changed if final else self.dragged).emit(self._own())
