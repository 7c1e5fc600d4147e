"""What keeps the window smooth and whole beside the worker: garbage, and the import of torch."""

import gc
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.garbage import Garbage
from app.jobs import JobRunner
from core.monitor import Monitor

ROOT = Path(__file__).parents[3]


class Cycle:
    """Garbage that only the collector finds; says in which thread it did."""

    def __init__(self, ended: list[threading.Thread]) -> None:
        self.itself, self.ended = self, ended

    def __del__(self) -> None:
        self.ended.append(threading.current_thread())


def test_garbage_of_the_window_is_collected_in_the_window_thread(
    qtbot: QtBot, qapp: QApplication
) -> None:
    runner, garbage = JobRunner(qapp), Garbage(qapp)
    ended: list[threading.Thread] = []
    try:
        for _ in range(1000):
            Cycle(ended)

        def work(_monitor: Monitor) -> int:
            return len([[number] for number in range(100_000)])  # would collect a hundred times

        with qtbot.waitSignal(runner.busy_changed, check_params_cb=lambda busy: not busy):
            runner.start(work, done=lambda _: None)
        qtbot.waitUntil(lambda: len(ended) == 1000)
        assert set(ended) == {threading.current_thread()}
    finally:
        garbage.close()
        assert runner.close(10)
    assert gc.isenabled()


def test_torch_is_imported_with_a_core_left_for_the_window() -> None:
    code = (
        "from app.quiet_import import import_torch\n"
        "import os\n"
        "import_torch(); import_torch()\n"
        "import torch\n"
        "assert torch.get_num_threads() == max(os.cpu_count() - 1, 1)\n"
        "assert float((torch.ones(3) @ torch.ones(3))) == 3.0"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)
