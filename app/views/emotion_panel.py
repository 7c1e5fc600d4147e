"""The controls of the emotion, of the face's movements, and of what to compare them with."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.theme import Theme
from app.views.controls.affect_section import AffectSection
from app.views.controls.calm import CalmSpin
from app.views.controls.comparison_form import MODEL_CHOICES, ComparisonForm
from app.views.controls.drawing import Themed, clear_ground, fill
from app.views.controls.emotion_buttons import CHOICES, EmotionButtons
from app.views.controls.hearing_row import HearingRow
from app.views.controls.section import Section
from app.views.controls.segment_facts import SegmentFacts
from app.views.controls.slider import LabelledSlider
from app.views.controls.switch import ChoiceButton, Switch
from core.animation import AnimationSettings
from core.emotion import EmotionSegment
from core.gains import AS_LEARNED, MAX_GAIN, RegionGains
from core.segments import AUTOMATIC, MAX_STRENGTH

WHOLE, SEGMENTS = "clip", "segments"
SCOPES = (
    (AUTOMATIC, "Automatic", "The emotions that are heard"),
    (WHOLE, "Whole clip", "One emotion from beginning to end"),
    (SEGMENTS, "Segments", "An emotion for each stretch of the clip"),
)
LEAST_CUTOFF, MOST_CUTOFF, USUAL_CUTOFF = 0.5, 40.0, 8.0  # Hz
MARGINS = (8, 4, 8, 6)  # pixels around the sections
REGIONS = ("jaw", "lips", "corners")


class EmotionPanel(QWidget):
    """Shows the wishes for the current clip and tells of new ones.

    The bool of a signal is False while something is dragged and True when it is
    let go. `smoothing_changed` gives a cut-off in Hz or None; `comparison_changed`
    AnimationSettings or None, once a drag has ended (`comparison_dragged` before).
    """

    scope_changed = Signal(str)  # "auto", "clip", "segments"
    recogniser_chosen = Signal(str)  # one of TITLES
    profiles_chosen = Signal(bool)  # whether speakers are known by their clips
    emotion_chosen = Signal(str)  # "auto" or one of EMOTIONS
    strength_changed = Signal(float, bool)
    split_requested = Signal()  # at the playhead
    join_requested = Signal()  # the selected segment with the next
    reset_requested = Signal()  # everything automatic again
    model_chosen = Signal(str)  # one of MODELS
    gains_changed = Signal(RegionGains, bool)
    smoothing_changed = Signal(object)
    comparison_changed = Signal(object)
    comparison_dragged = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Emotion and face")
        self._theme, self._emotion = theme, AUTOMATIC
        self._make_emotion(theme)
        self._make_face(theme)
        self.comparison = ComparisonForm(theme)
        self.sections = {
            "emotion": Section(theme, "Emotion", self._emotion_part),
            "face": Section(theme, "Face", self._face_part),
            "comparison": Section(theme, "Compare", self.comparison),
        }
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(*MARGINS)
        column.setSpacing(4)
        for section in self.sections.values():
            column.addWidget(section)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inner)
        self.area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        clear_ground(self.area)
        self.affect = AffectSection(theme)  # below what scrolls, where it is always seen to move
        self.affect.hide()  # some weights do not hear it
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(self.area, 1)
        self._whole.addWidget(self.affect)
        self._connect()
        self.set_theme(theme)
        self.show_settings(AnimationSettings(), None, None, None, 0, 0)

    def _make_emotion(self, theme: Theme) -> None:
        self.scope = Switch(theme, "Emotion for", SCOPES)
        self.emotions = EmotionButtons(theme)
        self.strength = LabelledSlider(theme, "Strength", (0.0, MAX_STRENGTH, 1.0))
        self.facts = SegmentFacts(theme)
        self.hearing = HearingRow(theme)
        self.split = self._action("Split", "Cut the segment at the playhead in two")
        self.join = self._action("Join next", "Make this segment and the next one")
        self.reset = self._action("All automatic", "Back to what is heard, everywhere")
        row = QHBoxLayout()
        row.setSpacing(3)
        for button in (self.split, self.join, self.reset):
            row.addWidget(button)
        self._emotion_part = QWidget()
        column = _column(self._emotion_part, self.scope, self.emotions, self.strength, self.facts)
        column.addLayout(row)
        column.addWidget(self.hearing)

    def _make_face(self, theme: Theme) -> None:
        self.model = Switch(theme, "Face model", MODEL_CHOICES)
        self.gains = {
            region: LabelledSlider(theme, region.capitalize(), (0.0, MAX_GAIN, 1.0))
            for region in REGIONS
        }
        widest = max(slider.label.sizeHint().width() for slider in self.gains.values())
        for region, slider in self.gains.items():
            slider.label.setMinimumWidth(widest)
            slider.set_name(f"Movement of the {region}")
        self.smooth = QCheckBox("Smooth")
        self.smooth.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.smooth.setAccessibleName("Smooth the movement")
        self.smooth.setToolTip("Smooth the movement, without delay")
        self.cutoff = CalmSpin()
        self.cutoff.setRange(LEAST_CUTOFF, MOST_CUTOFF)
        self.cutoff.setSingleStep(0.5)
        self.cutoff.setDecimals(1)
        self.cutoff.setSuffix(" Hz")
        self.cutoff.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.cutoff.setValue(USUAL_CUTOFF)
        self.cutoff.setFixedWidth(self.fontMetrics().horizontalAdvance("40.0 Hz") + 44)
        self.cutoff.setAccessibleName("Cut-off of the smoothing in Hz")
        self.cutoff.setToolTip("Movements faster than this are smoothed away")
        row = QHBoxLayout()
        row.addWidget(self.smooth)
        row.addStretch(1)
        row.addWidget(self.cutoff)
        self._face_part = QWidget()
        _column(self._face_part, self.model, *self.gains.values()).addLayout(row)

    def _action(self, words: str, tip: str) -> ChoiceButton:
        button = ChoiceButton(self._theme, words)
        button.setCheckable(False)
        button.setToolTip(tip)
        button.setAccessibleName(words)
        button.setAccessibleDescription(tip)
        return button

    def _connect(self) -> None:
        self.scope.chosen.connect(self.scope_changed)
        self.emotions.chosen.connect(self.emotion_chosen)
        self.hearing.chosen.connect(self.recogniser_chosen)
        self.hearing.known.connect(self.profiles_chosen)
        self.strength.moved.connect(self.strength_changed)
        self.split.clicked.connect(lambda: self.split_requested.emit())
        self.join.clicked.connect(lambda: self.join_requested.emit())
        self.reset.clicked.connect(lambda: self.reset_requested.emit())
        self.model.chosen.connect(self.model_chosen)
        self.sections["emotion"].folded.connect(self._share_height)
        for slider in self.gains.values():
            slider.moved.connect(self._gain_moved)
        self.smooth.clicked.connect(self._smoothing_chosen)
        self.cutoff.valueChanged.connect(self._cutoff_chosen)
        self.comparison.changed.connect(self.comparison_changed)
        self.comparison.dragged.connect(self.comparison_dragged)

    # What is shown

    def show_settings(
        self,
        settings: AnimationSettings,
        smoothing: float | None,
        comparison: AnimationSettings | None,
        segment: EmotionSegment | None,
        index: int,
        count: int,
    ) -> None:
        """Show what was chosen, and segment `index` (from 0) of `count`; emits nothing.

        `smoothing` is a cut-off in Hz or None. `segment` is None before the clip was heard.
        """
        emotion, strength, scope = settings.emotion, settings.strength, AUTOMATIC
        if settings.segments:
            choice = settings.segments[min(index, len(settings.segments) - 1)]
            emotion, strength, scope = choice.emotion, choice.strength, SEGMENTS
        elif emotion != AUTOMATIC:
            scope = WHOLE
        self._emotion = emotion
        self.scope.show_choice(scope)
        self.emotions.show_emotion(emotion)
        self.strength.show_value(strength)
        self.strength.slider.set_fill(self._colour())
        self.facts.show_segment(segment, index, count)
        self.split.setEnabled(segment is not None and scope != WHOLE)
        self.join.setEnabled(segment is not None and scope != WHOLE and index + 1 < count)
        self.reset.setEnabled(scope != AUTOMATIC or strength != 1.0)
        self.model.show_choice(settings.model)
        for region, slider in self.gains.items():
            slider.show_value(getattr(settings.gains, region))
        self._show_smoothing(smoothing)
        self.comparison.show_comparison(settings, comparison)
        self._summarise(settings, smoothing)

    def set_enabled_for_clip(self, enabled: bool) -> None:
        """Whether there is a clip to choose for; sections fold all the same."""
        for section in self.sections.values():
            section.content.setEnabled(enabled)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        fill(self, theme)
        parts: list[Themed] = [self.scope, self.emotions, self.strength, self.facts, self.model]
        parts += [self.split, self.join, self.reset, self.comparison, self.hearing]
        parts += [self.affect, *self.gains.values(), *self.sections.values()]
        for part in parts:
            part.set_theme(theme)
        self.strength.slider.set_fill(self._colour())

    def _show_smoothing(self, smoothing: float | None) -> None:
        self.smooth.setChecked(smoothing is not None)
        self.cutoff.setEnabled(smoothing is not None)
        if smoothing is not None and not self.cutoff.is_typed_in:
            self.cutoff.blockSignals(True)
            self.cutoff.setValue(smoothing)
            self.cutoff.blockSignals(False)

    def _summarise(self, settings: AnimationSettings, smoothing: float | None) -> None:
        words = {AUTOMATIC: "automatic", WHOLE: settings.emotion, SEGMENTS: "by segment"}
        self.sections["emotion"].set_summary(words[self.scope.choice])
        face = ["per emotion" if settings.model == "dependent" else settings.model]
        face += [] if settings.gains.changes_nothing else ["gains"]
        face += [] if smoothing is None else [f"{smoothing:g} Hz"]
        self.sections["face"].set_summary(", ".join(face))
        self.sections["comparison"].set_summary(self.comparison.summary())

    def _colour(self) -> str:
        return "" if self._emotion == AUTOMATIC else self._theme.emotion(self._emotion)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Wide enough for every word at the system's size of text; lower parts scroll."""
        inner = self.area.widget()
        assert inner is not None
        bar = self.area.verticalScrollBar().sizeHint().width()
        return QSize(inner.minimumSizeHint().width() + bar, 132)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share the height anew."""
        self._share_height()
        super().resizeEvent(event)

    def _share_height(self) -> None:
        """What is only looked at gives way to the emotion's choices, all of them."""
        taken = MARGINS[1] + self.sections["emotion"].sizeHint().height() + MARGINS[3]
        self.affect.set_room(self.height() - taken)
        self._whole.activate()  # not a frame shows the old shares

    # What the person does

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Digits choose an emotion, wherever in the panel the keyboard is."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        number = event.key() - Qt.Key.Key_0.value
        if plain and 0 <= number < len(CHOICES) and self.emotions.isEnabled():
            self.emotions.buttons[CHOICES[number]].click()
        else:
            super().keyPressEvent(event)

    def _gain_moved(self, _value: float, final: bool) -> None:
        gains = RegionGains(**{region: slider.value for region, slider in self.gains.items()})
        self.gains_changed.emit(AS_LEARNED if gains.changes_nothing else gains, final)

    def _smoothing_chosen(self, on: bool) -> None:
        self.cutoff.setEnabled(on)
        self.smoothing_changed.emit(self.cutoff.value() if on else None)

    def _cutoff_chosen(self, value: float) -> None:
        if self.smooth.isChecked():
            self.smoothing_changed.emit(value)


def _column(widget: QWidget, *parts: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(5)
    for part in parts:
        column.addWidget(part)
    return column
