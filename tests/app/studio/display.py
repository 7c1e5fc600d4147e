"""A display of our own, that nobody sees, for windows that are real."""

import os
import shutil
import subprocess
from types import TracebackType
from typing import Self

SCREEN = "2560x1440x24"


def missing() -> str:
    """Why there can be no display here; empty where there can."""
    return "" if shutil.which("Xvfb") else "Xvfb is not installed (Debian: xvfb)"


class Display:
    """The server; `environment` is what windows need to be on it. Raises RuntimeError."""

    def __init__(self) -> None:
        told, tell = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(tell), "-screen", "0", SCREEN, "-dpi", "96", "-noreset",
             "-nolisten", "tcp"],
            pass_fds=(tell,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(tell)
        with os.fdopen(told) as stream:
            number = stream.readline().strip()  # once it is ready; empty where it ended
        if not number:
            self.close()
            raise RuntimeError("Xvfb did not start")
        self.environment = {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
