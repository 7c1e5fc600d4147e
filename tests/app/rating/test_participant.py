"""The participant's window by keyboard: nothing is rated unseen, nothing is lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from core.rating import records
from core.rating.store import VoteStore
from core.rating.study import Study
from tests.app.rating.conftest import Sit
from tests.app.rating.sittings import KEYS, Seat, three

ESCAPE, TAB, ENTER = Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Return


def kinds(store: VoteStore) -> list[str]:
    return [event.kind for event in store.events()]


def test_clips_come_in_the_order_of_the_row(seat: Seat, study: Study, store: VoteStore) -> None:
    planned = [trial.stimulus for trial in store.plan(seat.sitting.session_id)]
    shown = []
    seat.enter()
    for number in range(len(study.trials)):
        seat.watch()
        position = seat.sitting.position()
        assert position is not None
        assert position.place == number
        shown.append(position.trial.stimulus)
        assert progress(seat) == f"{number + 1} of {len(study.trials)}"
        seat.press(KEYS[number % 5])
        seat.enter()
    assert shown == planned
    assert [vote.rating for vote in store.votes()] == [n % 5 + 1 for n in range(len(shown))]


def progress(seat: Seat) -> str:
    return seat.window.trial.progress.text()


def test_nothing_is_rated_before_the_clip_is_over(seat: Seat, store: VoteStore) -> None:
    seat.enter()
    seat.qtbot.waitUntil(lambda: seat.window.trials.playback.phase == "clip")
    seat.card.advance(0.02)
    for key in (*KEYS, ENTER, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_End):
        seat.press(key)
    assert seat.window.trials.playback.phase == "clip"
    assert seat.window.trial.face.isVisible()
    assert not seat.window.trial.rating.isVisible()
    seat.watch()
    assert seat.window.trial.rating.scale.score is None
    assert store.votes() == []


def test_next_waits_for_a_score(seat: Seat, store: VoteStore) -> None:
    seat.enter()
    seat.watch()
    assert not seat.window.trial.rating.next.isEnabled()
    seat.enter()
    assert seat.rates
    assert store.votes() == []
    seat.press(Qt.Key.Key_6)
    seat.enter()
    assert store.votes() == []
    seat.press(Qt.Key.Key_2)
    seat.press(Qt.Key.Key_5)  # changed their mind
    seat.enter()
    assert [vote.rating for vote in store.votes()] == [5]


def test_a_held_key_does_not_answer_the_next_page(seat: Seat) -> None:
    title = seat.title
    held = QKeyEvent(QEvent.Type.KeyPress, ENTER.value, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(QApplication.focusWidget() or seat.window, held)
    assert seat.title == title


def test_the_face_is_there_only_while_the_clip_plays(
    sit: Sit, folder: Path, study: Study, store: VoteStore
) -> None:
    seat = sit(replace(study, grey=0.03), folder, store)
    seat.go_to_trials()
    seen: list[tuple[str, bool]] = []
    playback, face = seat.window.trials.playback, seat.window.trial.face
    playback.phase_changed.connect(lambda phase: seen.append((phase, face.isVisible())))
    seat.enter()
    seat.watch()
    assert seen == [("grey", False), ("clip", True), ("rest", False), ("", False)]


def test_nothing_on_the_screen_tells_what_is_tested(
    sit: Sit, folder: Path, study: Study, store: VoteStore
) -> None:
    seat = sit(replace(study, title="Does neutral lose?"), folder, store)
    seat.go_to_trials()
    told = {condition.name.lower() for condition in study.conditions}
    told |= {condition.id for condition in study.conditions}
    told |= {stimulus.clip for stimulus in study.stimuli} | {"does neutral lose?"}
    seat.enter()
    for _ in range(3):
        seat.watch()
        for text in texts(seat.window):
            assert not any(secret in text.lower() for secret in told), text
        seat.rate(4)


def texts(window: QWidget) -> list[str]:
    found = [window.windowTitle()]
    for widget in window.findChildren(QWidget):
        found += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLabel | QAbstractButton):
            found.append(widget.text())
    return found


def test_every_control_has_a_name(seat: Seat) -> None:
    seat.enter()
    seat.watch()
    names = [b.accessibleName() for b in seat.window.trial.findChildren(QAbstractButton)]
    assert all(names)
    assert "4, Good" in names


def test_space_and_enter_alone_give_no_score(seat: Seat, store: VoteStore) -> None:
    seat.enter()
    seat.watch()
    assert seat.window.trial.rating.hasFocus()
    seat.press(Qt.Key.Key_Space)
    seat.enter()
    assert seat.window.trial.rating.scale.score is None
    assert store.votes() == []
    seat.press(TAB)
    seat.press(Qt.Key.Key_Space)
    assert seat.window.trial.rating.scale.score == 1
    seat.press(Qt.Key.Key_4)
    assert seat.window.trial.rating.scale.button(4).hasFocus()


def test_the_time_is_that_of_the_scale_without_pauses(
    sit: Sit, study: Study, folder: Path, store: VoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("app.rating.trials.monotonic", lambda: now[0])
    seat = sit(study, folder, store)
    seat.go_to_trials()
    seat.enter()
    now[0] += 16.0  # the clip and the grey
    seat.watch()
    now[0] += 2.0
    seat.press(ESCAPE)
    now[0] += 300.0
    seat.press(ESCAPE)
    now[0] += 1.5
    seat.press(Qt.Key.Key_4)
    seat.enter()
    seat.watch()
    now[0] += 0.5
    seat.press(Qt.Key.Key_2)
    seat.enter()
    assert [vote.rating_time_ms for vote in store.votes()] == [3500, 500]


def test_a_pause_breaks_the_clip_off_and_starts_it_anew(seat: Seat, store: VoteStore) -> None:
    seat.enter()
    seat.qtbot.waitUntil(lambda: seat.window.trials.playback.phase == "clip")
    seat.card.advance(0.02)
    seat.press(ESCAPE)
    assert seat.title == "Pause"
    assert seat.window.player.state == "stopped"
    seat.press(ESCAPE)
    seat.rate(4)
    assert [(vote.rating, vote.plays) for vote in store.votes()] == [(4, 2)]
    assert records.PAUSED in kinds(store)


def test_a_pause_keeps_what_was_chosen(seat: Seat) -> None:
    seat.enter()
    seat.watch()
    seat.press(Qt.Key.Key_2)
    seat.press(ESCAPE)
    seat.enter()
    assert seat.rates
    assert seat.window.trial.rating.scale.score == 2
    assert seat.window.trial.rating.next.isEnabled()


def test_withdrawal_deletes_everything(seat: Seat, store: VoteStore) -> None:
    seat.enter()
    seat.rate(4)
    seat.press(ESCAPE)
    seat.press(TAB)
    seat.enter()
    assert seat.title == "Delete all your answers?"
    assert len(store.votes()) == 1
    seat.enter()  # the question's main button goes on with the study
    assert seat.page is seat.window.trial
    seat.press(ESCAPE)
    for _ in range(2):
        seat.press(TAB)
        seat.enter()
    assert seat.title == "Your answers are deleted"
    assert store.sessions() == []
    assert store.votes() == []
    assert store.overview().withdrawn == 1
    seat.enter()
    assert seat.outcomes == ["withdrawn"]


def test_closing_asks_and_keeps_what_was_answered(
    sit: Sit, seat: Seat, study: Study, folder: Path, store: VoteStore
) -> None:
    seat.enter()
    seat.rate(4)
    seat.window.close()
    assert seat.title == "Stop here for now?"
    assert seat.outcomes == []
    seat.press(TAB)
    seat.enter()
    assert seat.outcomes == ["left"]
    assert store.overview().partial == 1

    (record,) = store.resume_candidates()
    again = sit(study, folder, store, record)
    assert again.title == f"Welcome back, {record.subject_id}"
    again.finish(three)
    assert again.outcomes == ["done"]
    assert [vote.rating for vote in store.votes()] == [4] + [3] * (len(study.trials) - 1)
    assert records.RESUMED in kinds(store)


def test_after_a_crash_the_same_trial_comes(
    sit: Sit, seat: Seat, study: Study, folder: Path, store: VoteStore
) -> None:
    seat.enter()
    seat.rate(4)
    seat.rate(2)
    seat.watch()
    before = seat.sitting.position()
    seat.press(Qt.Key.Key_5)  # and not Enter
    store.close()
    with VoteStore.open(folder, study) as opened:
        (record,) = opened.resume_candidates()
        again = sit(study, folder, opened, record)
        again.go_to_trials()
        again.enter()
        again.watch()
        assert again.sitting.position() == before
        assert progress(again) == f"3 of {len(study.trials)}"
        assert again.window.trial.rating.scale.score is None
        again.press(Qt.Key.Key_1)
        again.enter()
        assert [vote.plays for vote in opened.votes()] == [1, 1, 2]  # also before the crash
        again.stand_up()


def test_a_replay_is_used_up_also_before_a_crash(
    sit: Sit, study: Study, folder: Path, store: VoteStore
) -> None:
    study = replace(study, replays=1)
    seat = sit(study, folder, store)
    seat.go_to_trials()
    seat.enter()
    seat.watch()
    seat.window.trial.rating.replay.click()
    seat.watch()
    seat.stand_up()
    (record,) = store.resume_candidates()
    again = sit(study, folder, store, record)
    again.go_to_trials()
    again.enter()
    again.watch()
    assert not again.window.trial.rating.replay.isVisible()
    again.press(Qt.Key.Key_1)
    again.enter()
    assert [vote.plays for vote in store.votes()] == [3]
    again.watch()
    assert again.window.trial.rating.replay.isVisible()
