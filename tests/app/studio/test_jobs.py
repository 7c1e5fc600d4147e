"""The one worker: endings, their order, cancelling, superseding, closing."""

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from core.errors import AudioFileError, Cancelled
from core.monitor import Monitor

KINDS = ("done", "failed", "progressed", "cancelled", "noticed")
LONG = 10.0  # seconds after which something that hangs fails the test


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[JobRunner]:
    made = JobRunner(qapp)
    yield made
    assert made.close(LONG)


class Heard:
    """Callbacks that write down what was said, by which job, and in which thread."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, object]] = []
        self.threads: set[threading.Thread] = set()

    def by(self, job: str) -> dict[str, Callable[..., None]]:
        def callback(kind: str) -> Callable[..., None]:
            def write(*values: object) -> None:
                self.threads.add(threading.current_thread())
                self.said.append((job, kind, values[0] if len(values) == 1 else values))

            return write

        return {
            kind: callback(kind)
            for kind in ("done", "failed", "progressed", "cancelled", "noticed")
        }

    def kinds(self, *jobs: str) -> list[tuple[str, str]]:
        return [(job, kind) for job, kind, _ in self.said if job in jobs or not jobs]


class Work:
    """Work that begins, steps until it may end, and returns its name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self, monitor: Monitor) -> str:
        self.begun.set()
        while not self.may_end.wait(0.001):
            monitor.step("working", 1, 2)
        return self.name


def idle(qtbot: QtBot, runner: JobRunner) -> None:
    qtbot.waitUntil(lambda: not runner.busy, timeout=int(1000 * LONG))


def test_a_result_is_told_in_the_window_thread(qtbot: QtBot, runner: JobRunner) -> None:
    heard, seen = Heard(), []

    def work(monitor: Monitor) -> int:
        seen.append(threading.current_thread())
        monitor.step("adding", 1, 2)
        monitor.notice("a note")
        monitor.step("adding", 2, 2)
        return 42

    runner.start(work, **heard.by("a"))
    assert runner.busy
    idle(qtbot, runner)
    assert heard.threads == {threading.current_thread()}
    assert seen != [threading.current_thread()]
    assert [said[1:] for said in heard.said if said[1] != "progressed"] == [
        ("noticed", "a note"),
        ("done", 42),
    ]
    progress = [said[2] for said in heard.said if said[1] == "progressed"]
    assert progress[-1] == ("adding", 2, 2)
    assert heard.said[-1][1] == "done"


def test_progress_is_told_at_most_some_thirty_times_a_second(
    qtbot: QtBot, runner: JobRunner
) -> None:
    heard = Heard()

    def work(monitor: Monitor) -> None:
        for step in range(20_000):
            monitor.step("counting", step, 20_000)

    with qtbot.waitSignal(runner.busy_changed, check_params_cb=lambda busy: not busy):
        runner.start(work, **heard.by("a"))
    assert heard.said[-2] == ("a", "progressed", ("counting", 19_999, 20_000))
    assert len(heard.said) < 100


@pytest.mark.parametrize(
    "error", [AudioFileError("No sound."), ValueError("a fault"), MemoryError(), SystemExit(3)]
)
def test_an_error_is_told_with_its_trace_and_the_worker_goes_on(
    qtbot: QtBot, runner: JobRunner, error: BaseException
) -> None:
    heard = Heard()

    def work(_monitor: Monitor) -> None:
        raise error

    runner.start(work, **heard.by("a"))
    idle(qtbot, runner)
    assert heard.said == [("a", "failed", error)]
    trace = error.__traceback__
    assert trace is not None
    while trace.tb_next is not None:
        trace = trace.tb_next
    assert trace.tb_frame.f_code is work.__code__
    runner.start(lambda _: "fine", **heard.by("b"))
    idle(qtbot, runner)
    assert heard.said[-1] == ("b", "done", "fine")


def test_an_error_nobody_listens_to_is_raised_in_the_window(
    qtbot: QtBot, runner: JobRunner
) -> None:
    def work(_monitor: Monitor) -> None:
        raise ValueError("a fault")

    with capture_exceptions() as raised:
        runner.start(work, done=lambda _: None)
        idle(qtbot, runner)
    assert [str(error) for _, error, _ in raised] == ["a fault"]


def test_cancelling_stops_at_the_next_step_and_is_told_once(
    qtbot: QtBot, runner: JobRunner
) -> None:
    heard, work = Heard(), Work("a")
    runner.start(work, **heard.by("a"))
    assert work.begun.wait(LONG)
    runner.cancel()
    runner.cancel()
    assert runner.busy
    idle(qtbot, runner)
    assert heard.kinds().count(("a", "cancelled")) == 1
    assert heard.kinds()[-1] == ("a", "cancelled")
    runner.cancel()  # nothing runs
    assert not runner.busy


def test_work_that_gives_up_by_itself_is_cancelled(qtbot: QtBot, runner: JobRunner) -> None:
    heard = Heard()

    def work(_monitor: Monitor) -> None:
        raise Cancelled

    runner.start(work, **heard.by("a"))
    idle(qtbot, runner)
    assert heard.kinds() == [("a", "cancelled")]


def test_a_new_job_supersedes_and_waits_for_the_old(qtbot: QtBot, runner: JobRunner) -> None:
    heard, first = Heard(), Work("a")
    ended: list[str] = []

    def stubborn(monitor: Monitor) -> str:
        try:
            return first(monitor)
        finally:
            ended.append("a")

    def last(_monitor: Monitor) -> list[str]:
        return list(ended)

    runner.start(stubborn, **heard.by("a"))
    assert first.begun.wait(LONG)
    runner.start(Work("b"), **heard.by("b"))  # never begins
    runner.start(last, **heard.by("c"))
    idle(qtbot, runner)
    endings = [said for said in heard.said if said[1] != "progressed"]
    assert endings == [("a", "cancelled", ()), ("b", "cancelled", ()), ("c", "done", ["a"])]


def test_a_result_already_on_its_way_is_unheard(qtbot: QtBot, runner: JobRunner) -> None:
    heard, left = Heard(), threading.Event()

    def work(monitor: Monitor) -> str:
        monitor.step("unheard", 1, 1)
        return "unheard"

    def after(_monitor: Monitor) -> str:
        left.set()
        return "heard"

    runner.start(work, **heard.by("a"))
    while len(runner._answers) < 2:  # its last progress and its result; no event is processed here
        threading.Event().wait(0.001)
    runner.start(after, **heard.by("b"))
    assert left.wait(LONG)
    assert heard.said == []
    idle(qtbot, runner)
    assert heard.said == [("a", "cancelled", ()), ("b", "done", "heard")]


def test_a_failure_of_a_cancelled_job_is_unheard(qtbot: QtBot, runner: JobRunner) -> None:
    heard, begun = Heard(), threading.Event()

    def work(monitor: Monitor) -> None:
        begun.set()
        try:
            Work("")(monitor)
        finally:
            raise ValueError("while stopping")

    runner.start(work, **heard.by("a"))
    assert begun.wait(LONG)
    runner.cancel()
    idle(qtbot, runner)
    assert heard.kinds()[-1] == ("a", "cancelled")
    assert "failed" not in {kind for _, kind in heard.kinds()}


def test_a_callback_may_start_the_next_job(qtbot: QtBot, runner: JobRunner) -> None:
    heard = Heard()
    left = list(range(20))

    def following(*_: object) -> None:
        assert not runner.busy
        if left:
            number = left.pop(0)
            heard.said.append((str(number), "started", ()))
            runner.start(lambda _: number, done=following)

    following()
    qtbot.waitUntil(lambda: not left and not runner.busy)
    assert [int(job) for job, _, _ in heard.said] == list(range(20))


def test_a_callback_that_raises_takes_nothing_with_it(qtbot: QtBot, runner: JobRunner) -> None:
    heard = Heard()

    def bad(_value: object) -> None:
        raise ValueError("in a slot")

    with capture_exceptions() as raised:
        runner.start(lambda monitor: monitor.notice("x"), **(heard.by("a") | {"noticed": bad}))
        idle(qtbot, runner)
    assert [str(error) for _, error, _ in raised] == ["in a slot"]
    assert heard.kinds() == [("a", "done")]


def test_closing_at_any_moment_ends_the_thread_and_says_nothing_more(qtbot: QtBot) -> None:
    heard = Heard()
    for moment in range(50):
        before = set(threading.enumerate())
        runner = JobRunner()
        work = Work("a")
        if moment % 5:
            runner.start(work, **heard.by("a"))
        if moment % 5 > 1:
            assert work.begun.wait(LONG)
        if moment % 5 == 3:
            runner.start(Work("b"), **heard.by("b"))
        if moment % 5 == 4:
            work.may_end.set()
            qtbot.waitUntil(lambda: bool(heard.said))
        heard.said.clear()
        assert runner.close(LONG)
        assert runner.close(LONG)
        assert set(threading.enumerate()) == before
        runner.start(Work("c"), **heard.by("c"))  # nothing
        assert not runner.busy
        qtbot.wait(1)
        assert heard.said == []


def test_closing_says_when_work_does_not_come_back(qtbot: QtBot) -> None:
    heard, stuck, begun = Heard(), threading.Event(), threading.Event()
    runner = JobRunner()

    def work(_monitor: Monitor) -> None:
        begun.set()
        stuck.wait(LONG)

    runner.start(work, **heard.by("a"))
    assert begun.wait(LONG)
    assert not runner.close(0.02)
    stuck.set()
    assert runner.close(LONG)
    qtbot.wait(1)
    assert heard.said == []
