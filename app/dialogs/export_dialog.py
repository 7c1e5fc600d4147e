"""The export dialog: it asks, and shows how far the writing is; others do the writing."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QProgressBar,
    QScrollArea,
    QWidget,
)

from app.dialogs.export_fields import below, beside, sentence
from app.dialogs.export_form import ALL, ExportForm, Subject
from app.dialogs.export_preview import ExportPreview
from app.export_job import Claims, ExportRequest, replaced
from app.pictures.gif import MOST_FPS
from app.shares import percent
from app.theme import DARK, Theme
from core.animation import Animation
from core.errors import ExportError, VisemoError

__all__ = ["ExportDialog", "ExportRequest"]

NAMED = 3  # files in a message
LOOKED_AT = 200  # clips whose files are looked for, so that the window never waits for a disk
STEPS = 1000  # of the progress bar


class ExportDialog(QDialog):
    """Asks for an `ExportRequest`; while it is done, the dialog shows progress and can stop it."""

    export_requested = Signal(object)  # an ExportRequest
    cancel_requested = Signal()

    def __init__(
        self,
        clips: Sequence[Path],
        current: Path | None,
        animation: Animation | None = None,
        loop: tuple[float, float] | None = None,
        smoothing: float | None = None,
        choice: Mapping[str, object] | None = None,
        everything: bool = False,
        theme: Theme = DARK,
        parent: QWidget | None = None,
        fps: float | None = None,
    ) -> None:
        """`animation` is of `current`, with `smoothing` as it is shown, where there is one yet.

        `choice` is what `choice()` gave the last time; `everything` begins with all clips; `fps`
        is offered where nothing was chosen yet.
        """
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._theme, self._writing = theme, False
        self._request: ExportRequest | None = None
        self._written: Path | None = None
        self._checked: tuple[object, ...] = ()
        self._clash, self._replaced = "", list[Path]()
        duration = None if animation is None else animation.duration
        subject = Subject(tuple(clips), current, duration, smoothing, loop, fps)
        self.form = ExportForm(subject, theme)
        self.preview = ExportPreview(animation, smoothing)
        self._make_bottom()
        self._lay_out()
        self.form.changed.connect(self._update)
        self.form.restore(choice or {})
        if everything:
            self.form.clips.choose(ALL)

    def _make_bottom(self) -> None:
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setAccessibleName("What will happen")
        self.progress = QProgressBar()
        self.progress.setMaximum(STEPS)
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.progress.setAccessibleName("Progress")
        self.buttons = QDialogButtonBox()
        self.show_folder = self.buttons.addButton(
            "Show folder", QDialogButtonBox.ButtonRole.ActionRole
        )
        self.stop = self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.export = self.buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        self.export.setDefault(True)
        for button in (self.show_folder, self.stop):
            button.setAutoDefault(False)
        self.show_folder.hide()
        self.show_folder.clicked.connect(self._show_folder)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        fields = QScrollArea()
        fields.setWidgetResizable(True)
        fields.setFrameShape(QFrame.Shape.NoFrame)
        fields.setWidget(self.form)
        fields.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        wide = self.form.sizeHint().width() + fields.verticalScrollBar().sizeHint().width() + 12
        fields.setMinimumWidth(wide)
        upper = beside(24)
        upper.addWidget(fields, 4)
        upper.addWidget(self.preview, 5)
        layout = below(self, 12)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.addLayout(upper, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.progress)
        layout.addWidget(self.buttons)
        self.resize(wide + 480, 620)

    # What the fields say

    def choice(self) -> dict[str, object]:
        """What was chosen, to be given to the next dialog."""
        return self.form.choice()

    def _update(self) -> None:
        """Show what will happen, or why nothing can."""
        self._request = self.form.request()
        self.preview.show_request(self._request)
        self._check_files()
        reason = self.form.reason or self._clash
        self.export.setEnabled(not reason)
        self.export.setToolTip(reason)
        if reason:
            self._say(f"⚠ {reason}", self._theme.danger)
        else:
            self._say(" ".join(self._notes()), self._theme.quiet)
        self.show_folder.hide()

    def _check_files(self) -> None:
        """Look at the disk only where that may tell something new."""
        request = self._request
        if request is None:
            self._clash, self._replaced, self._checked = "", [], ()
            return
        about = (request.formats, request.folder, request.clips)
        if about == self._checked:
            return
        self._checked, self._clash = about, ""
        claims = Claims()
        try:
            for sound in request.clips[:LOOKED_AT]:
                claims.take(sound, request)
            self._replaced = replaced(request.clips[:LOOKED_AT], request)
        except (ExportError, OSError) as problem:
            self._clash, self._replaced = sentence(str(problem)), []

    def _notes(self) -> list[str]:
        request, files = self._request, self._replaced
        notes = []
        if files:
            names = ", ".join(file.name for file in files[:NAMED])
            more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
            notes.append(f"Replaces {names}{more}, there already.")
        if request and len(request.clips) > LOOKED_AT:
            notes.append(f"Looked for files of the first {LOOKED_AT} clips only.")
        if request and request.folder and not request.folder.exists():
            notes.append("The folder will be made.")
        if request and "gif" in request.formats and request.settings.fps > MOST_FPS:
            notes.append(f"A GIF shows at most {MOST_FPS:g} frames a second and will have those.")
        return notes

    def _say(self, text: str, colour: str) -> None:
        self.note.setText(text)
        self.note.setStyleSheet(f"color: {colour}")

    # Writing

    def accept(self) -> None:
        """Ask for the export; the dialog stays until it is done or closed."""
        if self._writing or self._request is None or not self.export.isEnabled():
            return
        self._set_writing(True)
        self._say("Starting…", self._theme.text)
        self.export_requested.emit(self._request)

    def reject(self) -> None:
        """Close; while something is written, stop that first."""
        if not self._writing:
            super().reject()
            return
        self.stop.setEnabled(False)
        self._say("Stopping…", self._theme.text)
        self.cancel_requested.emit()

    def show_progress(self, stage: str, done: float, total: float) -> None:
        """`done` of `total` units of `stage` are finished."""
        if not self._writing or not self.stop.isEnabled():
            return
        part = min(max(done / total, 0.0), 1.0) if total > 0 else 0.0
        self.progress.setValue(round(STEPS * part))
        self._say(f"{sentence(stage)[:-1]}, {percent(part)}", self._theme.text)

    def finished_writing(self, paths: Sequence[Path]) -> None:
        """These were written."""
        self._end()
        folders = {path.parent for path in paths}
        where = f"into {folders.pop()}" if len(folders) == 1 else "beside the sounds"
        names = ", ".join(path.name for path in paths[:NAMED])
        more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
        self._say(f"✓ Wrote {names}{more} {where}.", self._theme.text)
        self._written = paths[0].parent if paths else None
        self.show_folder.setVisible(bool(paths))
        self.stop.setText("Close")
        self.stop.setFocus()

    def failed(self, problem: BaseException | str) -> None:
        """It could not be written; the fields are as they were, to try again."""
        self._end()
        known = isinstance(problem, (VisemoError, str))
        message = str(problem) if known else f"A fault of this program: {problem!r}"
        self._say(f"⚠ {sentence(message)}", self._theme.danger)

    def stopped(self) -> None:
        """The writing was stopped."""
        self._end()
        self._say("Stopped. Files that were not whole were not kept.", self._theme.text)

    def _end(self) -> None:
        self._checked = ()  # other files are there now
        self._set_writing(False)
        self._update()

    def _set_writing(self, writing: bool) -> None:
        self._writing = writing
        self.form.setEnabled(not writing)
        self.export.setEnabled(not writing)
        self.stop.setEnabled(True)
        self.stop.setText("Cancel")
        self.progress.setValue(0)
        self.progress.setVisible(writing)

    def _show_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))
