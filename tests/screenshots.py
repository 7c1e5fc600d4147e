"""Pictures of the window for the README: `python -m tests.screenshots [FOLDER]`.

Drives the real window on the bundled sample, offscreen, and writes PNGs to
docs/images. Look at them before committing.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from app.folders import Folders
from app.sound.card import Device
from app.sound.silent import SilentCard
from app.studio import Studio
from app.windows.main_window import USUAL_SIZE
from resources import SAMPLE
from tests.rating_pictures import rating_pictures

FOLDER = Path(__file__).parents[1] / "docs" / "images"
LARGE = (2560, 1440)
FONTS = ("Inter", "Noto Sans", "DejaVu Sans")
PATIENCE = 120_000  # ms
MOMENT = 2.30  # seconds, a wide open vowel


class Photographer:
    """Waits until there is something to see, and takes it."""

    def __init__(self, studio: Studio, folder: Path) -> None:
        self.studio, self.folder = studio, folder

    def wait(self, until: Callable[[], object]) -> None:
        """Let the window live until something is so."""
        loop = QEventLoop()
        timer = QTimer(interval=20)

        def look() -> None:
            if until():
                loop.quit()

        timer.timeout.connect(look)
        QTimer.singleShot(PATIENCE, loop.quit)
        timer.start()
        loop.exec()
        timer.stop()

    def wait_for_face(self) -> None:
        """Until the face is the one wished for."""
        analyst, session = self.studio.analyst, self.studio.session
        self.wait(lambda: analyst.result and session.clip and analyst.result.fulfils(session.clip))

    def take(self, name: str) -> None:
        """One picture."""
        QApplication.processEvents()
        path = self.folder / f"{name}.png"
        self.studio.window.grab().save(str(path))
        print(path)


class StudioWithMicrophone(SilentCard):
    """A silent card that says it has a microphone, for the picture of a recording."""

    def devices(self) -> tuple[Device, ...]:
        return (Device("studio", "Studio microphone", 0, 1, 48_000.0, default_input=True),)


def pictures(studio: Studio, folder: Path) -> None:
    """All of them."""
    photographer, window = Photographer(studio, folder), studio.window
    window.resize(*USUAL_SIZE)
    window.show()
    window.hint.hide()
    studio.session.add([SAMPLE])
    photographer.wait_for_face()
    studio.playing.seek(MOMENT)
    photographer.take("dark")
    studio.settings.other_theme()
    photographer.take("light")
    studio.settings.other_theme()
    window.resize(*LARGE)
    photographer.take("large")
    window.resize(*USUAL_SIZE)
    _segments(studio)
    photographer.wait_for_face()
    studio.playing.seek(6.36)
    photographer.take("segments")
    studio.editing.compare(True)
    photographer.wait_for_face()
    photographer.take("compare")
    studio.editing.compare(False)
    photographer.wait_for_face()
    studio.show_recorder(True)
    _recording(studio)
    photographer.take("recording")


def _segments(studio: Studio) -> None:
    """A scene that somebody has worked on."""
    found = studio.session.segments()
    studio.session.select(1)
    studio.session.choose_emotion("surprise")
    studio.session.set_strength(1.4, final=True)
    studio.session.split(found[2].start + 2.2)
    studio.session.choose_emotion("sad")


def _recording(studio: Studio) -> None:
    """The panel as it looks while somebody speaks."""
    panel = studio.window.record
    panel.set_state("recording")
    panel.set_elapsed(7.4)
    panel.set_levels(float(10 ** (-9 / 20)), float(10 ** (-19 / 20)), False)


def main() -> int:
    """Write the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    known = QFontDatabase.families()
    application.setFont(QFont(next(font for font in FONTS if font in known), 10))
    with tempfile.TemporaryDirectory() as home:
        place = Path(home)
        folders = Folders(place / "config", None, None, Path("/home/you/Music/Visemo takes"))
        studio = Studio(folders, StudioWithMicrophone(), "")
        pictures(studio, folder)
        rating_pictures(folder)
        studio.window.may_close = lambda: True
        studio.window.close()
        studio.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
