"""The plane of valence and arousal, which folds to two numbers."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import Theme
from app.views.controls.affect_plane import AffectPlane
from app.views.controls.section import Section
from core.affect import AffectTrack

MARGINS = (8, 4, 8, 6)
AROUND = MARGINS[1] + MARGINS[3] + 2  # pixels of its height that are neither title nor plane


class AffectSection(Section):
    """Follows the playhead, open or folded."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self.plane = AffectPlane(theme)
        super().__init__(theme, "Valence, arousal", self.plane, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._column.setContentsMargins(*MARGINS)
        self._is_cramped = False  # folded for lack of room, not by a person
        self.header.clicked.connect(self._chosen)
        self.folded.connect(self._summarise)

    def show_track(self, track: AffectTrack | None) -> None:
        """What was heard in a clip; None while that is being found out."""
        self.plane.show_track(track)
        self._summarise()

    def set_time(self, seconds: float) -> None:
        """Follow the playhead."""
        self.plane.set_time(seconds)
        if not self.is_open:
            self._summarise()

    def set_room(self, height: int) -> None:
        """Fold where there is less height than it takes, and unfold when there is enough again."""
        takes = self.header.sizeHint().height() + self.plane.sizeHint().height() + AROUND
        if self.is_open and height < takes:
            self.set_open(False)
            self._is_cramped = True
        elif self._is_cramped and height >= takes:
            self.set_open(True)
            self._is_cramped = False
        self._column.activate()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        super().set_theme(theme)
        self.plane.set_theme(theme)

    def _chosen(self) -> None:
        self._is_cramped = False

    def _summarise(self) -> None:
        if (text := self.plane.short) != self.header.summary:
            self.set_summary(text)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A hairline: what lies above scrolls, and may be cut off here."""
        with QPainter(self) as painter:
            painter.fillRect(0, 0, self.width(), 1, QColor(self.header.theme.line))
