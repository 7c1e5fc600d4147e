"""Making a study in the operator's window."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.rating.new_study import NewStudy
from app.rating.operator import OperatorWindow
from tests.app.rating.operators import PATIENCE, told


def test_three_clicks_to_the_papers_study(
    operator: OperatorWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    operator.actions_by_name["new"].trigger()
    (dialog,) = operator.findChildren(NewStudy)
    dialog.folder.setText(str(tmp_path / "paper"))
    worked: list[bool] = []
    operator.working.connect(worked.append)
    dialog.make.click()
    assert operator.page.is_busy
    assert not operator.actions_by_name["new"].isEnabled()
    qtbot.waitUntil(lambda: operator.opened is not None, timeout=PATIENCE)
    assert operator.opened is not None
    study = operator.opened.study
    assert len(study.trials) == 14
    assert len(study.training) == 5
    assert {c.id for c in study.conditions} >= {"dependent", "combined"}
    assert worked == [True, False]
    assert operator.page.start.isEnabled()


def test_making_can_be_cancelled(operator: OperatorWindow, qtbot: QtBot, tmp_path: Path) -> None:
    operator.actions_by_name["new"].trigger()
    (dialog,) = operator.findChildren(NewStudy)
    dialog.folder.setText(str(tmp_path / "paper"))
    dialog.make.click()
    operator.page.cancel.click()
    qtbot.waitUntil(lambda: not operator.page.is_busy, timeout=PATIENCE)
    assert operator.opened is None
    assert not (tmp_path / "paper").exists()


def test_a_folder_that_is_no_corpus_is_told(
    operator: OperatorWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    operator.actions_by_name["new"].trigger()
    (dialog,) = operator.findChildren(NewStudy)
    dialog.own.setChecked(True)
    assert not dialog.make.isEnabled()  # of which recordings?
    dialog.path.setText(str(tmp_path))
    dialog.folder.setText(str(tmp_path / "new"))
    dialog.make.click()
    qtbot.waitUntil(lambda: "is no corpus" in told(operator), timeout=PATIENCE)
    assert not (tmp_path / "new").exists()
