"""The training loop: resumable to the bit, stopped early, never past a NaN."""

import json
import resource
import signal
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.errors import Cancelled, ExportError, TrainingError
from core.monitor import Monitor
from models.training.loop import Batch, Schedule, fit


def network() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 1))


@dataclass
class Line:
    """Learn the sum of four numbers."""

    name: str = "line"
    network: nn.Module = field(default_factory=network)
    score: float | None = None  # a fixed score instead of the real one
    poison: int = -1  # the draw that turns to NaN
    drawn: int = 0

    def batch(self, choice: np.random.Generator) -> Batch:
        self.drawn += 1
        numbers = torch.from_numpy(choice.normal(size=(32, 4)).astype(np.float32))
        if self.drawn == self.poison:
            numbers[0, 0] = float("nan")
        return numbers, numbers.sum(dim=1, keepdim=True)

    def loss(self, batch: Batch) -> Tensor:
        numbers, sums = batch
        error: Tensor = (self.network(numbers) - sums).square().mean()
        return error

    def validate(self, network: nn.Module) -> dict[str, float]:
        if self.score is not None:
            return {"score": self.score}
        numbers = torch.linspace(-1, 1, 40).reshape(10, 4)
        with torch.no_grad():
            return {"score": -float((network(numbers) - numbers.sum(1, keepdim=True)).abs().mean())}


class StopAt(Monitor):
    def __init__(self, step: int) -> None:
        self.at = step

    def step(self, stage: str, done: float, total: float) -> None:
        if done == self.at:
            raise Cancelled(f"{stage} at {done} of {total}")


SCHEDULE = Schedule(steps=60, learning_rate=1e-2, warm_up=5, validate_every=10, patience=100)


def weights(task: Line) -> Tensor:
    return torch.cat([tensor.flatten() for tensor in task.network.state_dict().values()])


def test_it_learns(tmp_path: Path) -> None:
    task = Line()
    before = task.validate(task.network.eval())["score"]
    fitted = fit(task, SCHEDULE, tmp_path)
    assert fitted.figures["score"] > before / 2
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [10, 20, 30, 40, 50, 60]


def test_stopped_and_resumed_is_equal_to_the_bit(tmp_path: Path) -> None:
    whole = Line()
    fit(whole, SCHEDULE, tmp_path / "whole")
    with pytest.raises(Cancelled):
        fit(Line(), SCHEDULE, tmp_path / "parts", StopAt(37))
    resumed = Line()
    fit(resumed, SCHEDULE, tmp_path / "parts")
    assert torch.equal(weights(resumed), weights(whole))


def test_what_is_stopped_is_kept_at_that_step(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        fit(Line(), SCHEDULE, tmp_path, StopAt(37))
    with pytest.raises(Cancelled):  # so nothing before the 37th is done again
        fit(Line(poison=1), SCHEDULE, tmp_path, StopAt(37))
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [10, 20, 30]


def test_the_log_of_lost_steps_is_taken_back(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        fit(Line(), SCHEDULE, tmp_path, StopAt(27))
    kept = (tmp_path / "state.pt").read_bytes()
    with pytest.raises(Cancelled):
        fit(Line(), SCHEDULE, tmp_path, StopAt(47))
    (tmp_path / "state.pt").write_bytes(kept)  # as after a kill
    with (tmp_path / "log.jsonl").open("a") as log:
        log.write('{"step": 5')
    fit(Line(), SCHEDULE, tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [10, 20, 30, 40, 50, 60]


MILDE = Schedule(
    steps=60, optimiser="nesterov", learning_rate=0.02, last_rate=0.005, decay="linear",
    warm_up=0, average=0.0, validate_every=10, patience=100,
)  # fmt: skip


def test_nesterovs_momentum_and_a_linear_decay(tmp_path: Path) -> None:
    assert [MILDE.rate(step) for step in (0, 30, 60)] == pytest.approx([0.02, 0.01005, 0.0001])
    assert MILDE.momentum_at(0) == 0.9
    assert MILDE.momentum_at(59) == pytest.approx(0.999)
    whole, resumed = Line(), Line()
    fit(whole, MILDE, tmp_path / "whole")
    with pytest.raises(Cancelled):
        fit(Line(), MILDE, tmp_path / "parts", StopAt(37))
    fit(resumed, MILDE, tmp_path / "parts")
    assert torch.equal(weights(resumed), weights(whole))


def test_without_an_average_the_weights_are_the_last(tmp_path: Path) -> None:
    rising = Line()  # no step is taken back: what is kept is what plain steps of torch give
    plain = Schedule(steps=3, warm_up=0, validate_every=3, average=0.0, seed=4)
    fit(rising, plain, tmp_path)
    network_ = network().train()
    optimiser = torch.optim.AdamW(network_.parameters(), weight_decay=0.0)
    for step in range(3):
        numbers, sums = Line().batch(np.random.default_rng((4, step)))
        torch.manual_seed(4 * 1_000_003 + step)
        optimiser.param_groups[0]["lr"] = plain.rate(step)
        optimiser.zero_grad()
        (network_(numbers) - sums).square().mean().backward()
        torch.nn.utils.clip_grad_norm_(network_.parameters(), 1.0)
        optimiser.step()
    expected = torch.cat([tensor.flatten() for tensor in network_.state_dict().values()])
    assert torch.equal(weights(rising), expected)


def test_another_seed_gives_other_weights(tmp_path: Path) -> None:
    first, second = Line(), Line()
    fit(first, SCHEDULE, tmp_path / "a")
    fit(second, Schedule(steps=60, learning_rate=1e-2, warm_up=5, seed=1), tmp_path / "b")
    assert not torch.equal(weights(first), weights(second))


def test_a_loss_that_is_no_number_stops(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="the loss of line became nan at step 11"):
        fit(Line(poison=12), SCHEDULE, tmp_path)


def test_weights_that_end_as_no_numbers_are_not_kept(tmp_path: Path) -> None:
    leap = Schedule(steps=1, learning_rate=1e6, weight_decay=1e36, warm_up=0, average=0.0)
    with pytest.raises(TrainingError, match="largest weight of line became inf at step 1"):
        fit(Line(), leap, tmp_path)
    assert not (tmp_path / "state.pt").exists()


def test_a_full_disk_is_told_and_the_state_before_stays(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        fit(Line(), SCHEDULE, tmp_path, StopAt(27))
    kept = (tmp_path / "state.pt").read_bytes()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(kept) // 2, limit[1]))
    try:
        with pytest.raises(ExportError, match="Cannot write"):
            fit(Line(), SCHEDULE, tmp_path, StopAt(47))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert (tmp_path / "state.pt").read_bytes() == kept


def test_it_stops_when_nothing_gets_better(tmp_path: Path) -> None:
    patient = Schedule(steps=1000, warm_up=5, validate_every=10, patience=2)
    fitted = fit(Line(score=0.5), patient, tmp_path)
    last = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert fitted.step == 10
    assert last["step"] == 30


def test_a_damaged_state_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "state.pt").write_bytes(b"not a state")
    with pytest.raises(TrainingError, match=r"state\.pt cannot be resumed"):
        fit(Line(), SCHEDULE, tmp_path)
