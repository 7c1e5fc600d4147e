"""The participant's window by keyboard: nothing is rated unseen, nothing is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app.rating import participant
from app.rating.pages.question import QuestionPage
from app.rating.pages.volume import VolumePage
from core.rating import records
from core.rating.design import Wishes
from core.rating.schema import DiskFull
from core.rating.store import VoteStore
from core.rating.study import Study, Trial
from core.rating.study_file import read_study
from tests.app.rating.conftest import Sit
from tests.app.rating.sittings import KEYS, Seat
from tests.app.rating.studies import make_study
from tests.app.studio.fake_card import SPEAKER

PLAIN = Wishes(title="A small study", seed=7, training=False)
ESCAPE, TAB, ENTER = Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Return


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study without questions and practice; nothing in it is changed."""
    place = tmp_path_factory.mktemp("studies") / "study"
    make_study(place, PLAIN)
    return place


@pytest.fixture
def study(folder: Path) -> Study:
    return read_study(folder)


@pytest.fixture
def store(folder: Path, study: Study) -> Iterator[VoteStore]:
    """Its votes, at first none."""
    for file in folder.glob("votes*"):
        file.unlink()
    with VoteStore.open(folder, study) as opened:
        yield opened


@pytest.fixture
def seat(sit: Sit, study: Study, folder: Path, store: VoteStore) -> Seat:
    """Somebody who has come to the announcement of the first clip."""
    taken = sit(study, folder, store)
    taken.go_to_trials()
    return taken


def kinds(store: VoteStore) -> list[str]:
    return [event.kind for event in store.events()]


def three(_trial: Trial) -> int:
    return 3


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


def test_nothing_on_the_screen_tells_what_is_tested(seat: Seat, study: Study) -> None:
    told = {condition.name.lower() for condition in study.conditions}
    told |= {condition.id for condition in study.conditions}
    told |= {stimulus.clip for stimulus in study.stimuli}
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
    assert seat.window.trial.rating.scale.button(3).hasFocus()


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
        again.stand_up()


def test_a_full_disk_is_waited_for(
    seat: Seat, store: VoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.enter()
    seat.watch()
    tries: list[tuple[object, ...]] = []
    commit = store.commit_vote

    def full(*vote: object) -> None:
        tries.append(vote)
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(store, "commit_vote", full)
    seat.press(Qt.Key.Key_4)
    seat.enter()
    rating = seat.window.trial.rating
    assert "The disk is full." in rating.note.text()
    assert rating.note.isVisible()
    assert not rating.scale.isEnabled()
    seat.press(Qt.Key.Key_1)  # it is given, and stays as it was given
    seat.enter()  # Try now
    assert len(tries) == 2
    assert seat.rates
    monkeypatch.setattr(store, "commit_vote", commit)
    seat.enter()
    assert not rating.note.isVisible()
    assert [vote.rating for vote in store.votes()] == [4]
    assert len({vote[2] for vote in tries}) == 1  # the time to decide does not grow with waiting
    seat.rate(2)
    assert [vote.rating for vote in store.votes()] == [4, 2]


def test_a_full_disk_is_tried_by_itself(
    sit: Sit, study: Study, folder: Path, store: VoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participant, "RETRY_MS", 20)
    seat = sit(study, folder, store)
    begin, tries = store.begin, []

    def full(**_machine: object) -> None:
        tries.append(1)
        if len(tries) > 2:
            monkeypatch.setattr(store, "begin", begin)
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(store, "begin", full)
    seat.enter()
    assert seat.title == "Welcome"
    seat.qtbot.waitUntil(lambda: seat.title == "Your number is")
    assert len(tries) == 3
    assert store.overview().partial == 1


def test_nothing_is_stored_without_consent(
    sit: Sit, study: Study, folder: Path, store: VoteStore
) -> None:
    seat = sit(study, folder, store)
    seat.press(TAB)
    seat.enter()
    assert seat.title == "Thank you"
    seat.enter()
    assert seat.outcomes == ["declined"]
    other = sit(study, folder, store)
    other.window.close()
    assert other.outcomes == ["declined"]
    assert store.sessions() == []


def test_a_number_and_no_name_is_stored(seat: Seat, store: VoteStore) -> None:
    (record,) = store.sessions()
    assert record.subject_id == seat.sitting.subject
    machine = store.machine(record.session_id)
    assert machine["audio_device"] == "speaker"
    assert set(machine) == {"system", "release", "python", "audio_device"}


def test_the_window_takes_the_screen(seat: Seat) -> None:
    assert seat.window.windowModality() == Qt.WindowModality.ApplicationModal
    assert seat.window.isWindow()


def test_another_window_in_front_is_noted(seat: Seat, store: VoteStore) -> None:
    other = QWidget()
    seat.qtbot.addWidget(other)
    seat.enter()
    with seat.qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    with seat.qtbot.waitActive(seat.window):
        seat.window.activateWindow()
    found = kinds(store)
    assert found.index(records.FOCUS_LOST) < found.index(records.FOCUS_BACK)


def test_without_a_sound_device_it_does_not_begin(
    sit: Sit, study: Study, folder: Path, store: VoteStore
) -> None:
    seat = sit(study, folder, store)
    seat.card.present = []
    seat.enter()
    seat.enter()
    page = seat.page
    assert isinstance(page, VolumePage)
    seat.enter()
    assert page.trouble.isVisible()
    assert not page.ok.isEnabled()
    seat.card.present = [SPEAKER]
    seat.enter()
    assert page.ok.isEnabled()
    assert not page.trouble.isVisible()


@pytest.mark.usefixtures("seat")
def test_the_volume_is_noted(store: VoteStore) -> None:
    event = next(event for event in store.events() if event.kind == records.VOLUME)
    assert event.details == {"volume": 0.7}


def test_questions_before_and_after(
    sit: Sit,
    tmp_path: Path,
    qapp: object,  # noqa: ARG001
) -> None:
    folder = tmp_path / "study"
    study = make_study(folder, seconds=0.06)
    with VoteStore.open(folder, study) as store:
        seat = sit(study, folder, store)
        seat.enter()
        seat.enter()
        page = seat.page
        assert isinstance(page, QuestionPage)
        assert page.title.text() == "How old are you?"
        assert page.field is not None
        for wrong in ("", "old", "nan"):
            page.field.clear()
            seat.type(wrong)
            seat.enter()
            assert seat.page is page
        page.field.clear()
        seat.answer()
        assert seat.title == "Do you hear well with both ears?"
        seat.window.leave()

        (record,) = store.resume_candidates()
        again = sit(study, folder, store, record)
        again.enter()
        assert again.title == "Do you hear well with both ears?"  # the first is answered
        again.answer()
        for _ in range(3):
            again.enter()
        again.rate_all(three)
        assert again.title == "What did you listen with?"
        again.answer()
        again.enter()  # the last may stay empty
        assert again.title == "Thank you"
        assert {a.question: a.value for a in store.answers()} == {
            "age": "25", "hearing": "yes", "listened": "Headphones", "remarks": "",
        }  # fmt: skip
        again.enter()
        assert again.outcomes == ["done"]


def test_the_code_is_that_of_the_store(seat: Seat, study: Study, store: VoteStore) -> None:
    seat.enter()
    seat.rate_all(three)
    codes = [label.text() for label in seat.page.findChildren(QLabel)]
    assert any(records.is_code(text) for text in codes)
    assert store.finish(seat.sitting.session_id) in codes
    assert len(store.votes()) == len(study.trials)


def test_in_german(sit: Sit, tmp_path: Path) -> None:
    folder = tmp_path / "studie"
    study = make_study(folder, replace(PLAIN, language="de"))
    with VoteStore.open(folder, study) as store:
        seat = sit(study, folder, store)
        assert seat.title == "Willkommen"
        seat.go_to_trials()
        seat.enter()
        seat.watch()
        assert seat.window.trial.rating.scale.button(5).text() == "5\nSehr gut"
        seat.stand_up()


def test_a_trapping_clip_says_what_to_give(sit: Sit, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    study = make_study(folder, replace(PLAIN, trapping=True))
    with VoteStore.open(folder, study) as store:
        seat = sit(study, folder, store)
        seat.go_to_trials()
        seat.enter()
        said = []
        while (position := seat.sitting.position()) is not None:
            seat.watch()
            if position.trial.message:
                said.append((seat.title, position.trial.expected))
            seat.rate(2)
        assert said == [("Please give this clip the score 2, Poor.", 2)]
        assert [vote.passed for vote in store.votes() if vote.kind == "trapping"] == [True]
        seat.stand_up()


def test_a_clip_can_be_seen_again_as_often_as_the_study_says(
    sit: Sit, study: Study, folder: Path, store: VoteStore
) -> None:
    seat = sit(replace(study, replays=1), folder, store)
    seat.go_to_trials()
    seat.enter()
    seat.watch()
    replay = seat.window.trial.rating.replay
    assert replay.isVisible()
    seat.press(Qt.Key.Key_3)
    replay.setFocus()
    seat.enter()
    assert not seat.rates
    seat.watch()
    assert not replay.isVisible()
    assert seat.window.trial.rating.scale.score is None
    seat.press(Qt.Key.Key_5)
    seat.enter()
    assert [(vote.rating, vote.plays) for vote in store.votes()] == [(5, 2)]
    seat.watch()
    assert replay.isVisible()
