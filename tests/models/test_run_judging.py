"""Folds and finished runs: judged by the paper's equations, on recordings not learned from."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from core.clip import SAMPLE_RATE
from core.corpora.splits import Split
from core.corpora.utterance import Utterance, short_names
from core.errors import CheckpointError, ReportError
from models.evaluation.finished import Run, judge_runs
from models.evaluation.fold_sections import fold_report
from models.evaluation.folds import TEST, VALIDATION, FoldFindings, FoldRequest, judge_folds
from models.evaluation.run_judging import Asked, RunFindings, judge_recordings
from models.evaluation.run_networks import RunNetworks
from models.training import copies
from models.training.face_shapes import face_shapes
from models.training.lesson import heard_clip
from models.training.motion import estimate_motion
from models.training.recordings import Recording
from models.training.waveforms import Copies, varied
from tests.models.clips import babble
from tests.models.training_sets import make_recipe, make_recording

DSRN = make_recipe("dsrn", name="faces", epochs=1)
DERN = make_recipe("dern", name="ears", epochs=1)
SPLIT = Split("b and c out", train=(0, 1), validation=(2, 3), test=(4, 5))


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[Recording]:
    """Two emotions by three speakers, with faces and sounds."""
    folder = tmp_path_factory.mktemp("sounds")
    result: list[Recording] = []
    for speaker in ("a", "b", "c"):
        for emotion in ("angry", "sad"):
            recording = make_recording(speaker, emotion, face=True)
            path = folder / speaker / recording.utterance.audio.name
            path.parent.mkdir(exist_ok=True)
            soundfile.write(path, 0.3 * babble(0.6, len(result)), SAMPLE_RATE)
            utterance = replace(recording.utterance, audio=path)
            result.append(replace(recording, utterance=utterance))
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("folds")


@pytest.fixture(scope="module")
def fold(recordings: list[Recording], folder: Path) -> FoldFindings:
    """Ears and faces, trained on the first speaker."""
    request = FoldRequest(folder, "cpu", allow_missing=True)
    (found,) = judge_folds([DERN, DSRN], recordings, [SPLIT], request)
    return found


def test_a_fold_judges_what_it_has_not_learned_from(fold: FoldFindings) -> None:
    assert [(j.part, j.speaker) for j in fold.found.judged] == [
        (VALIDATION, "made-b"), (VALIDATION, "made-b"), (TEST, "made-c"), (TEST, "made-c"),
    ]  # fmt: skip
    assert {row.speaker for row in fold.found.moved} == {"made-c"}
    assert fold.sizes == (2, 2, 2)
    assert set(fold.curves) == {"dern", "dsrn-combined", "dsrn-angry", "dsrn-sad"}


def test_errors_are_those_of_the_networks_in_the_space_of_the_training(
    fold: FoldFindings, recordings: list[Recording]
) -> None:
    networks = RunNetworks.read(fold.runs[1:])
    assert networks.recogniser is None
    assert networks.faces is not None
    shapes = face_shapes(recordings[:2], recordings[2:])
    for index in SPLIT.test:
        own = recordings[index]
        assert own.face is not None
        rows = [r for r in fold.found.moved if r.emotion == own.utterance.emotion]
        for method, name in (("true emotion", own.utterance.emotion), ("all combined", "combined")):
            network, normalisation = networks.faces.networks[name]
            motion = estimate_motion(network, heard_clip(own, "test"), normalisation, 1.0)
            error = np.square((motion - shapes.parameters(own))[own.face.seen]).mean()
            (found,) = (row for row in rows if row.method == method)
            assert found.pca == pytest.approx(float(error), rel=1e-3)


def test_the_cascade_is_equation_5_on_whole_motions(
    fold: FoldFindings, recordings: list[Recording]
) -> None:
    """By hand from what was heard; without a face for what was heard there is no cascade."""
    networks = RunNetworks.read(fold.runs)
    assert networks.faces is not None
    shapes = face_shapes(recordings[:2], recordings[2:])
    own = recordings[4]
    assert own.face is not None
    wanted = shapes.parameters(own)
    clip = heard_clip(own, "test")
    name = short_names([recording.utterance for recording in recordings])[own.utterance]
    (heard,) = (j for j in fold.found.judged if j.utterance == name)
    order = np.argsort(-np.array(heard.shares), kind="stable")[:2]
    names = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
    first, second = (names[i] for i in order)
    p_first, p_second = (heard.shares[i] for i in order)
    p_second = 0.0 if p_first > 0.65 else p_second
    rows = [r for r in fold.found.moved if (r.method, r.emotion) == ("cascade", "angry")]
    if not {first, second} <= set(networks.faces.networks):
        assert rows == []
        return
    fused = sum(
        p / (p_first + p_second) * networks.faces.motion(name, clip, {})
        for name, p in ((first, p_first), (second, p_second))
    )
    error = np.square((fused - wanted)[own.face.seen]).mean()
    assert rows[0].pca == pytest.approx(float(error), rel=1e-3)


def test_what_is_finished_is_read_and_not_trained_again(
    fold: FoldFindings, recordings: list[Recording], folder: Path
) -> None:
    kept = {p: p.stat().st_mtime_ns for p in folder.rglob("*.safetensors")}
    assert len(kept) == 4
    request = FoldRequest(folder, "cpu", allow_missing=True)
    (again,) = judge_folds([DERN, DSRN], recordings, [SPLIT], request)
    assert again.found.judged == fold.found.judged
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*.safetensors")} == kept


def test_changed_copies_are_made_once_for_all_folds(
    recordings: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = make_recipe(epochs=1, augmentation=Copies(copies=1, gain=(-6.0, -3.0)))
    splits = [replace(SPLIT, name=name, validation=own, test=()) for name, own in
              (("b out", (2, 3)), ("c out", (4, 5)))]  # fmt: skip
    request = FoldRequest(tmp_path / "folds", "cpu", allow_missing=True, cache=tmp_path / "kept")
    made = []

    def counted(*given: Any) -> Any:
        made.append(given)
        return varied(*given)

    monkeypatch.setattr(copies, "varied", counted)
    judge_folds([recipe], recordings, splits, request)
    assert len(made) == len(SPLIT.train)
    assert len(list((tmp_path / "kept").iterdir())) == len(SPLIT.train)


def test_the_report_has_every_table(fold: FoldFindings) -> None:
    report = fold_report("t", "paper", [fold], ["made"], [], plots=False)
    names = [table.name for table in report.tables]
    assert names[:2] == ["table3-validation", "table3-validation-confusion-made"]
    assert {"table3-test", "table4", "figure5", "motion-mouth", "figure4"} <= set(names)
    assert report.warnings[0] == "made"
    assert "Speakers of the validation and of the test were trained on too" in report.warnings[1]


def test_runs_of_faces_beside_runs_that_hear_are_reported(fold: FoldFindings) -> None:
    curves = {name: c for name, c in fold.curves.items() if name.startswith("dsrn-")}
    faces = replace(fold, name="faces", found=RunFindings([], fold.found.moved), curves=curves)
    heard = replace(fold, name="heard", found=RunFindings(fold.found.judged, []))
    report = fold_report("t", "", [faces, heard], [], [], plots=False)
    assert {"table3-test", "table4", "figure4"} <= {table.name for table in report.tables}


def test_figure_4_is_what_the_runs_wrote_down(fold: FoldFindings) -> None:
    text = (fold.runs[1] / "dsrn-combined" / "log.jsonl").read_text("utf-8")
    lines = [json.loads(line)["mse"] for line in text.splitlines()]
    assert lines
    assert fold.curves["dsrn-combined"].errors == pytest.approx(lines)


def test_finished_runs_are_judged_on_their_test_and_on_people_they_never_met(
    fold: FoldFindings, recordings: list[Recording], tmp_path: Path
) -> None:
    path = recordings[5].utterance.audio.rename(recordings[5].utterance.audio.with_name("n.wav"))
    stranger = replace(recordings[5], utterance=Utterance(path, "made", "made-z", "sad"))
    runs = [Run.read(run) for run in fold.runs]
    (found,) = judge_runs(runs, [*recordings[:5], stranger], "cpu")
    assert found.sizes == (2, 2, 1)
    assert {(row.speaker, row.corpus) for row in found.found.moved} == {
        ("made-c", "made"), ("made-z", "made (never met)"),
    }  # fmt: skip
    with pytest.raises(ReportError, match="None of the recordings is of the validation or"):
        judge_runs(runs, recordings[:2], "cpu")
    copies = [
        replace(r, utterance=replace(r.utterance, audio=tmp_path / r.utterance.audio.name))
        for r in recordings[:4]
    ]
    with pytest.raises(ReportError, match="or of speakers it never met"):
        judge_runs(runs, copies, "cpu")


def test_without_the_training_s_faces_mean_faces_are_laid_over_each_other(
    fold: FoldFindings, recordings: list[Recording]
) -> None:
    networks = RunNetworks.read(fold.runs[1:])
    asked = Asked([(TEST, 0)], (TEST,), lambda u: u.corpus)
    found = judge_recordings(networks, recordings[4:5], asked, torch.device("cpu"))
    assert [row.method for row in found.moved] == ["true emotion", "all combined"]
    assert all(np.isfinite(row.figures.error) for row in found.moved)


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no finished networks in"):
        RunNetworks.read([tmp_path])
    with pytest.raises(ReportError, match="is no run of `visemo train`"):
        Run.read(tmp_path)
