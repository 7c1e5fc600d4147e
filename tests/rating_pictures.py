"""Pictures of a rating study, for `tests.screenshots`: the real windows on the bundled sample."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.jobs import JobRunner
from app.rating.new_study import NewStudy
from app.rating.operator import OperatorWindow
from app.rating.pages.page import Page
from app.rating.participant import ParticipantWindow
from app.rating.sitting import Sitting
from app.rating.work import make_study
from app.sound.silent import SilentCard
from core.rating.design import Wishes
from core.rating.simulation import simulated_raters
from core.rating.store import VoteStore
from core.rating.study import Study

SIZE = (1280, 720)
OPERATOR = (960, 600)
HOME = Path("/home/you/Documents/Visemo studies")
DONE, BROKEN_OFF, LEFT_AT = 6, 1, 9
OPEN_MOUTH = 1.0  # seconds of a clip
PATIENCE = 60.0  # seconds


def rating_pictures(folder: Path) -> None:
    """All of them, as rating_*.png."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "study"
        study = make_study(None, home, Wishes(seed=1))
        _fill(home, study)
        _operator(home, folder)
        _participant(home, study, folder)


def _fill(home: Path, study: Study) -> None:
    """Some who were there before."""
    with VoteStore.open(home, study) as store:
        for number, rater in enumerate(simulated_raters(study, DONE + BROKEN_OFF)):
            session = store.begin().session_id
            position = store.position(session)
            while position is not None and not (number >= DONE and position.place == LEFT_AT):
                position = store.commit_vote(position, rater.vote(position.trial), 900, 1)
            if position is None:
                store.finish(session)


def _operator(home: Path, folder: Path) -> None:
    runner = JobRunner()
    window = OperatorWindow(runner, SilentCard())
    window.resize(*OPERATOR)
    window.show()
    window.open(home)
    window.page.table.selectRow(0)
    _save(window, folder / "rating_operator.png")
    dialog = NewStudy(HOME / "Study", window)
    dialog.show()
    _save(dialog, folder / "rating_new.png")
    dialog.close()
    window.close()
    runner.close(1.0)


def _participant(home: Path, study: Study, folder: Path) -> None:
    """One on the way to the first scored clip."""
    with VoteStore.open(home, study) as store:
        window = ParticipantWindow(Sitting(study, home, store), SilentCard())
        window.resize(*SIZE)
        window.show()
        for page in ("consent", "number", "volume"):
            _save(window, folder / f"rating_{page}.png")
            if page == "volume":
                window.shown.findChildren(QPushButton)[0].click()
            _go_on(window)
        _save(window, folder / "rating_instructions.png")
        session, position = window.sitting.session_id, window.sitting.position()
        while position is not None and position.place < len(study.training):
            position = store.commit_vote(position, 3, 900, 1)
        _go_on(window)
        _go_on(window)
        playback, player = window.trials.playback, window.player
        _wait(lambda: playback.phase == "clip" and player.position > OPEN_MOUTH)
        _save(window, folder / "rating_clip.png")
        _wait(lambda: window.trial.rates)
        window.trial.rating.scale.choose(4)
        _save(window, folder / "rating_scale.png")
        window.leave()
        store.withdraw(session)


def _go_on(window: ParticipantWindow) -> None:
    page = window.shown
    assert isinstance(page, Page)
    assert page.primary is not None
    page.primary.click()


def _save(widget: QWidget, path: Path) -> None:
    QApplication.processEvents()
    widget.grab().save(str(path))
    print(path)


def _wait(until: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    loop = QEventLoop()
    timer = QTimer(interval=5)

    def look() -> None:
        if until() or time.monotonic() > end:
            loop.quit()

    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    timer.stop()
