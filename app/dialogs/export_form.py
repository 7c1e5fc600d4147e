"""The fields of the export dialog: what was chosen, and what is wrong with it, field by field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.dialogs.export_fields import (
    Choice,
    Row,
    Ticks,
    folder_of,
    open_choice,
    rows_of,
    sentence,
    short,
    size_of,
)
from app.export_job import ExportRequest
from app.pictures import ALL_EXPORTERS, PICTURE_EXPORTERS, PictureSettings, unavailable
from app.theme import THEMES, Theme
from app.timecode import FRAME_RATES, format_clock, format_fps, parse_fps, parse_time
from app.views.controls.calm import CalmSpin
from core.animation import frames_within
from core.errors import ExportError
from core.export import ALL_COLUMNS, COLUMNS, ExportSettings
from core.export.exporter import MAX_SMOOTHING, MIN_SMOOTHING

WHOLE, LOOP, PART = "whole", "loop", "part"
OWN, RAW, SMOOTHED = "own", "raw", "smoothed"
THIS, ALL = "this", "all"
SIZES = ("480 × 480", "720 × 720", "1080 × 1080", "1280 × 720", "1920 × 1080", "1080 × 1920")
USUAL_FORMATS: tuple[str, ...] = ("csv", "json")
USUAL_FPS, USUAL_SIZE, USUAL_HZ = 25.0, "720 × 720", 8.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subject:
    """What there is to export."""

    clips: tuple[Path, ...]  # every sound of the project
    current: Path | None  # the one that is shown
    duration: float | None = None  # of it, in seconds, where it is known
    smoothing: float | None = None  # Hz, with which it is shown
    loop: tuple[float, float] | None = None
    fps: float | None = None  # at which it is worked on


class ExportForm(QWidget):
    """Fields that check themselves; `request` is what they say, or None where that cannot be."""

    changed = Signal()

    def __init__(self, subject: Subject, theme: Theme) -> None:
        super().__init__()
        self._subject, self._theme = subject, theme
        self.reason = ""  # why there is no request
        self._make_fields()
        self._make_picture_fields()
        self._lay_out()
        self._connect()
        self.restore({})

    # Making

    def _make_fields(self) -> None:
        labels = {name: exporter.description for name, exporter in ALL_EXPORTERS.items()}
        self.formats = Ticks("Formats", labels, columns=2)
        for name, box in self.formats.boxes.items():
            reason = unavailable(name)
            box.setEnabled(reason is None)
            box.setToolTip(sentence(reason or f"Written as NAME{ALL_EXPORTERS[name].suffix}"))
            if reason:
                box.setText(f"{labels[name]} (not installed)")
        self.fps = open_choice("Frames a second", map(format_fps, FRAME_RATES))
        clip = self._subject
        self.range = Choice("Range", {WHOLE: "Whole clip", LOOP: "Loop region", PART: "From – to"})
        self.range.allow(PART, clip.duration is not None, "How long it is, is not known yet.")
        self.start, self.end = QLineEdit(), QLineEdit()
        self.start.setAccessibleName("From, in seconds")
        self.end.setAccessibleName("To, in seconds")
        shown = "raw" if clip.smoothing is None else f"{clip.smoothing:g} Hz"
        self.smoothing = Choice(
            "Movement", {OWN: f"As shown ({shown})", RAW: "Raw", SMOOTHED: "Smoothed at"}
        )
        self.hertz = CalmSpin()
        self.hertz.setAccessibleName("Cut-off of the smoothing")
        self.hertz.setRange(MIN_SMOOTHING, MAX_SMOOTHING)
        self.hertz.setDecimals(1)
        self.hertz.setSuffix(" Hz")
        self.points = Choice("Landmarks", {"36": "36 that move", "68": "68 with a still head"})
        self.columns = Ticks("Columns of the CSV", COLUMNS, columns=1)
        self.folder = QLineEdit()
        self.folder.setPlaceholderText("beside each sound")
        self.folder.setClearButtonEnabled(True)
        self.folder.setAccessibleName("Folder")
        self.browse = QPushButton("Browse…")
        self.browse.setAccessibleName("Choose a folder")
        self.browse.setAutoDefault(False)  # Enter is Export
        name, count = short(clip.current.name) if clip.current else "none", len(clip.clips)
        self.clips = Choice("Clips", {THIS: f"This clip: {name}", ALL: f"All {count} clips"})
        self.clips.allow(THIS, clip.current is not None, "No clip is shown.")

    def _make_picture_fields(self) -> None:
        self.pixels = open_choice("Size of pictures, width × height in pixels", SIZES)
        self.theme = Choice("Theme of pictures", {name: name.capitalize() for name in THEMES})
        self.transparent = QCheckBox("Transparent PNG")
        self.transparent.setToolTip("Nothing behind the face, in the PNG sequence.")

    def _lay_out(self) -> None:
        letter = self.fontMetrics().horizontalAdvance("0")
        widths = ((self.fps, 8, 40), (self.pixels, 11, 40), (self.start, 9, 16), (self.end, 9, 16))
        for field, letters, rest in widths:
            field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            field.setFixedWidth(letters * letter + rest)
        self.dash = QLabel("–")
        rows: dict[str, tuple[QWidget, ...]] = {
            "Formats": (self.formats,),
            "Frames a second": (self.fps,),
            "Range": (self.range, self.start, self.dash, self.end),
            "Movement": (self.smoothing, self.hertz),
            "Landmarks": (self.points,),
            "Columns": (self.columns,),
            "Pictures": (self.pixels, self.theme, self.transparent),
            "Folder": (self.folder, self.browse),
            "Clips": (self.clips,),
        }
        self.rows = {name: Row(name, fields, self._theme) for name, fields in rows.items()}
        layout = rows_of(self, self.rows.values())
        layout.setRowVisible(self.rows["Clips"], len(self._subject.clips) > 1)

    def _connect(self) -> None:
        for choice in (self.range, self.smoothing, self.points, self.theme, self.clips):
            choice.chosen.connect(self._refresh)
        for ticks in (self.formats, self.columns):
            ticks.changed.connect(self._refresh)
        for edit in (self.start, self.end, self.folder):
            edit.textChanged.connect(self._refresh)
        for combo in (self.fps, self.pixels):
            combo.currentTextChanged.connect(self._refresh)
        self.hertz.valueChanged.connect(self._refresh)
        self.transparent.toggled.connect(self._refresh)
        self.browse.clicked.connect(self._browse)

    # What they say

    @property
    def sounds(self) -> tuple[Path, ...]:
        """The clips that are to be exported."""
        clip = self._subject
        if self.clips.key() == ALL or clip.current is None:
            return clip.clips
        return (clip.current,)

    def request(self) -> ExportRequest | None:
        """What is asked for; None, with the `reason` and marked fields, where it cannot be."""
        self.reason = ""
        formats = self._read("Formats", self._formats, USUAL_FORMATS)
        fps = self._read("Frames a second", self._fps, USUAL_FPS)
        span = self._read("Range", lambda: self._span(fps), None)
        columns = self._read("Columns", self._columns, ALL_COLUMNS)
        picture = self._read("Pictures", self._picture, PictureSettings())
        folder = self._read("Folder", lambda: folder_of(self.folder.text()), None)
        if self.reason:
            return None
        # The 68 points are only the CSV's; without one, they are nothing to stumble over.
        points = int(self.points.key()) if "csv" in formats else 36
        smoothing = self.hertz.value() if self.smoothing.key() == SMOOTHED else None
        try:
            return ExportRequest(
                formats, ExportSettings(fps, smoothing, points, columns, span), picture, folder,
                clips=self.sounds, own_smoothing=self.smoothing.key() == OWN,
            )  # fmt: skip
        except (ValueError, ExportError) as problem:
            self.reason = sentence(str(problem))
        return None

    def _read(self, row: str, read: Callable[[], T], otherwise: T) -> T:
        """What `read` gives; where it complains, the row says so."""
        try:
            result = read()
        except ValueError as problem:
            message = sentence(str(problem))
            self.rows[row].show_error(message)
            self.reason = self.reason or message
            return otherwise
        self.rows[row].show_error("")
        return result

    def _formats(self) -> tuple[str, ...]:
        if not self.formats.keys():
            raise ValueError("choose at least one format")
        return self.formats.keys()

    def _fps(self) -> float:
        return ExportSettings(fps=parse_fps(self.fps.currentText())).fps

    def _span(self, fps: float) -> tuple[float, float] | None:
        clip = self._subject
        if self.range.key() == WHOLE:
            return None
        if self.range.key() == LOOP and clip.loop is not None:
            span = clip.loop
        else:
            span = (parse_time(self.start.text(), fps), parse_time(self.end.text(), fps))
        ExportSettings(span=span)  # complains where they are the wrong way round
        if clip.duration is not None and self.sounds == (clip.current,):
            frames_within(clip.duration, fps, span)  # complains where no frame is there
        return span

    def _columns(self) -> tuple[str, ...]:
        if "csv" not in self.formats.keys():  # noqa: SIM118 - no dict
            return ALL_COLUMNS
        return ExportSettings(columns=self.columns.keys()).columns

    def _picture(self) -> PictureSettings:
        if not set(self.formats.keys()) & set(PICTURE_EXPORTERS):
            return PictureSettings()
        size = size_of(self.pixels.currentText())
        return PictureSettings(size, self.theme.key(), self.transparent.isChecked())

    # What can be chosen just now

    def _refresh(self) -> None:
        formats = set(self.formats.keys())
        for row, useful in (
            ("Landmarks", "csv" in formats),
            ("Columns", "csv" in formats),
            ("Pictures", bool(formats & set(PICTURE_EXPORTERS))),
        ):
            self.rows[row].setEnabled(useful)
            self.rows[row].label.setEnabled(useful)
        self.transparent.setEnabled("png" in formats)
        self.hertz.setVisible(self.smoothing.key() == SMOOTHED)
        one = self.clips.key() == THIS
        why_not = "There is no loop region." if one else "Each clip has its own."
        self.range.allow(LOOP, one and self._subject.loop is not None, why_not)
        for part in (self.start, self.dash, self.end):
            part.setVisible(self.range.key() == PART)
        self.changed.emit()

    def _browse(self) -> None:
        begin = self.folder.text() or str(self.sounds[0].parent if self.sounds else Path.home())
        folder = QFileDialog.getExistingDirectory(self, "Folder for the exports", begin)
        if folder:
            self.folder.setText(folder)

    # Remembering

    def choice(self) -> dict[str, object]:
        """Everything that was chosen, as JSON can hold it; not the times of one clip."""
        return {
            "formats": list(self.formats.keys()), "fps": self.fps.currentText(),
            "range": WHOLE if self.range.key() == PART else self.range.key(),
            "smoothing": self.smoothing.key(), "hertz": self.hertz.value(),
            "points": self.points.key(), "columns": list(self.columns.keys()),
            "size": self.pixels.currentText(), "theme": self.theme.key(),
            "transparent": self.transparent.isChecked(),
            "folder": self.folder.text(), "clips": self.clips.key(),
        }  # fmt: skip

    def restore(self, choice: Mapping[str, object]) -> None:
        """Set the fields as they were; what is missing or makes no sense is as usual."""

        def text(key: str, usual: str) -> str:
            value = choice.get(key)
            return value if isinstance(value, str) and value else usual

        def names(key: str, usual: tuple[str, ...]) -> tuple[object, ...]:
            value = choice.get(key)
            return tuple(value) if isinstance(value, list) else usual

        hertz = choice.get("hertz")
        self.formats.tick(names("formats", USUAL_FORMATS))
        self.columns.tick(names("columns", ALL_COLUMNS))
        self.fps.setCurrentText(text("fps", format_fps(self._subject.fps or USUAL_FPS)))
        self.pixels.setCurrentText(text("size", USUAL_SIZE))
        self.hertz.setValue(hertz if isinstance(hertz, float) else USUAL_HZ)
        self.start.setText(format_clock(0.0))
        self.end.setText(format_clock(self._subject.duration or 0.0))
        self.folder.setText(text("folder", ""))
        self.transparent.setChecked(choice.get("transparent") is True)
        self.theme.choose(text("theme", self._theme.name))
        for field, key in ((self.clips, "clips"), (self.range, "range"), (self.points, "points"),
                           (self.smoothing, "smoothing")):  # fmt: skip
            field.choose(choice.get(key))
        self._refresh()
