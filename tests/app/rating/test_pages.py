"""The pages around the clips, by keyboard: consent, questions, volume, other trials, the end."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

from app.rating import participant
from app.rating.pages.page import Page
from app.rating.pages.question import QuestionPage
from app.rating.pages.scale import score_of
from app.rating.pages.volume import VolumePage
from core.rating import records
from core.rating.design import Wishes
from core.rating.schema import DiskFull
from core.rating.store import VoteStore
from core.rating.study import Study
from tests.app.rating.conftest import Sit
from tests.app.rating.sittings import Seat, three
from tests.app.rating.studies import PLAIN, QUESTIONS, make_study
from tests.app.studio.fake_card import SPEAKER

TAB = Qt.Key.Key_Tab


def kinds(store: VoteStore) -> list[str]:
    return [event.kind for event in store.events()]


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


def test_who_declines_while_the_disk_is_full_is_not_stored_later(
    sit: Sit, study: Study, folder: Path, store: VoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participant, "RETRY_MS", 5)
    seat = sit(study, folder, store)
    begin = store.begin
    monkeypatch.setattr(store, "begin", full)
    seat.enter()
    assert isinstance(seat.page, Page)
    assert "The disk is full." in seat.page.note.text()
    monkeypatch.setattr(store, "begin", begin)  # there is room again
    seat.press(TAB)
    seat.enter()
    assert seat.title == "Thank you"
    seat.qtbot.wait(50)  # ten retries
    assert store.sessions() == []
    seat.enter()
    assert seat.outcomes == ["declined"]


def full(*_what: object, **_more: object) -> None:
    raise DiskFull("The disk is full.")


def test_questions_that_cannot_be_read_are_not_skipped(
    sit: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "study"
    study = make_study(folder, Wishes(seed=7, questions=QUESTIONS, training=False))
    with VoteStore.open(folder, study) as store:
        seat = sit(study, folder, store)
        answers, finish = store.answers, store.finish
        seat.enter()
        monkeypatch.setattr(store, "answers", full)
        for _ in range(3):  # Next, and Next again
            seat.enter()
            assert seat.title == "Your number is"
        monkeypatch.setattr(store, "answers", answers)
        seat.enter()
        assert seat.title == "How old are you?"
        for _ in range(2):
            seat.answer()
        for _ in range(3):
            seat.enter()
        monkeypatch.setattr(store, "answers", full)
        seat.rate_all(three)
        assert seat.rates
        monkeypatch.setattr(store, "answers", answers)
        seat.enter()
        seat.answer()
        monkeypatch.setattr(store, "finish", full)
        for _ in range(3):
            seat.enter()
            assert isinstance(seat.page, QuestionPage)
        monkeypatch.setattr(store, "finish", finish)
        seat.enter()
        assert seat.title == "Thank you"
        assert len(store.answers()) == len(QUESTIONS)
        seat.stand_up()


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


NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("platform", "key", "modifiers", "scan", "virtual", "text", "score"),
    [
        ("xcb", Qt.Key.Key_4, NONE, 13, 0x34, "4", 4),
        ("xcb", Qt.Key.Key_4, Qt.KeyboardModifier.KeypadModifier, 83, 0xFFB4, "4", 4),
        ("xcb", Qt.Key.Key_Ampersand, NONE, 10, 0x26, "&", 1),  # French
        ("wayland", Qt.Key.Key_ParenLeft, NONE, 14, 0x28, "(", 5),
        ("windows", Qt.Key.Key_QuoteDbl, NONE, 4, 0x33, '"', 3),
        ("windows", Qt.Key.Key_Eacute, NONE, 3, 0x32, "é", 2),
        ("cocoa", Qt.Key.Key_ParenLeft, NONE, 0, 23, "(", 5),
        ("offscreen", Qt.Key.Key_Apostrophe, NONE, 0, 0, "'", 4),
        ("xcb", Qt.Key.Key_2, SHIFT, 11, 0x32, "2", 2),  # French with Shift
        ("xcb", Qt.Key.Key_Exclam, SHIFT, 10, 0x21, "!", None),  # English with Shift
        ("xcb", Qt.Key.Key_Apostrophe, NONE, 48, 0x27, "'", None),  # English, beside Enter
        ("cocoa", Qt.Key.Key_Apostrophe, NONE, 0, 39, "'", None),
        ("windows", Qt.Key.Key_Escape, NONE, 1, 0x1B, "", None),
        ("xcb", Qt.Key.Key_0, NONE, 19, 0x30, "0", None),
        ("xcb", Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier, 12, 0x33, "", None),
        ("xcb", Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier, 12, 0x33, "3", None),
        ("xcb", Qt.Key.Key_3, Qt.KeyboardModifier.MetaModifier, 12, 0x33, "3", None),
    ],
)
def test_number_keys_of_any_keyboard(
    platform: str, key: Qt.Key, modifiers: Qt.KeyboardModifier, scan: int, virtual: int,
    text: str, score: int | None,
) -> None:  # fmt: skip
    pressed = QKeyEvent(QEvent.Type.KeyPress, key.value, modifiers, scan, virtual, 0, text)
    assert score_of(pressed, platform) == score
