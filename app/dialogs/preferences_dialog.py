"""The preferences that somebody sets; the theme shows at once."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.preferences import DEVICES, Preferences

THEMES = {"system": "As the system", "dark": "Dark", "light": "Light"}
COMPUTE = {
    "auto": "The fastest there is", "cpu": "CPU", "cuda": "CUDA (NVIDIA)", "mps": "MPS (Apple)",
}  # fmt: skip
SYSTEM_DEVICE = "The system's"
LONGEST = "Keep recordings in"  # of the names of the rows
Box = TypeVar("Box", QSpinBox, "_Rate")


class _Rate(QDoubleSpinBox):
    """Frames a second without noughts at the end: 25, 29.97, 23.976."""

    def textFromValue(self, value: float) -> str:  # noqa: N802
        """The shortest form."""
        return self.locale().toString(value, "g", 6)


class PreferencesDialog(QDialog):
    """Edits a copy; `preferences` is what was chosen, to be used once it is accepted."""

    theme_chosen = Signal(str)  # at once; also back again where the dialog is cancelled
    clear_cache_requested = Signal()

    def __init__(
        self,
        preferences: Preferences,
        *,
        outputs: Sequence[str] = (),
        inputs: Sequence[str] = (),
        compute: Sequence[str] = DEVICES,
        usual_takes: str = "",
        cache_used: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`compute` are the devices there are, `cache_used` bytes on disk, None if unknown."""
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self._before = preferences
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 16, 16, 16)
        self._layout.setSpacing(8)
        self._add_look(preferences)
        self._add_sound(preferences, outputs, inputs, usual_takes)
        self._add_work(preferences, compute, cache_used)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._layout.addStretch(1)
        self._layout.addWidget(buttons)
        self.setMinimumWidth(60 * self.fontMetrics().averageCharWidth())

    def preferences(self) -> Preferences:
        """What is chosen, with all else as it was."""
        return replace(
            self._before,
            theme=self.theme.currentData(),
            fps=self.fps.value(),
            output_device=self.output.currentData(),
            input_device=self.input.currentData(),
            takes_folder=self.takes.text().strip(),
            device=self.compute.currentData(),
            cache_megabytes=self.cache.value(),
        )

    def reject(self) -> None:
        """Close without changing anything."""
        if self.theme.currentData() != self._before.theme:
            self.theme_chosen.emit(self._before.theme)
        super().reject()

    def show_cache_used(self, used: int | None) -> None:
        """How much lies in the cache, in bytes."""
        self.clear_cache.setEnabled(used != 0)
        self.clear_cache.setText("Clear" if used is None else f"Clear {used / 1e6:.0f} MB")

    def _add_look(self, preferences: Preferences) -> None:
        self.theme = _choice("Theme", THEMES, preferences.theme)
        self.theme.currentIndexChanged.connect(
            lambda: self.theme_chosen.emit(self.theme.currentData())
        )
        self.fps = _padded(_Rate())
        self.fps.setRange(1.0, 1000.0)
        self.fps.setDecimals(3)
        self.fps.setSuffix(" frames a second")
        self.fps.setValue(preferences.fps)
        self._add("Look", {"Theme": self.theme, "Time code": self.fps})

    def _add_sound(
        self, preferences: Preferences, outputs: Sequence[str], inputs: Sequence[str], usual: str
    ) -> None:
        self.output = _devices("Play on", outputs, preferences.output_device)
        self.input = _devices("Record from", inputs, preferences.input_device)
        self.takes = QLineEdit(preferences.takes_folder, placeholderText=usual or "The usual place")
        browse = QPushButton("Choose…")
        browse.setAccessibleName("Choose the folder for recordings")
        browse.clicked.connect(self._choose_takes)
        self._add(
            "Sound",
            {
                "Play on": self.output,
                "Record from": self.input,
                "Keep recordings in": _row(self.takes, browse),
            },
        )

    def _add_work(
        self, preferences: Preferences, compute: Sequence[str], cache_used: int | None
    ) -> None:
        there = {name: text for name, text in COMPUTE.items() if name in ("auto", *compute)}
        if preferences.device not in there:
            there[preferences.device] = f"{COMPUTE[preferences.device]}, not there now"
        self.compute = _choice("Compute on", there, preferences.device)
        self.cache = _padded(QSpinBox())
        self.cache.setRange(0, 1_000_000)
        self.cache.setSingleStep(100)
        self.cache.setSuffix(" MB")
        self.cache.setSpecialValueText("Nothing")
        self.cache.setValue(preferences.cache_megabytes)
        self.clear_cache = QPushButton()
        self.clear_cache.setAccessibleName("Clear the kept results")
        self.clear_cache.clicked.connect(self.clear_cache_requested)
        self.show_cache_used(cache_used)
        self._add(
            "Work",
            {"Compute on": self.compute, "Keep results up to": _row(self.cache, self.clear_cache)},
        )

    def _add(self, title: str, rows: dict[str, QWidget]) -> None:
        group = QGroupBox(title)
        form = QFormLayout(group)
        form.setContentsMargins(0, 8, 0, 8)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field in rows.items():
            label = QLabel(text)
            label.setMinimumWidth(self.fontMetrics().horizontalAdvance(LONGEST) + 8)
            label.setBuddy(field)
            form.addRow(label, field)
            named = field.findChild(QLineEdit) if type(field) is QWidget else field
            for part in (field, named):
                if part is not None and not part.accessibleName():
                    part.setAccessibleName(text)
        self._layout.addWidget(group)

    def _choose_takes(self) -> None:
        before = self.takes.text() or self.takes.placeholderText()
        there = before if Path(before).is_dir() else ""
        chosen = QFileDialog.getExistingDirectory(self, "Keep recordings in", there)
        if chosen:
            self.takes.setText(chosen)


def _choice(name: str, choices: dict[str, str], chosen: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    # Or the longest name of a sound card would set the width of the dialog.
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(24)
    for value, text in choices.items():
        box.addItem(text, value)
    box.setCurrentIndex(max(box.findData(chosen), 0))
    return box


def _devices(name: str, devices: Sequence[str], chosen: str) -> QComboBox:
    """Devices by name; the one that is preferred stays in the list while it is unplugged."""
    choices = {"": SYSTEM_DEVICE, **{device: device for device in devices}}
    if chosen not in choices:
        choices[chosen] = f"{chosen}, not there now"
    return _choice(name, choices, chosen)


def _row(*parts: QWidget) -> QWidget:
    whole = QWidget()
    layout = QHBoxLayout(whole)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for part in parts:
        layout.addWidget(part, 0 if isinstance(part, QPushButton) else 1)
    return whole


def _padded(box: Box) -> Box:
    """Style sheets give the text of a spin box no room at the left."""
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    return box
