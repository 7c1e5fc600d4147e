"""Training for valence and arousal: the loss, RECOLA to weights, and what a report says."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile
import torch

from core.affect import FILE
from core.corpora.recola import read_recola
from core.errors import TrainingError
from core.evaluation.continuous import concordance
from core.evaluation.report import evaluation_files
from models.affect_recogniser import AffectRecogniser
from models.evaluation import affect_report
from models.evaluation.affect_report import AffectRequest, evaluate_affect
from models.training import affect_experiments, affect_judging
from models.training.affect import AffectTask, concordance_loss
from models.training.affect_experiments import Extent, distortion
from models.training.affect_judging import Judged
from models.training.affect_material import AffectMaterial, affect_material, made_material
from models.training.affect_recipe import AffectRecipe
from models.training.affect_sessions import annotated_session
from models.training.affect_training import train_affect
from models.training.loop import fit
from models.training.schedule import Schedule
from models.valence_arousal import DownUp
from tests.core.sounds import Notes
from tests.core.test_recola import write_session
from tests.models.clips import babble
from tests.models.test_affect_sessions import SHORT, make_recordings

QUICK = Schedule(steps=2, validate_every=2, warm_up=1)
RECIPE = replace(AffectRecipe(), schedule=QUICK, composition=SHORT)


def test_the_loss_is_one_less_concordance() -> None:
    true, found = torch.tensor([[1.0, 2, 3]]), torch.tensor([[2.0, 3, 4]])
    assert concordance_loss(true, found).item() == pytest.approx(1 - 4 / 7)
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 1, 50))
    loss = concordance_loss(torch.from_numpy(one), torch.from_numpy(other)).item()
    assert loss == pytest.approx(1 - concordance(one[0], other[0]))


def test_the_loss_of_what_does_not_move_can_be_learned_from() -> None:
    found = torch.zeros(1, 10, requires_grad=True)
    concordance_loss(torch.zeros(1, 10), found).backward()  # type: ignore[no-untyped-call]
    assert found.grad is not None
    assert torch.isfinite(found.grad).all()


def test_loud_and_low_voices_are_learned(tmp_path: Path) -> None:
    recordings = [r for n in ("01", "02", "15", "17") for r in make_recordings(f"ravdess-{n}")]
    material = made_material(recordings, RECIPE)
    torch.manual_seed(0)
    task = AffectTask(
        "t", "arousal", DownUp(8), material.draw, material.stopping, material.usual,
        material.advance,
    )  # fmt: skip
    before = task.validate(task.network.eval())["ccc"]
    task.network.train()
    schedule = Schedule(steps=40, learning_rate=5e-3, warm_up=5, validate_every=40)
    after = fit(task, schedule, tmp_path).figures["ccc"]
    assert before < 0.3
    assert after > 0.7


@pytest.fixture
def recola(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(affect_judging, "RESAMPLES", 20)
    folder = tmp_path / "recola"
    for place, name in enumerate(("train_1", "train_2", "dev_1")):
        write_session(folder, name)
        sound = babble(2.0, place)
        soundfile.write(folder / "recordings_audio" / f"{name}.wav", sound, 16_000)
    return folder


def test_labels_of_recola_lie_at_the_times_of_the_frames(recola: Path) -> None:
    session = annotated_session(read_recola(recola).sessions[1])
    # its arousal is 0.5 + 0.001 a frame of 40 ms, the first of ours is at 27.5 ms
    labels = session.labels["arousal"]
    assert labels[:3] == pytest.approx(0.5 + 0.001 * (np.arange(3) + 27.5 / 40), abs=1e-6)
    assert len(labels) == -(-len(session.values) // 4)


def test_recola_becomes_weights_that_the_cascade_reads(recola: Path, tmp_path: Path) -> None:
    out, run = tmp_path / "out", tmp_path / "run"
    figures = train_affect(recola, out, run, RECIPE)
    assert AffectRecogniser.load(out) is not None
    card = (out / FILE).with_suffix(".md").read_text("utf-8")
    assert "RECOLA" in card
    assert f"| arousal_ccc | {figures['arousal_ccc']:.3f} |" in card
    again = train_affect(recola, tmp_path / "again", run, RECIPE)  # all runs are kept
    assert again == figures
    assert (tmp_path / "again" / FILE).read_bytes() == (out / FILE).read_bytes()


def test_sessions_without_ratings_teach_nothing(recola: Path, tmp_path: Path) -> None:
    (recola / "recordings_audio" / "dev_1.wav").unlink()
    with pytest.raises(TrainingError, match="needs train_ and dev_ sessions with ratings"):
        train_affect(recola, tmp_path / "out", tmp_path / "run", RECIPE)


def test_sessions_that_cannot_be_heard_are_told(recola: Path) -> None:
    """Behind a header that promises all of it, or of nothing but silence."""
    sounds = recola / "recordings_audio"
    write_session(recola, "train_3")  # of zeros
    (sounds / "train_2.wav").write_bytes((sounds / "train_2.wav").read_bytes()[:50])
    notes = Notes()
    material = affect_material([recola], RECIPE, monitor=notes)
    assert material.speakers == ("recola-train_1",)
    assert [note.split("/")[-1].split(" is left out")[0] for note in notes.notices] == [
        "train_2.wav", "train_3.wav",
    ]  # fmt: skip


def test_a_spline_brings_slow_contours_back_and_fast_ones_not() -> None:
    times = np.arange(7_500) / 25
    slow, fast = np.sin(2 * np.pi * 0.1 * times), np.sin(2 * np.pi * 2.0 * times)
    by_factor = dict(distortion([slow]))
    assert list(by_factor) == [2, 4, 8, 16, 32, 64, 128]
    assert by_factor[64] > 0.99  # 2.6 s between values, of a period of 10 s
    assert dict(distortion([fast]))[8] < 0.2  # 0.32 s of 0.5 s: less than two a period


def test_a_report_has_every_table_and_figure_of_the_paper(
    recola: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib", reason="plots need matplotlib")
    monkeypatch.setattr(affect_experiments, "SESSION", 4.0)
    monkeypatch.setattr(affect_experiments, "LENGTHS", (2, 8))
    extent = Extent(runs=2, filter_runs=1, filter_steps=1)
    request = AffectRequest((recola,), tmp_path / "run", RECIPE, extent)
    files = evaluation_files(evaluate_affect(request))
    tables = ("arousal", "valence", "smoothness", "receptive-field", "distortion", "epoch-time")
    for name in tables:
        assert f"{name}.csv" in files
    for name in ("receptive-field", "distortion", "example-arousal", "example-valence"):
        assert files[f"{name}.png"].startswith(b"\x89PNG")
    results = msgspec.json.decode(files["results.json"])
    assert [row[0] for row in results["tables"]["arousal"]["rows"]] == [
        "BLSTM, as large as Dilated", "Dilated", "Down/Up", "best constant",
    ]  # fmt: skip
    assert all(row[2] == 2 for row in results["tables"]["valence"]["rows"][:3])
    assert "dev_1" in dict(results["provenance"])["Stopped by"]
    other = replace(request, recipe=replace(RECIPE, seed=1))
    with pytest.raises(TrainingError, match="holds the work of other recordings or settings"):
        evaluate_affect(other)
    assert results["warnings"] == []  # RECOLA's labels are people's
    assert affect_report.MADE not in files["report.html"].decode()


def test_an_ensemble_may_be_smoother_than_its_runs() -> None:
    """Of two runs that bend against each other nothing is left in their mean."""
    bent = np.array([0, 1, 0, 1, 0], np.float32)
    judged = Judged([np.zeros(5, np.float32)], [np.stack([bent, -bent])])
    assert judged.single_roughness == pytest.approx(2.0)
    assert judged.figures()["roughness"] == 0.0


def test_filters_are_judged_by_the_sessions_to_stop_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(affect_experiments, "LENGTHS", (2,))
    asked: list[set[str]] = []

    def judge(_networks: object, _dimension: str, material: AffectMaterial) -> Judged:
        asked.append({session.speaker for session in material.judged})
        contour = np.arange(5, dtype=np.float32)
        return Judged([contour], [contour[None]])

    monkeypatch.setattr(affect_experiments, "judge", judge)
    recordings = [r for n in ("01", "15", "17") for r in make_recordings(f"ravdess-{n}")]
    extent = Extent(filter_runs=1, filter_steps=1)
    affect_experiments.receptive_field(made_material(recordings, RECIPE), RECIPE, extent, tmp_path)
    assert asked == [{"ravdess-15"}, {"ravdess-15"}]
