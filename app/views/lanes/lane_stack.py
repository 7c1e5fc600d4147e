"""The lanes below each other: how high each is, which are folded, and which there are."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from app.views.lanes.lane_row import LaneRow

HIGHEST = 10_000  # pixels


class LaneStack(QSplitter):
    """Rows by key. One that is hidden keeps its height, also in what is saved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setHandleWidth(1)  # Qt makes it easier to take than it looks
        self.setChildrenCollapsible(False)
        self.rows: dict[str, LaneRow] = {}
        self._heights: dict[str, int] = {}  # last seen

    def add(self, key: str, row: LaneRow, height: int) -> None:
        """One more at the foot; heights are pixels in proportion."""
        self.rows[key], self._heights[key] = row, height
        self.addWidget(row)
        self.setStretchFactor(len(self.rows) - 1, height)
        self.setSizes(list(self._heights.values()))

    def set_shown(self, key: str, shown: bool) -> bool:
        """Show or hide one; whether it was otherwise before."""
        row = self.rows[key]
        if row.isHidden() != shown:
            return False
        self._heights |= self._seen()
        row.setVisible(shown)
        return True

    def _seen(self) -> dict[str, int]:
        sizes = zip(self.rows, self.sizes(), strict=True)
        return {key: height for key, height in sizes if height > 0}

    def state(self) -> dict[str, object]:
        """Which are folded, and how high they are; plain JSON."""
        return {
            "folded": [key for key, row in self.rows.items() if row.is_folded],
            "heights": list((self._heights | self._seen()).values()),
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Take up a saved state; what is not understood is left as it is by default."""
        folded, heights = state.get("folded"), state.get("heights")
        for key, row in self.rows.items():
            row.set_folded(isinstance(folded, list) and key in folded)
        if (
            isinstance(heights, list)
            and len(heights) == len(self.rows)
            and all(isinstance(height, int) and 0 < height < HIGHEST for height in heights)
        ):
            self._heights = dict(zip(self.rows, heights, strict=True))
            self.setSizes(heights)
