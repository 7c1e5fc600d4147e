"""A participant in a process of its own, to be killed: `python -m tests.app.rating.killed STUDY`.

Votes with the number of the trial, prints "voted N" once Next has answered, and goes on.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.rating.participant import ParticipantWindow
from app.rating.sitting import Sitting
from core.rating.store import VoteStore
from core.rating.study_file import read_study
from tests.app.rating.sittings import ENTER, KEYS
from tests.app.studio.fake_card import FakeCard

PERIOD = 5  # ms


def main(folder: Path) -> int:
    """Until it is over or killed."""
    application = QApplication([])
    study = read_study(folder)
    with VoteStore.open(folder, study) as store:
        records = store.resume_candidates()
        card = FakeCard()
        sitting = Sitting(study, folder, store, records[0] if records else None)
        window = ParticipantWindow(sitting, card)
        window.finished.connect(application.quit)
        window.show()
        waiting = [sitting.position() if sitting.begun else None]

        def live() -> None:
            trial = window.trial
            if window.trials.playback.phase == "clip" and card.streams:
                card.advance(0.05)
            elif window.shown is trial and trial.rates:
                position = waiting[0] = sitting.position()
                assert position is not None
                QTest.keyClick(trial.rating, KEYS[position.place % 5])
                QTest.keyClick(trial.rating, ENTER)
                print(f"voted {position.place}", flush=True)
            elif window.shown is not trial:
                QTest.keyClick(QApplication.focusWidget() or window.shown, ENTER)

        timer = QTimer(interval=PERIOD)
        timer.timeout.connect(live)
        timer.start()
        return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
