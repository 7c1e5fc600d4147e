"""A study as its operator sees it: how far it is, and who is next; nothing of what was scored."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.rating.records import ABANDONED, DONE, OPEN, Overview, SessionRecord
from core.rating.study import Study

STATES = {OPEN: "Can be continued", DONE: "Done", ABANDONED: "Set aside"}
COLUMNS = ("Participant", "Begun", "Trials", "State")
FACTS = ("Done", "Partial", "Set aside", "Withdrawn", "Next row", "Free disk")
MOST_ROW = (1 << 31) - 1  # that the field takes
LITTLE = 100 << 20  # bytes; a disk with less gets a warning


class StudyPage(QWidget):
    """Tells what the operator wants by signals."""

    new_requested = Signal()
    open_requested = Signal()
    start_requested = Signal()
    resume_requested = Signal(str)  # session id
    set_aside_requested = Signal(str)
    first_row_requested = Signal(int)  # from 0
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._records: Sequence[SessionRecord] = ()
        self._first_row = 0
        self.title = _label("", "title")
        self.state = _label("", quiet=True)
        self.notice = _label("", warning=True)
        self.start = QPushButton("Start the next participant")
        self.start.setDefault(True)
        self.start.setMinimumHeight(round(2.6 * self.fontMetrics().height()))
        self.start.clicked.connect(self.start_requested)
        self.resume = QPushButton("Continue")
        self.resume.clicked.connect(lambda: self.resume_requested.emit(self._chosen()))
        self.set_aside = QPushButton("Set aside")
        self.set_aside.clicked.connect(lambda: self.set_aside_requested.emit(self._chosen()))
        self.first_row = QSpinBox()
        self.first_row.setRange(0, MOST_ROW)
        self.first_row.setAccessibleName("First row of this machine")
        self.first_row.setToolTip(
            "Where several machines run one study, each takes rows of its own"
        )
        self.first_row.editingFinished.connect(self._ask_first_row)
        self._facts: dict[str, QLabel] = {}
        self.table = self._make_table()
        self.stage = _label("", quiet=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress")
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(self.cancel_requested)
        self._lay_out()
        self.busy("")
        self._show_parts(False)

    def _make_first(self) -> QWidget:
        """What there is to do while no study is open."""
        self.new = QPushButton("New study…")
        self.new.setDefault(True)
        self.open = QPushButton("Open a study…")
        first = QWidget()
        row = QHBoxLayout(first)
        row.setContentsMargins(0, 0, 0, 0)
        for button, signal in ((self.new, self.new_requested), (self.open, self.open_requested)):
            button.setMinimumHeight(round(2.6 * self.fontMetrics().height()))
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        return first

    def _lay_out(self) -> None:
        self._first = self._make_first()
        self._rest = QWidget()
        facts = QGridLayout()
        facts.setHorizontalSpacing(28)
        for column, name in enumerate(FACTS):
            value = _label("–", "number")
            self._facts[name] = value
            value.setAccessibleName(f"{name}: –")
            facts.addWidget(value, 0, column)
            facts.addWidget(_label(name, quiet=True), 1, column)
        facts.setColumnStretch(len(FACTS), 1)
        facts.addWidget(self.start, 0, len(FACTS) + 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        under = QHBoxLayout()
        under.addWidget(self.resume)
        under.addWidget(self.set_aside)
        under.addStretch(1)
        label = _label("First &row of this machine", "", quiet=True)
        label.setTextFormat(Qt.TextFormat.AutoText)
        label.setWordWrap(False)
        label.setBuddy(self.first_row)
        under.addWidget(label)
        under.addWidget(self.first_row)
        work = QHBoxLayout()
        work.addWidget(self.stage)
        work.addWidget(self.progress, 1)
        work.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(self.title)
        layout.addWidget(self.state)
        layout.addWidget(self.notice)
        layout.addSpacing(8)
        layout.addWidget(self._first)
        inside = QVBoxLayout(self._rest)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addLayout(facts)
        inside.addSpacing(8)
        inside.addWidget(self.table, 1)
        inside.addLayout(under)
        layout.addWidget(self._rest, 1)
        layout.addStretch(0)
        layout.addLayout(work)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, len(COLUMNS))
        table.setHorizontalHeaderLabels(COLUMNS)
        table.setAccessibleName("Sessions")
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        table.itemSelectionChanged.connect(self._enable)
        return table

    def show_study(self, study: Study | None, folder: str = "") -> None:
        """Another study, or none."""
        self.title.setText("No study is open" if study is None else study.title)
        self.state.setText("Make one, or open one that is there." if study is None else folder)
        self._show_parts(study is not None)
        self.tell("")
        self.show_overview(None, "", writes=False)

    def _show_parts(self, opened: bool) -> None:
        self._first.setVisible(not opened)
        self._rest.setVisible(opened)
        self.start.ensurePolished()  # the style has a width of its own, too small for the words
        self.start.setMinimumWidth(self.start.sizeHint().width())

    def show_overview(self, overview: Overview | None, state: str, *, writes: bool) -> None:
        """How far it is; `state` is a sentence about the design."""
        chosen = self._chosen()
        self._writes = writes
        self._records = () if overview is None else overview.sessions[::-1]
        values = ("–",) * len(FACTS)
        if overview is not None:
            self.state.setText(state)
            values = (
                str(overview.done), str(overview.partial), str(overview.abandoned),
                str(overview.withdrawn), str(overview.next_row), room(overview.free_bytes),
            )  # fmt: skip
            self.first_row.setValue(min(overview.first_row, MOST_ROW))
            self._first_row = self.first_row.value()
            little = overview.free_bytes < LITTLE
            self._facts["Free disk"].setProperty("warning", little)
            self._facts["Free disk"].style().polish(self._facts["Free disk"])
        for (name, label), value in zip(self._facts.items(), values, strict=True):
            label.setText(value)
            label.setAccessibleName(f"{name}: {value}")
        self.table.setRowCount(len(self._records))
        for row, record in enumerate(self._records):
            cells = (
                record.subject_id, local_time(record.begun_utc),
                f"{record.done} of {record.total}", STATES[record.state],
            )  # fmt: skip
            for column, text in enumerate(cells):
                self.table.setItem(row, column, QTableWidgetItem(text))
            if record.session_id == chosen:
                self.table.selectRow(row)
        self._enable()

    def tell(self, notice: str) -> None:
        """Why something cannot be done here, "" for nothing."""
        self.notice.setText(notice)
        self.notice.setVisible(bool(notice))

    def busy(self, stage: str, done: float = 0.0, total: float = 0.0) -> None:
        """What is being worked on, "" for nothing."""
        for widget in (self.stage, self.progress, self.cancel):
            widget.setVisible(bool(stage))
        self.stage.setText(stage.capitalize())
        self.progress.setRange(0, 1000 if total else 0)
        self.progress.setValue(round(1000 * done / total) if total else 0)
        self._enable()

    @property
    def is_busy(self) -> bool:
        """Whether something is being worked on."""
        return bool(self.stage.text())

    @property
    def number(self) -> str:
        """Of the participant whose session is chosen, "" for none."""
        chosen = self._chosen()
        return next((r.subject_id for r in self._records if r.session_id == chosen), "")

    def _ask_first_row(self) -> None:
        if self.first_row.value() != self._first_row:
            self._first_row = self.first_row.value()
            self.first_row_requested.emit(self._first_row)

    def _chosen(self) -> str:
        rows = self.table.selectionModel().selectedRows()
        return self._records[rows[0].row()].session_id if rows else ""

    def _enable(self) -> None:
        chosen = next((r for r in self._records if r.session_id == self._chosen()), None)
        writes = getattr(self, "_writes", False)
        partial = writes and chosen is not None and chosen.state == OPEN
        self.start.setEnabled(writes)
        self.first_row.setEnabled(writes)
        for button in (self.new, self.open):
            button.setEnabled(not self.is_busy)
        self.resume.setEnabled(partial)
        self.set_aside.setEnabled(partial)


def room(size: int) -> str:
    """Bytes in words: "12 GB"."""
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size / 1e3:.0f} kB"


def local_time(utc: str) -> str:
    """A moment of the store by the clock on the wall."""
    try:
        return datetime.fromisoformat(utc).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return utc


def _label(text: str, role: str = "", quiet: bool = False, warning: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(not role)
    label.setProperty("quiet", quiet)
    label.setProperty("warning", warning)
    if role:
        font = label.font()
        font.setPointSizeF(font.pointSizeF() * (1.7 if role == "title" else 1.9))
        font.setWeight(font.Weight.DemiBold)
        label.setFont(font)
    return label
