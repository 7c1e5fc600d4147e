"""Monitors of the command line: how far the work is, and how long it will still take."""

import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from app.console import Report, Step
from core.monitor import Monitor

INTERVAL = 0.2  # seconds between two reports of one stage
# Of the time that one file takes, measured on two cores; what follows these is writing.
ANIMATE_SHARES: Mapping[str, float] = {
    "reading": 0.02, "listening": 0.03, "recognising emotion": 0.10, "hearing the voice": 0.05,
    "hearing valence and arousal": 0.12, "moving the face": 0.60,
}  # fmt: skip


class Interrupts:
    """Ctrl-C while this is entered: KeyboardInterrupt at once, and again at the next step.

    Again, because the first may come while a C library calls back into Python
    (as when it decodes MP3), which swallows it and goes on with half the sound.
    """

    def __init__(self) -> None:
        self.heard = False
        self._installed = False

    def __enter__(self) -> Self:
        # Leave alone a shell's choice to ignore Ctrl-C, and threads, which get no signals.
        if (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        ):
            signal.signal(signal.SIGINT, self._hear)
            self._installed = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def check(self) -> None:
        """Raise KeyboardInterrupt if one was heard."""
        if self.heard:
            raise KeyboardInterrupt

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.heard = True
        raise KeyboardInterrupt


class Finishing(Interrupts):
    """Ctrl-C and SIGTERM while this is entered: KeyboardInterrupt at the next step, whole work
    between; at once when it comes again. Its argument is the signal's number.
    """

    SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in self.SIGNALS:
                if signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
                    self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def check(self) -> None:
        """Raise KeyboardInterrupt if one was heard."""
        if self.heard:
            raise KeyboardInterrupt(self._number)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        again, self.heard, self._number = self.heard, True, number
        if again:
            raise KeyboardInterrupt(number)


class Progress(Monitor):
    """Reports each stage, with the time left of that stage."""

    stage_by_stage = True  # what the time left is about; otherwise, everything

    def __init__(
        self, report: Report, interrupts: Interrupts, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._report, self._interrupts, self._clock = report, interrupts, clock
        self._file, self._number, self._files = "", 1, 1
        self._start = self._since = self._told = clock()
        self._stage: str | None = None
        self._figures: Mapping[str, float] = {}
        self._ended = False

    def figures(self, values: Mapping[str, float]) -> None:
        """Told with the next step, if that is."""
        self._figures = values

    def step(self, stage: str, done: float, total: float) -> None:
        """Report at the start and end of a stage and now and then between."""
        self._interrupts.check()
        figures, self._figures = self._figures, {}
        now = self._clock()
        ended = 0 < total <= done
        if stage != self._stage:
            self._stage, self._ended = stage, False
            self._since = now if self.stage_by_stage else self._start
        elif now - self._told < INTERVAL and not (ended and not self._ended):
            return
        self._told, self._ended = now, ended
        part = self._part(stage, min(done / total, 1.0) if total > 0 else 0.0)
        spent = now - self._since
        left = spent * (1 - part) / part if part > 0 and spent > 0 else None
        self._report.progress(
            Step(
                self._file, self._number, self._files, stage, done, total,
                part, now - self._start, left, figures,
            )
        )  # fmt: skip

    def notice(self, message: str) -> None:
        """Pass it on, with the name of the file it is about."""
        self._report.note(self._file, message)

    def _part(self, _stage: str, within: float) -> float:
        """How much is done of what the time left is about, 0 to 1."""
        return within


class FilesProgress(Progress):
    """Reports the time left of all files, by their sizes and the usual share of each stage."""

    stage_by_stage = False

    def __init__(
        self,
        report: Report,
        interrupts: Interrupts,
        files: Sequence[Path],
        formats: int = 1,
        clock: Callable[[], float] = time.monotonic,
        shares: Mapping[str, float] = ANIMATE_SHARES,
    ) -> None:
        super().__init__(report, interrupts, clock)
        self._shares = shares
        self._files = len(files)
        self._sizes = [_size(file) for file in files]
        self._whole = sum(self._sizes)
        self._formats = formats
        self._writing: list[str] = []  # the stages of this file that came after the usual ones

    def begin(self, number: int, file: Path) -> None:
        """The next steps are about file `number`, counted from 1."""
        self._file, self._number, self._stage = str(file), number, None
        self._writing = []

    def _part(self, stage: str, within: float) -> float:
        if stage in self._shares:
            usual = list(self._shares)
            before = sum(self._shares[name] for name in usual[: usual.index(stage)])
            share = self._shares[stage]
        else:
            if stage not in self._writing:
                self._writing.append(stage)
            share = (1 - sum(self._shares.values())) / self._formats
            before = 1 - share * (self._formats - self._writing.index(stage))
        earlier = sum(self._sizes[: self._number - 1])
        own = self._sizes[self._number - 1]
        return min((earlier + own * (before + share * within)) / self._whole, 1.0)


def _size(file: Path) -> int:
    """Bytes; at least one, also of what is not there."""
    try:
        return max(file.stat().st_size, 1)
    except (OSError, ValueError):
        return 1
