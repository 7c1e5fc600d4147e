"""Collecting garbage in the window thread only.

Python collects reference cycles in whichever thread happens to allocate. In the
worker that would take apart widgets of closed dialogs, outside the only thread
that Qt allows, and crash now and then.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL = 250  # ms; often, as what piles up between two collections is looked at in one go
# New objects before the youngest are collected; of those collections, before the older are (10 s,
# by when torch, whose import makes 250,000 objects, is imported and frozen); of those, the oldest.
THRESHOLDS = (700, 40, 6)


class Garbage(QObject):
    """From its making until `close`, garbage is collected by a timer of the window thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.collect()
        gc.freeze()  # what the program consists of by now is none
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    @Slot()
    def collect(self) -> None:
        """Collect the oldest generation whose turn it is, and with it the younger ones."""
        counts = zip(gc.get_count(), THRESHOLDS, strict=True)
        due = [generation for generation, (count, most) in enumerate(counts) if count > most]
        if due:
            gc.collect(due[-1])

    def close(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()
        gc.unfreeze()
