"""Background work: one thread, the newest job wins, and every answer comes to the window thread.

The worker is a plain daemon `threading.Thread`, not a QThread: Qt aborts the
process when a QThread that still runs is destroyed, while a daemon thread that
does not come back lets the program end. Answers travel as closures in a deque;
one queued signal of one long-lived QObject says that there is one. Short-lived
QObjects dropped in another thread than the window's crash PySide.
"""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core.errors import Cancelled
from core.monitor import Monitor

T = TypeVar("T")
Progressed = Callable[[str, float, float], None]  # stage, done, total
PROGRESS_INTERVAL = 33  # ms between two reports of progress
# Seconds for which a thread in Python may keep the others out. The default of 5 ms is waited out
# again by each call of Qt that lets go of Python's lock, and a paint event has many of them: while
# an export ran, a picture of 200 such calls stood still for up to 140 ms, so for up to 60.
SWITCH_INTERVAL = 0.0005
NICENESS = 5  # of the worker and the threads of torch that it starts, where the system has it


@dataclass(slots=True, eq=False)
class _Job:
    """What to do and whom to tell."""

    work: Callable[[Monitor], Any]
    done: Callable[[Any], None]
    failed: Callable[[BaseException], None] | None
    progressed: Progressed | None
    cancelled: Callable[[], None] | None
    noticed: Callable[[str], None] | None
    stopped: threading.Event = field(default_factory=threading.Event)
    progress: tuple[str, float, float] | None = None  # the newest, set by the worker
    told: tuple[str, float, float] | None = None  # the newest that the window has heard


class _JobMonitor(Monitor):
    """A job's own monitor; it raises Cancelled once the job is stopped."""

    def __init__(self, job: _Job, post: Callable[[Callable[[], None]], None]) -> None:
        self._job, self._post = job, post

    def step(self, stage: str, done: float, total: float) -> None:
        """Keep the newest; the window thread fetches it when it wants to."""
        self._check()
        self._job.progress = (stage, done, total)

    def notice(self, message: str) -> None:
        """Send it to the window thread; none is left out."""
        self._check()
        if self._job.noticed is not None:
            self._post(partial(_unless_stopped, self._job, self._job.noticed, message))

    def _check(self) -> None:
        if self._job.stopped.is_set():
            raise Cancelled("Stopped.")


class JobRunner(QObject):
    """Runs one job at a time. All methods and all callbacks belong to the window thread."""

    _posted = Signal()
    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()  # None: the thread may go
        self._open: list[_Job] = []  # started, and their ending not yet told
        self._answers: deque[Callable[[], None]] = deque()
        self._guard = threading.Lock()  # between posting an answer and closing
        self._closed = False
        self._thread: threading.Thread | None = None
        self._switch_interval = sys.getswitchinterval()
        self._posted.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._ticker = QTimer(self)
        self._ticker.setInterval(PROGRESS_INTERVAL)
        self._ticker.timeout.connect(self._tell_progress)

    @property
    def busy(self) -> bool:
        """Whether the ending of a job is still to come; a cancelled one counts until it has ended.

        False already in the callback that tells the ending of the last job.
        """
        return bool(self._open)

    def start(
        self,
        work: Callable[[Monitor], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[BaseException], None] | None = None,
        progressed: Progressed | None = None,
        cancelled: Callable[[], None] | None = None,
        noticed: Callable[[str], None] | None = None,
    ) -> None:
        """Do `work` in the worker once every earlier job, which this cancels, has ended.

        Exactly one of `done`, `failed` and `cancelled` is called, after everything
        else; jobs end in the order they were started. A job that was cancelled or
        superseded says nothing but `cancelled`, not even a result that was already
        on its way. An error without `failed` is raised in the window thread, for
        `sys.excepthook`. After `close` this does nothing.
        """
        if self._closed:
            return
        self.cancel()
        job = _Job(work, done, failed, progressed, cancelled, noticed)
        self._open.append(job)
        self._waiting.put(job)
        if self._thread is None:
            sys.setswitchinterval(SWITCH_INTERVAL)
            self._thread = threading.Thread(target=self._run, name="visemo job", daemon=True)
            self._thread.start()
        self._ticker.start()
        if len(self._open) == 1:
            self.busy_changed.emit(True)

    def cancel(self) -> None:
        """Stop what runs and what waits, each at its next step."""
        for job in self._open:
            job.stopped.set()

    def close(self, timeout: float) -> bool:
        """Cancel everything and wait at most `timeout` seconds; returns whether the thread ended.

        Nothing is heard afterwards, in either case. Where it returns False the work is in a
        call that does not come back: then leave with `os._exit`, since the libraries it is
        in may crash when the interpreter takes itself down around them.
        """
        with self._guard:  # the thread now posts nothing more, so this object may go
            self._closed = True
        self.cancel()
        self._open.clear()
        self._answers.clear()
        self._ticker.stop()
        if self._thread is None:
            return True
        self._waiting.put(None)
        self._thread.join(timeout)
        sys.setswitchinterval(self._switch_interval)
        return not self._thread.is_alive()

    def _run(self) -> None:
        """The worker."""
        _step_back()
        while (job := self._waiting.get()) is not None:
            ending = self._ending(job)
            self._post(partial(self._tell_progress_of, job))
            self._post(ending)
            del job, ending  # or a large result would live until the next job

    def _ending(self, job: _Job) -> Callable[[], None]:
        """Do the work; returns the closure that tells how it went."""
        try:
            monitor = _JobMonitor(job, self._post)
            result = None if job.stopped.is_set() else job.work(monitor)
        except Cancelled:
            job.stopped.set()
        except BaseException as error:  # whatever it is, the thread lives on
            return partial(self._tell_failure, job, error)
        else:
            return partial(self._tell, job, job.done, result)
        return partial(self._tell, job, None, None)

    def _post(self, answer: Callable[[], None]) -> None:
        """From the worker: have the window thread call `answer`."""
        with self._guard:
            if not self._closed:
                self._answers.append(answer)
                self._posted.emit()

    @Slot()
    def _answer(self) -> None:
        """One answer for each signal, so that one that raises takes no other with it."""
        if self._answers:
            self._answers.popleft()()

    def _tell(self, job: _Job, callback: Callable[[Any], None] | None, value: object) -> None:
        self._leave(job)
        if not job.stopped.is_set() and callback is not None:
            callback(value)
        elif job.cancelled is not None:
            job.cancelled()

    def _tell_failure(self, job: _Job, error: BaseException) -> None:
        self._tell(job, job.failed or _raise, error)

    def _leave(self, job: _Job) -> None:
        self._open.remove(job)
        if not self._open:
            self._ticker.stop()
            self.busy_changed.emit(False)

    @Slot()
    def _tell_progress(self) -> None:
        for job in tuple(self._open):
            self._tell_progress_of(job)

    def _tell_progress_of(self, job: _Job) -> None:
        progress = job.progress
        if progress is not None and progress is not job.told and job.progressed is not None:
            job.told = progress
            _unless_stopped(job, job.progressed, *progress)


def _unless_stopped(job: _Job, callback: Callable[..., None], *values: object) -> None:
    if not job.stopped.is_set():
        callback(*values)


def _raise(error: BaseException) -> None:
    raise error


def _step_back() -> None:
    """Let the window and the sound go first; torch's threads inherit it from this one."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
