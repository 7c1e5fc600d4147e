"""What an operator may choose beyond the paper's preset, typed or clicked."""

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.rating.choices import (
    RECORDED,
    Choices,
    condition_of,
    conditions_of,
    plan_of,
    read_questions,
)
from app.rating.new_study import NewStudy
from core.errors import RatingError
from core.gains import RegionGains
from core.rating.design import PAPER, Wishes
from core.rating.study import AFTER, BALANCED, BEFORE, CHOICE, Question
from tests.app.rating.studies import make_sounds

ASKED = [
    {"id": "age", "text": "How old are you?", "kind": "number", "when": "before", "required": True},
    {"id": "ears", "text": "Headphones?", "kind": "choice", "choices": ["Yes", "No"]},
]


def test_conditions_as_they_are_typed(tmp_path: Path) -> None:
    assert conditions_of([]) == PAPER
    assert conditions_of(["combined", "recorded"]) == (PAPER[1], RECORDED)
    folder = tmp_path / "weights, new"
    found = condition_of(f"strong:name=Stronger,strength=1.5,jaw=1.2,weights={folder},emotion=sad")
    assert (found.id, found.name, found.weights) == ("strong", "Stronger", str(folder))
    assert (found.settings.strength, found.settings.emotion) == (1.5, "sad")
    assert found.settings.gains == RegionGains(1.2, 1.0, 1.0)
    assert condition_of("other:model=combined").settings.model == "combined"


@pytest.mark.parametrize(
    "text",
    ["best", "", "x:speed=2", "x:strength", "x:strength=lots", "x:strength=9", "x:model=new",
     "x:jaw=1,jaw=2", "x:emotion=bored"],
)  # fmt: skip
def test_conditions_that_cannot_be(text: str) -> None:
    with pytest.raises(RatingError, match="condition"):
        condition_of(text)


def test_all_clips_and_replays(tmp_path: Path) -> None:
    table = make_sounds(tmp_path)
    lines = table.read_text("utf-8").splitlines()
    (tmp_path / "again.wav").write_bytes((tmp_path / "sad.wav").read_bytes())
    table.write_text("\n".join([*lines, "again.wav,sad"]), "utf-8")
    one = plan_of(table, Wishes(training=False), Choices(replays=2))
    every = plan_of(table, Wishes(training=False), Choices(all_clips=True))
    three = plan_of(table, Wishes(training=False), Choices((*PAPER, condition_of("x:strength=2"))))
    assert [len(plan.study.trials) for plan in (one, every, three)] == [14, 16, 21]
    assert (one.study.replays, every.study.replays) == (2, 0)


def test_questions_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "questions.json"
    path.write_text(json.dumps(ASKED), "utf-8")
    assert read_questions(path) == (
        Question("age", "How old are you?", "number", (), BEFORE, True),
        Question("ears", "Headphones?", CHOICE, ("Yes", "No"), AFTER),
    )
    for wrong in ("", "{}", '[{"id": 3}]', "[" * 100_000, '["\\ud800"]'):
        path.write_text(wrong, "utf-8")
        with pytest.raises(RatingError, match=r"questions\.json"):
            read_questions(path)
    with pytest.raises(RatingError, match="cannot be read"):
        read_questions(tmp_path)


def test_what_the_dialog_says(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = NewStudy(tmp_path / "study")
    qtbot.addWidget(dialog)
    assert (dialog.source, dialog.target) == (None, tmp_path / "study")
    assert (dialog.wishes, dialog.choices) == (Wishes(), Choices())
    questions = tmp_path / "questions.json"
    questions.write_text(json.dumps(ASKED), "utf-8")
    dialog.more.click()
    dialog.order.setCurrentIndex(dialog.order.findData(BALANCED))
    assert not dialog.twice.isEnabled()
    dialog.gold.setChecked(True)
    dialog.questions.setText(str(questions))
    dialog.language.setCurrentIndex(dialog.language.findData("de"))
    dialog.replays.setValue(1)
    dialog.recorded.setChecked(True)
    dialog.other.setText(str(tmp_path / "mine"))
    wishes, choices = dialog.wishes, dialog.choices
    assert (wishes.order, wishes.gold, wishes.language) == (BALANCED, True, "de")
    assert [question.id for question in wishes.questions] == ["age", "ears"]
    assert [c.id for c in choices.conditions] == ["dependent", "combined", "recorded", "other"]
    assert choices.conditions[-1].weights == str(tmp_path / "mine")
    assert choices.replays == 1


def test_a_study_compares_something(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = NewStudy(tmp_path / "study")
    qtbot.addWidget(dialog)
    for box in dialog.conditions:
        box.setChecked(False)
    assert not dialog.make.isEnabled()
    dialog.conditions[1].setChecked(True)
    assert dialog.make.isEnabled()


def test_a_file_of_texts_that_cannot_be_used(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = NewStudy(tmp_path / "study")
    qtbot.addWidget(dialog)
    dialog.texts.setText(str(tmp_path / "none.txt"))
    with pytest.raises(RatingError, match=r"none\.txt"):
        _ = dialog.wishes
