"""What the worker does next, with an engine that stops where the test wants it to."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.analyst import Analyst
from app.clip_state import DONE, FAILED, STOPPED, WAITING
from app.jobs import JobRunner
from app.result import Face, Result
from app.session import Session
from core.animation import Animation
from core.errors import AudioFileError
from core.monitor import Monitor
from core.project import Listening, ProjectClip
from tests.core.animations import make_animation

A, B, C = (Path(f"/sounds/{name}.wav") for name in "abc")
TICK = 0.005  # seconds between two looks at whether to go on


class FakeEngine:
    """Does no work, keeps a log, and holds what it is told to until it is let go."""

    def __init__(self) -> None:
        self.log: list[tuple[str, str]] = []
        self.held: set[str] = set()
        self.bad: dict[str, Exception] = {}
        self.gate = threading.Event()
        self.by_speaker = False

    def _do(self, what: str, path: Path, monitor: Monitor) -> None:
        self.log.append((what, path.stem))
        if path.stem in self.bad:
            raise self.bad[path.stem]
        while path.stem in self.held and not self.gate.wait(TICK):
            monitor.step("listening", 1, 2)
        monitor.step("listening", 2, 2)

    def listen(self, path: Path, monitor: Monitor) -> Result:
        self._do("listen", path, monitor)
        clip = SimpleNamespace(duration=2.0, source=SimpleNamespace(sha256=f"of {path.stem}"))
        heard = SimpleNamespace(path=path, clip=clip, sound=None, notices=())
        return Result(cast(Any, heard))

    def hear(self, result: Result, monitor: Monitor, listening: Listening) -> Result:
        """Whoever has company is heard by itself first."""
        self._do("hear", result.heard.path, monitor)
        alone = listening if len(listening.company) == 1 else Listening()
        return Result(result.heard, cast(Any, SimpleNamespace()), listening=alone)

    def hear_again(
        self, result: Result, wish: ProjectClip, listening: Listening, monitor: Monitor
    ) -> Result:
        self._do("hear again", wish.path, monitor)
        return replace(self.animate(result, wish, monitor), listening=listening)

    def differs(self, one: Listening, other: Listening) -> bool:
        return self.by_speaker and one != other

    def animate(self, result: Result, wish: ProjectClip, monitor: Monitor) -> Result:
        self._do("animate", wish.path, monitor)
        animation = make_animation()
        opening = np.zeros(animation.timeline.count, np.float32)
        face = Face(animation, animation.shape, opening)
        return Result(result.heard, result.analysis, face, None, wish, listening=result.listening)

    def prepare(self, wish: ProjectClip, monitor: Monitor, listening: Listening) -> Animation:  # noqa: ARG002
        self._do("prepare", wish.path, monitor)
        return make_animation()


class Desk:
    """A session, an engine and the analyst between them."""

    def __init__(self) -> None:
        self.session, self.engine, self.runner = Session(), FakeEngine(), JobRunner()
        self.analyst = Analyst(self.session, cast(Any, self.engine), self.runner)

    def states(self) -> list[str]:
        return [self.analyst.state(clip.path).state for clip in self.session.project.clips]


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:  # noqa: ARG001 - the application
    made = Desk()
    yield made
    made.engine.gate.set()
    assert made.runner.close(10.0)


def test_the_clip_on_the_screen_comes_first_then_the_others(desk: Desk, qtbot: QtBot) -> None:
    desk.session.add([A, B, C])
    qtbot.waitUntil(lambda: desk.states() == [DONE] * 3)
    assert desk.engine.log == [
        ("listen", "a"), ("hear", "a"), ("animate", "a"), ("prepare", "b"), ("prepare", "c"),
    ]  # fmt: skip
    assert not desk.analyst.busy


def test_the_sound_is_there_before_the_emotions_and_they_before_the_face(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.session.add([A])
    seen: list[tuple[bool, bool]] = []

    def look() -> None:
        result = desk.analyst.result
        assert result is not None
        seen.append((result.analysis is not None, result.face is not None))

    desk.analyst.result_changed.connect(look)
    qtbot.waitUntil(lambda: desk.states() == [DONE])
    assert seen == [(False, False), (True, False), (True, True)]


def test_opening_another_clip_supersedes_the_analysis(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.held = {"a"}
    desk.session.add([A, B])
    qtbot.waitUntil(lambda: desk.engine.log == [("listen", "a")])
    desk.session.show_clip(B)
    qtbot.waitUntil(lambda: desk.analyst.state(B).state == DONE)
    assert desk.analyst.result is not None
    assert desk.analyst.result.heard.path == B
    desk.engine.gate.set()
    qtbot.waitUntil(lambda: desk.states() == [DONE, DONE])
    assert desk.engine.log[-1] == ("prepare", "a")


def test_a_bad_file_is_told_of_and_the_others_go_on(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.bad["b"] = AudioFileError("'b.wav' is empty (0 bytes); choose another.")
    with qtbot.waitSignal(desk.analyst.failed) as told:
        desk.session.add([A, B, C])
    qtbot.waitUntil(lambda: desk.analyst.state(C).state == DONE)
    assert desk.analyst.state(B).detail == "'b.wav' is empty (0 bytes); choose another."
    assert told.args is not None
    assert told.args[1] == B


def test_a_fault_of_ours_is_no_end_of_the_others(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.bad["a"] = RuntimeError("a fault on purpose")
    desk.session.add([A, B])
    qtbot.waitUntil(lambda: desk.states() == [FAILED, DONE])
    desk.engine.bad.clear()
    desk.analyst.retry(A)
    qtbot.waitUntil(lambda: desk.states() == [DONE, DONE])


def test_short_of_memory_it_is_tried_once_more_and_then_told_of(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.bad["a"] = MemoryError()
    with qtbot.waitSignal(desk.analyst.failed) as told:
        desk.session.add([A])
    assert desk.engine.log == [("listen", "a")] * 2
    assert told.args is not None
    assert "not enough memory" in str(told.args[0])


def test_other_weights_supersede_what_the_old_ones_do(desk: Desk, qtbot: QtBot) -> None:
    desk.session.add([A, B])
    qtbot.waitUntil(lambda: desk.states() == [DONE, DONE])
    desk.engine.held = {"a"}
    desk.session.set_smoothing(5.0)
    qtbot.waitUntil(lambda: desk.engine.log[-1] == ("animate", "a"))
    other = FakeEngine()
    desk.analyst.use(cast(Any, other))
    assert WAITING in desk.states()
    qtbot.waitUntil(lambda: desk.states() == [DONE, DONE])
    assert other.log == [("hear", "a"), ("animate", "a"), ("prepare", "b")]
    assert desk.analyst.state(A).duration is not None


def test_what_was_cancelled_rests_until_it_is_opened(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.held = {"b", "c"}
    desk.session.add([A, B, C])
    qtbot.waitUntil(lambda: ("prepare", "b") in desk.engine.log)
    desk.analyst.cancel(B)
    qtbot.waitUntil(lambda: ("prepare", "c") in desk.engine.log)
    desk.analyst.cancel_all()
    qtbot.waitUntil(lambda: not desk.runner.busy)
    assert desk.states() == [DONE, STOPPED, STOPPED]
    desk.engine.gate.set()
    desk.session.show_clip(B)
    qtbot.waitUntil(lambda: desk.states() == [DONE, DONE, STOPPED])


def test_a_running_face_is_not_begun_anew_by_what_does_not_concern_it(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.engine.held = {"a"}
    desk.session.add([A])
    qtbot.waitUntil(lambda: desk.engine.log == [("listen", "a")])
    for tenth in range(5):
        desk.session.set_loop((0.0, 1.0 + tenth))
    desk.analyst._next()
    desk.engine.gate.set()
    qtbot.waitUntil(lambda: desk.states() == [DONE])
    assert desk.engine.log == [("listen", "a"), ("hear", "a"), ("animate", "a")]


def test_during_a_drag_every_face_that_is_ready_is_shown(desk: Desk, qtbot: QtBot) -> None:
    desk.session.add([A])
    qtbot.waitUntil(lambda: desk.states() == [DONE])
    for step in range(1, 6):
        desk.session.set_smoothing(float(step), final=False)
        qtbot.waitUntil(
            lambda wanted=float(step): _shown(desk) == wanted  # type: ignore[misc]
        )
    assert desk.engine.log.count(("animate", "a")) == 6


def _shown(desk: Desk) -> float | None:
    result = desk.analyst.result
    return None if result is None or result.wish is None else result.wish.smoothing


def test_a_slow_face_gives_way_to_the_last_wish(desk: Desk, qtbot: QtBot) -> None:
    desk.session.add([A])
    qtbot.waitUntil(lambda: desk.states() == [DONE])
    desk.engine.held = {"a"}
    for step in range(1, 6):
        desk.session.set_smoothing(float(step), final=False)
    qtbot.waitUntil(lambda: desk.engine.log.count(("animate", "a")) == 3)  # superseded once
    desk.engine.gate.set()
    qtbot.waitUntil(lambda: _shown(desk) == 5.0)


def test_clips_taken_off_the_list_are_forgotten(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.held = {"a"}
    desk.session.add([A])
    qtbot.waitUntil(lambda: desk.engine.log == [("listen", "a")])
    desk.session.remove([A])
    qtbot.waitUntil(lambda: not desk.runner.busy)
    assert desk.analyst.result is None
    assert desk.analyst.state(A).state == WAITING


def test_while_the_worker_is_lent_nothing_is_begun(desk: Desk, qtbot: QtBot) -> None:
    desk.analyst.hold()
    desk.session.add([A])
    assert not desk.runner.busy
    desk.analyst.release()
    qtbot.waitUntil(lambda: desk.states() == [DONE])


def test_once_all_clips_of_a_speaker_are_known_each_is_heard_by_them_once(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.engine.by_speaker = True
    desk.session.add([A, B])
    qtbot.waitUntil(lambda: desk.states() == [DONE] * 2 and not desk.analyst.busy)
    assert desk.engine.log == [
        ("listen", "a"), ("hear", "a"), ("animate", "a"), ("hear again", "a"), ("animate", "a"),
        ("prepare", "b"),
    ]  # fmt: skip
    desk.engine.log.clear()
    desk.session.add([C])
    desk.session.show_clip(A)
    qtbot.waitUntil(lambda: desk.states() == [DONE] * 3 and not desk.analyst.busy)
    assert desk.engine.log[-4:] == [
        ("hear again", "a"),
        ("animate", "a"),
        ("prepare", "c"),
        ("prepare", "b"),
    ]  # fmt: skip - what is not done yet comes first
    desk.engine.log.clear()
    desk.session.set_strength(0.5, final=True)  # is no reason to hear anything again
    qtbot.waitUntil(lambda: desk.engine.log == [("animate", "a")] and not desk.analyst.busy)


def test_clips_of_another_speaker_are_left_alone(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.by_speaker = True
    desk.session.add([A, B, C])
    desk.session.set_speaker([C], "Ann")
    qtbot.waitUntil(lambda: desk.states() == [DONE] * 3 and not desk.analyst.busy)
    desk.engine.log.clear()
    desk.session.remove([B])
    qtbot.waitUntil(lambda: not desk.analyst.busy)
    assert {stem for _, stem in desk.engine.log} == {"a"}
    desk.engine.log.clear()
    desk.session.undo()
    qtbot.waitUntil(lambda: desk.states() == [DONE] * 3 and not desk.analyst.busy)
    assert {stem for _, stem in desk.engine.log} == {"a", "b"}


def test_another_recogniser_hears_everything_again(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.by_speaker = True
    desk.session.add([A, B])
    qtbot.waitUntil(lambda: desk.states() == [DONE] * 2 and not desk.analyst.busy)
    desk.engine.log.clear()
    desk.session.choose_recogniser("dern")
    qtbot.waitUntil(lambda: len(desk.engine.log) == 3 and not desk.analyst.busy)
    assert desk.engine.log == [("hear again", "a"), ("animate", "a"), ("prepare", "b")]


def test_changes_in_a_row_are_heard_once(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.by_speaker = True
    desk.session.add([A])
    qtbot.waitUntil(lambda: desk.states() == [DONE] and not desk.analyst.busy)
    desk.engine.log.clear()
    for path in (B, C):
        desk.session.add([path])
    desk.session.remove([B])
    desk.session.show_clip(A)
    qtbot.waitUntil(lambda: desk.states() == [DONE] * 2 and not desk.analyst.busy)
    assert desk.engine.log.count(("hear again", "a")) == 1
