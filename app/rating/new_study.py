"""The questions about a new study. What is there already makes the paper's."""

from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.rating.choices import RECORDED, Choices, read_questions
from core.rating.design import PAPER, Wishes
from core.rating.study import BALANCED, SHUFFLE, Condition
from core.rating.wording import languages, read_wording

ORDERS = {SHUFFLE: "Shuffled, by the seed", BALANCED: "Balanced (Williams square)"}
NAMES = {"en": "English", "de": "Deutsch"}
MOST_REPLAYS = 9
LARGEST_SEED = 2**31 - 1
TABLES = "Tables (*.csv)"
CLIPS = "Clips"


class NewStudy(QDialog):
    """`source`, `folder` and `wishes` are what was chosen, to be used once it is accepted."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        """`folder` is where it is proposed to lie."""
        super().__init__(parent)
        self.setWindowTitle("New study")
        self.title = QLineEdit(Wishes().title)
        self.sample = QRadioButton("The bundled sample: 7 emotions x 2 models, to try it out")
        self.own = QRadioButton("Recordings of your own:")
        self.sample.setChecked(True)
        self.path = QLineEdit()
        self.path.setPlaceholderText("The folder of a corpus, or a CSV table")
        self.path.setAccessibleName("Folder or table of recordings")
        self.path.textEdited.connect(lambda: self.own.setChecked(True))
        self.path.textChanged.connect(self._enable)
        self.own.toggled.connect(self._enable)
        self.folder = QLineEdit(str(folder))
        self.conditions = [QCheckBox(condition.name) for condition in PAPER]
        for box in self.conditions:
            box.setChecked(True)
        self.recorded = QCheckBox("Recorded tracks of the table, as a hidden reference")
        self.other = QLineEdit()
        self.other.setPlaceholderText("Emotion dependent with other weights: their folder")
        self.other.setAccessibleName("Folder of other weights")
        self.all_clips = QCheckBox("Every one of them, not one for each emotion")
        self.order = _choice(ORDERS)
        self.twice = QCheckBox("No emotion twice running")
        self.training = QCheckBox("Five practice clips, worst to best")
        self.training.setChecked(True)
        self.trapping = QCheckBox("A clip that says which score to give")
        self.gold = QCheckBox("A clip with a still face, to be rated low")
        self.repeat = QCheckBox("One of the clips a second time")
        self.language = _choice({code: NAMES.get(code, code) for code in languages()})
        self.language.setCurrentIndex(self.language.findData("en"))
        self.texts = QLineEdit()
        self.texts.setPlaceholderText("Those of the language; or a file of your own, like en.txt")
        self.questions = QLineEdit()
        self.questions.setPlaceholderText("None; or a JSON file of questions")
        self.replays = QSpinBox()
        self.replays.setRange(0, MOST_REPLAYS)
        self.replays.setSpecialValueText("Each clip is seen once")
        self.replays.setSuffix(" times more, if wished")
        self.seed = QSpinBox()
        self.seed.setRange(0, LARGEST_SEED)
        for spin in (self.seed, self.replays):
            spin.lineEdit().setTextMargins(6, 0, 0, 0)
        for box in self.conditions:
            box.toggled.connect(self._enable)
        self.order.currentIndexChanged.connect(self._enable)
        self._lay_out()
        self._enable()

    @property
    def source(self) -> Path | None:
        """Recordings; None for the bundled sample."""
        return None if self.sample.isChecked() else Path(self.path.text().strip())

    @property
    def target(self) -> Path:
        """The folder to be made."""
        return Path(self.folder.text().strip()).expanduser().absolute()

    @property
    def wishes(self) -> Wishes:
        """All else. Raises RatingError for files of texts or questions that cannot be used."""
        texts, asked = self.texts.text().strip(), self.questions.text().strip()
        return Wishes(
            title=self.title.text().strip() or Wishes().title,
            seed=self.seed.value(),
            order=self.order.currentData(),
            no_emotion_twice=self.twice.isChecked() and self.twice.isEnabled(),
            training=self.training.isChecked(),
            trapping=self.trapping.isChecked(),
            gold=self.gold.isChecked(),
            repeat=self.repeat.isChecked(),
            language=self.language.currentData(),
            texts=read_wording(Path(texts)) if texts else {},
            questions=read_questions(Path(asked)) if asked else (),
        )

    @property
    def choices(self) -> Choices:
        """Which conditions, of which clips."""
        chosen = [c for c, box in zip(PAPER, self.conditions, strict=True) if box.isChecked()]
        if self.recorded.isChecked():
            chosen.append(RECORDED)
        if folder := self.other.text().strip():
            weights = str(Path(folder).expanduser().absolute())
            chosen.append(Condition("other", f"With {Path(folder).name}", weights=weights))
        return Choices(tuple(chosen), self.all_clips.isChecked(), self.replays.value())

    def _first_rows(self) -> QFormLayout:
        form = _form()
        form.addRow("Title", self.title)
        form.addRow(CLIPS, self.sample)
        form.addRow("", self.own)
        askers = ("Folder…", self._ask_folder), ("Table…", self._ask_table)
        form.addRow("", _with(self.path, *askers))
        form.addRow("Compare", self.conditions[0])
        form.addRow("", self.conditions[1])
        form.addRow("Keep it in", _with(self.folder, ("Choose…", self._ask_target)))
        return form

    def _more_rows(self) -> QFormLayout:
        """What the paper's preset leaves as it is."""
        form = _form()
        form.addRow("Compare also", self.recorded)
        form.addRow("", _with(self.other, ("Folder…", self._ask_weights)))
        form.addRow("Of the clips", self.all_clips)
        form.addRow("Order", self.order)
        form.addRow("", self.twice)
        for number, box in enumerate((self.training, self.trapping, self.gold, self.repeat)):
            form.addRow("" if number else "Show also", box)
        form.addRow("Language", self.language)
        form.addRow("Texts", _with(self.texts, ("File…", self._ask_texts)))
        form.addRow("Questions", _with(self.questions, ("File…", self._ask_questions)))
        form.addRow("Seen", self.replays)
        form.addRow("Seed", self.seed)
        return form

    def _lay_out(self) -> None:
        form, more = self._first_rows(), self._more_rows()
        _name_fields(form)
        _name_fields(more)
        self.rest = QWidget()
        self.rest.setLayout(more)
        more.setContentsMargins(0, 0, 0, 6)
        self.rest.hide()
        self.more = QPushButton("More…")
        self.more.setCheckable(True)
        self.more.setAutoDefault(False)
        self.more.toggled.connect(self._show_more)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.more, QDialogButtonBox.ButtonRole.ResetRole)
        self.make = buttons.addButton("Create", QDialogButtonBox.ButtonRole.AcceptRole)
        self.make.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        note = QLabel(
            "As it stands this is the paper's test. All faces are made now, once, and do not "
            "change any more."
        )
        note.setWordWrap(True)
        note.setProperty("quiet", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(self.rest)
        layout.addWidget(note)
        layout.addWidget(buttons)
        self.setMinimumWidth(76 * self.fontMetrics().averageCharWidth())
        self.make.setFocus()

    def _show_more(self, shown: bool) -> None:
        self.rest.setVisible(shown)
        self.more.setText("Less" if shown else "More…")
        self.adjustSize()

    def _enable(self) -> None:
        self.twice.setEnabled(self.order.currentData() == SHUFFLE)
        found = self.sample.isChecked() or bool(self.path.text().strip())
        self.make.setEnabled(found and bool(self.choices.conditions))

    def _ask_folder(self) -> None:
        self._use(QFileDialog.getExistingDirectory(self, "The folder of a corpus"))

    def _ask_table(self) -> None:
        title = "A table with the columns file and emotion"
        self._use(QFileDialog.getOpenFileName(self, title, "", TABLES)[0])

    def _ask_weights(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "A folder of weights")
        self.other.setText(chosen or self.other.text())

    def _ask_texts(self) -> None:
        chosen = QFileDialog.getOpenFileName(self, "A file of texts", "", "Texts (*.txt)")[0]
        self.texts.setText(chosen or self.texts.text())

    def _ask_questions(self) -> None:
        chosen = QFileDialog.getOpenFileName(self, "A file of questions", "", "JSON (*.json)")[0]
        self.questions.setText(chosen or self.questions.text())

    def _use(self, chosen: str) -> None:
        if chosen:
            self.path.setText(chosen)
            self.own.setChecked(True)

    def _ask_target(self) -> None:
        chosen = QFileDialog.getSaveFileName(
            self, "A new folder for the study", self.folder.text(),
            options=QFileDialog.Option.ShowDirsOnly,
        )[0]  # fmt: skip
        if chosen:
            self.folder.setText(chosen)


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(8)
    return form


def _choice(names: dict[str, str]) -> QComboBox:
    box = QComboBox()
    for value, name in names.items():
        box.addItem(name, value)
    return box


def _with(field: QLineEdit, *buttons: tuple[str, object]) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(field, 1)
    for text, doing in buttons:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(doing)
        layout.addWidget(button)
    return row


def _name_fields(form: QFormLayout) -> None:
    """Screen readers say the row's label of what stands in it."""
    for row in range(form.rowCount()):
        label = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
        field = form.itemAt(row, QFormLayout.ItemRole.FieldRole)
        text = label.widget() if label else None
        if isinstance(text, QLabel) and text.text() and field:
            widget = field.widget()
            inside = widget.findChild(QLineEdit) if type(widget) is QWidget else widget
            if isinstance(inside, QLineEdit | QComboBox | QSpinBox) and text.text() != CLIPS:
                inside.setAccessibleName(text.text())
