"""Training on windows and table 1, on made recordings whose labels can be heard."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.corpora.utterance import Utterance
from core.errors import Cancelled, TrainingError
from core.monitor import Monitor
from core.normalisation import USUAL_FRAMES, BandStatistics, z_score
from models.evaluation.voting_material import voting_material
from models.evaluation.voting_report import gains_table, recall_table
from models.evaluation.voting_table import ROWS, Material, VotingSettings, voting_table
from models.local_cnn import LONG, PAPER, Conv, Layout, LocalCnn
from models.training.local_stretches import StretchSettings, StretchTask
from models.training.local_windows import (
    PACE,
    TRANSFER_PACE,
    FrontEnd,
    LabelledWindows,
    WindowTask,
    transferred,
)
from models.training.recordings import Recording
from models.training.schedule import paced
from tests.core.sounds import Notes

LABELS = ("apple", "biscuit", "crisp")
LITTLE = Layout((Conv(4, 3, 0.0), Conv(8, 2, 0.0), Conv(8, 2, 0.0)), 11, 2, 16, 0.1)
SMALL = VotingSettings(steps=50, source_steps=10, batch_size=16, folds=2, layout=LITTLE)


def recording(label: int, speaker: int, number: int, shift: int = 0) -> Recording:
    """A second of speech between silences, with more energy in the bands of its label."""
    choice = np.random.default_rng((label, speaker, number))
    values = choice.normal(-8, 1.0, size=(140, 40)).astype(np.float32)
    values[:, :10] += speaker * 0.3
    low = 3 + 12 * label + shift
    values[20:120, low : low + 8] += 4.0
    voiced = np.zeros(140, bool)
    voiced[20:120] = True
    audio = Path(f"{label}-{speaker}-{number}.wav")
    return Recording(Utterance(audio, "made", f"made-{speaker}", LABELS[label]), values, voiced)


def material(shift: int = 0) -> list[Recording]:
    return [recording(k, s, n, shift) for k in range(3) for s in range(5) for n in range(2)]


@pytest.fixture(scope="module")
def everything() -> Material:
    recordings = material()
    features = np.stack([r.values[r.voiced].mean(axis=0) for r in recordings])
    return Material(recordings, (material(1), material(-1)), features)


def test_the_table_has_every_row(everything: Material, tmp_path: Path) -> None:
    table = voting_table(everything, SMALL, tmp_path)
    assert table.labels == LABELS
    assert set(table.uar) == set(ROWS)
    assert all(len(values) == 2 for values in table.uar.values())
    assert table.uar["dropout"].mean() > 0.9  # chance is 0.33
    assert table.uar["ensemble"].mean() > 0.9
    shown = gains_table(table)
    assert [row[0] for row in shown.rows] == list(ROWS.values())
    gain = table.uar["dropout"].mean() - table.uar["simple"].mean()
    assert shown.rows[2][3] == pytest.approx(gain)
    assert all(len(row) == 1 + len(LABELS) for row in recall_table(table).rows)


def test_finished_cells_are_not_made_again(tmp_path: Path) -> None:
    class Stop(Monitor):
        def step(self, stage: str, done: float, total: float) -> None:
            if stage == "training transfer":
                raise Cancelled(f"enough, at {done} of {total}")

    settings = replace(SMALL, steps=3, source_steps=3)
    made = Material(material())
    with pytest.raises(Cancelled):
        voting_table(made, settings, tmp_path / "parts", Stop())
    cell = tmp_path / "parts" / "fold-1" / "dropout" / "result.npz"
    before = cell.stat().st_mtime_ns
    resumed = voting_table(made, settings, tmp_path / "parts")
    assert cell.stat().st_mtime_ns == before
    with pytest.raises(TrainingError, match="other recordings or settings"):
        voting_table(made, replace(settings, steps=4), tmp_path / "parts")
    whole = voting_table(made, settings, tmp_path / "whole")
    for row, values in whole.uar.items():
        np.testing.assert_array_equal(values, resumed.uar[row])


def test_without_copies_or_features_their_rows_are_left_out(tmp_path: Path) -> None:
    settings = VotingSettings(steps=2, source_steps=2, batch_size=8, folds=2, layout=LITTLE)
    table = voting_table(Material(material()), settings, tmp_path)
    assert set(ROWS) - set(table.uar) == {"features", "copies", "ensemble"}


def test_one_label_or_few_speakers_are_refused(tmp_path: Path) -> None:
    alike = [recording(0, s, 0) for s in range(5)]
    with pytest.raises(TrainingError, match="at least two labels"):
        voting_table(Material(alike), SMALL, tmp_path)
    few = [recording(k, 0, 0) for k in range(2)]
    with pytest.raises(TrainingError, match="at least 2 of them, and all recordings are of"):
        voting_table(Material(few), SMALL, tmp_path)


def test_two_speakers_have_nothing_to_transfer_from(tmp_path: Path) -> None:
    """Whoever is learned from is one; so it is where nobody's language is known."""
    settings = VotingSettings(steps=2, source_steps=2, batch_size=8, folds=2, layout=LITTLE)
    two = [r for r in material() if r.utterance.speaker in ("made-0", "made-1")]
    features = np.stack([r.values.mean(axis=0) for r in two])
    notes = Notes()
    table = voting_table(Material(two, (), features), settings, tmp_path / "two", notes)
    assert set(ROWS) - set(table.uar) == {"naive", "transfer", "ensemble", "copies"}
    assert "have the same speaker" in table.lacking
    assert notes.notices == [table.lacking]
    assert gains_table(table).note.endswith("a network to transfer from needs two.")
    other = replace(settings, source="language")
    table = voting_table(Material(material()), other, tmp_path / "language", most=1)
    assert "have the same language" in table.lacking
    assert all(len(values) == 1 for values in table.uar.values())  # of two folds


def test_silence_is_refused(tmp_path: Path) -> None:
    silent = [replace(r, voiced=np.zeros_like(r.voiced)) for r in material()]
    with pytest.raises(TrainingError, match="no recording holds enough speech"):
        voting_table(Material(silent), SMALL, tmp_path)
    absent = Utterance(tmp_path / "absent.wav", "made", "made-0", "apple")
    with pytest.raises(TrainingError, match="none of 1 recording can be read"):
        voting_material([absent], copies=False)


def test_windows_stand_around_speech() -> None:
    recordings = [recording(0, 0, 0), recording(1, 0, 0)]
    front = FrontEnd.of("training", recordings, recordings)
    windows = LabelledWindows.of(recordings, [0, 1], front, PAPER)
    assert len(windows.starts) == 100  # every other of 100 frames, twice
    first, labels = windows.take(np.array([0, 50]), 11)
    scores = front.scores(recordings[1])
    np.testing.assert_array_equal(first[1].numpy(), scores[15:26].T)  # around frame 20
    assert labels.tolist() == [0, 1]


def test_known_speakers_are_held_out_of_training() -> None:
    recordings = material()
    front = FrontEnd.of("training", recordings, recordings)
    windows = LabelledWindows.of(recordings, [0] * 10 + [1] * 10 + [2] * 10, front, PAPER)
    windows.values[:] = np.arange(len(windows.values))[:, None]  # each window knows its place
    task = WindowTask("made", windows, LocalCnn(3), seed=0, batch_size=256)
    places = task.batch(np.random.default_rng(0))[0][:, 0, 0].tolist()
    held = {float(windows.starts[i]) for i in task._held}
    assert len(held) == round(0.01 * len(windows.starts))
    assert not held & set(places)


def test_a_transfer_takes_what_it_says() -> None:
    torch.manual_seed(0)
    source, naive, only = LocalCnn(5), LocalCnn(3), LocalCnn(3)
    before = only.first.weight.clone()
    transferred(source, naive, convolutions_only=False)
    transferred(source, only, convolutions_only=True)
    for target in (naive, only):
        for name, weights in source.convolutions.state_dict().items():
            assert torch.equal(target.convolutions.state_dict()[name], weights)
    assert torch.equal(naive.first.weight, source.first.weight)
    assert torch.equal(naive.second.weight, source.second.weight)
    assert torch.equal(only.first.weight, before)
    same = transferred(source, LocalCnn(5), convolutions_only=False)
    assert torch.equal(same.output.weight, source.output.weight)


def test_the_pace_is_the_papers() -> None:
    schedule = paced(PACE, 400, 1, 0)
    assert (schedule.rate(0), schedule.rate(400)) == pytest.approx((0.02, 0.0001))
    assert schedule.rate(200) == pytest.approx((0.02 + 0.0001) / 2)
    assert (schedule.momentum_at(0), schedule.momentum_at(399)) == pytest.approx((0.9, 0.999))
    slower = paced(TRANSFER_PACE, 400, 1, 0)
    assert (slower.rate(0), slower.rate(400)) == pytest.approx((0.01, 0.0001))


def test_stretches_are_cut_and_repeated() -> None:
    recordings = material()
    settings = StretchSettings(frames=150, stretches=8, corpora={"made": 1.0})
    labels = [LABELS.index(r.utterance.emotion) for r in recordings]
    front = FrontEnd.of("speaker", recordings, recordings)
    network = LocalCnn(3, LONG, balanced=True)
    task = StretchTask(
        "made", recordings, labels, recordings[:3], labels[:3], front, network, settings
    )
    stretches, drawn = task.batch(np.random.default_rng(0))
    assert stretches.shape == (8, 40, 150)
    assert drawn.shape == (8,)
    assert torch.isfinite(task.loss((stretches, drawn)))
    assert set(task.validate(network.eval())) == {"score", "loss", "accuracy"}


def test_a_speaker_is_normalised_by_all_his_clips() -> None:
    recordings = material()
    alone, known = (FrontEnd.of(m, recordings, recordings) for m in ("training", "speaker"))
    own = [r for r in recordings if r.utterance.speaker == "made-4"]
    statistics = BandStatistics.of(r.values[r.voiced] for r in own)
    leaning = statistics.leaning_on(known.normalisation.training, USUAL_FRAMES)
    for recording in own:
        expected = z_score(recording.values, leaning)
        np.testing.assert_allclose(known.scores(recording), expected, atol=1e-4)
    usual, told = (
        np.concatenate([front.scores(r)[r.voiced] for r in own])[:, :10].mean()
        for front in (alone, known)
    )
    assert usual > 0.3
    assert 0 < told < usual
