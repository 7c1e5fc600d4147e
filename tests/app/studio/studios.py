"""A whole studio for tests: silent card, networks that know nothing, folders of its own."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.folders import Folders
from app.sound.card import Card
from app.sound.silent import SilentCard
from app.studio import Studio

NO_CARD = "No sound card"
PATIENCE = 30_000  # ms; the machine may be busy


def folders_in(folder: Path) -> Folders:
    return Folders(folder / "config", folder / "cache", folder / "unsaved", folder / "takes")


def make_studio(folder: Path, weights: Path, card: Card | None = None) -> Studio:
    """Not shown, nothing opened."""
    return Studio(folders_in(folder), card or SilentCard(), "" if card else NO_CARD, weights, "cpu")


def look_after(studio: Studio, qtbot: QtBot) -> Studio:
    """Have the window go with the test, without a question."""

    def let_go(_window: object) -> None:
        studio.window.may_close = lambda: True
        studio.analyst.hold()  # what it tells would find the window gone

    qtbot.addWidget(studio.window, before_close_func=let_go)
    return studio


def wait_for_face(studio: Studio, qtbot: QtBot) -> None:
    """Until the clip on the screen has the face that was wished for."""

    def ready() -> bool:
        result, clip = studio.analyst.result, studio.session.clip
        return (
            result is not None and clip is not None
            and result.face is not None and result.fulfils(clip)
        )  # fmt: skip

    qtbot.waitUntil(ready, timeout=PATIENCE)
