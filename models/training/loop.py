"""One training loop for every network: seeded, resumable, stopped early, never past a NaN.

All chance in a step comes from the seed and the step's number, so a run that was
killed and resumed ends with the weights of one that was not (on a CPU, with as many
threads).
"""

import math
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from core.atomic import make_folder
from core.errors import Cancelled, TrainingError
from core.monitor import SILENT, Monitor
from models.training.kept_state import State, keep, log, resume
from models.training.schedule import Schedule as Schedule  # in the signature of `fit`

STATE_SECONDS = 60.0  # of work that a kill costs at most, and one step
CPU = torch.device("cpu")

Batch = tuple[Tensor, ...]


class Task(Protocol):
    """What is trained: a network, random batches with their loss, and how good it is."""

    name: str
    network: nn.Module

    def batch(self, choice: np.random.Generator) -> Batch:
        """Draw one batch with `choice`; runs beside the network's work, on another thread."""

    def loss(self, batch: Batch) -> Tensor:
        """The loss of that batch, which is where the network is."""

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Figures on the validation set; "score" is the one to rise, "loss" is for curves.

        The network may be on a GPU.
        """


@dataclass(frozen=True, slots=True)
class Fitted:
    """The end of a run: the task's network, on the CPU, holds the best averaged weights."""

    figures: dict[str, float]
    step: int  # of the best weights


def fit(
    task: Task,
    schedule: Schedule,
    run: Path,
    monitor: Monitor = SILENT,
    device: torch.device = CPU,
) -> Fitted:
    """Train; `run` is a folder for the state (resumed when there) and `log.jsonl`.

    The state is kept at every validation, once a minute, and when the monitor stops the
    work, which it can do between steps. Raises TrainingError when the loss is no longer
    a number.
    """
    make_folder(run)
    torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False
    network = task.network.to(device)
    optimiser = _optimiser(network, schedule)
    state = resume(run, network, optimiser) or State(average=_copy(network.state_dict()))
    with closing(_Batches(task, schedule.seed, device)) as batches:
        _go_on(task, schedule, run, state, optimiser, batches, monitor)
    network.load_state_dict(state.best or state.average)
    network.to(CPU)
    return Fitted(task.validate(network.eval()), state.best_step)


def _go_on(
    task: Task,
    schedule: Schedule,
    run: Path,
    state: State,
    optimiser: torch.optim.Optimizer,
    batches: "_Batches",
    monitor: Monitor,
) -> None:
    """Steps from where `state` is to the end."""
    since = time.monotonic()
    while state.step < schedule.steps and not _stalled(state, schedule):
        try:
            _tell(monitor, task, state, schedule)
        except (Cancelled, KeyboardInterrupt):
            keep(run, state, task.network, optimiser)
            monitor.notice(
                f"{task.name} stopped after step {state.step} of {schedule.steps}; "
                f"resumed, it goes on from what is kept in '{run}'"
            )
            raise
        began = time.monotonic()
        batch = batches.take(state.step)
        state.loss_sum += _step(task, optimiser, schedule, state.step, batch)
        state.losses += 1
        state.step += 1
        _follow(state.average, task.network, state.step, schedule.average)
        state.seconds += time.monotonic() - began
        validated = state.step % schedule.validate_every == 0 or state.step == schedule.steps
        if validated:
            _validate(task, state)
            line = {"step": state.step, "loss": state.loss_sum / state.losses}
            log(run, line | {"seconds_per_step": state.seconds / state.step} | _told(state))
            state.losses, state.loss_sum = 0, 0.0
        if validated or time.monotonic() - since > STATE_SECONDS:
            keep(run, state, task.network, optimiser)
            since = time.monotonic()


def _optimiser(network: nn.Module, schedule: Schedule) -> torch.optim.Optimizer:
    rate, decay = schedule.learning_rate, schedule.weight_decay
    if schedule.optimiser == "nesterov":
        momentum = schedule.momentum_at(0)
        return torch.optim.SGD(
            network.parameters(), rate, momentum, weight_decay=decay, nesterov=True
        )
    return torch.optim.AdamW(network.parameters(), rate, weight_decay=decay, fused=True)


def _tell(monitor: Monitor, task: Task, state: State, schedule: Schedule) -> None:
    if state.losses:
        monitor.figures({"loss": state.loss_sum / state.losses} | _told(state))
    monitor.step(f"training {task.name}", state.step, schedule.steps)


def _told(state: State) -> dict[str, float]:
    """The figures of the last validation; its loss beside that of training."""
    return {("validation_loss" if k == "loss" else k): v for k, v in state.figures.items()}


class _Batches:
    """Draws the next batch while the network works on this one."""

    def __init__(self, task: Task, seed: int, device: torch.device) -> None:
        self._task, self._seed, self._device = task, seed, device
        self._worker = ThreadPoolExecutor(1, "batches")
        self._next: tuple[int, Future[Batch]] | None = None

    def _draw(self, step: int) -> Future[Batch]:
        choice = np.random.default_rng((self._seed, step))
        return self._worker.submit(self._task.batch, choice)

    def take(self, step: int) -> Batch:
        """The batch of a step; the one after it is begun."""
        ready = self._next if self._next and self._next[0] == step else (step, self._draw(step))
        self._next = (step + 1, self._draw(step + 1))
        return tuple(part.to(self._device) for part in ready[1].result())

    def close(self) -> None:
        """Nothing more is drawn."""
        self._worker.shutdown(wait=True, cancel_futures=True)


def _step(
    task: Task, optimiser: torch.optim.Optimizer, schedule: Schedule, step: int, batch: Batch
) -> float:
    torch.manual_seed(schedule.seed * 1_000_003 + step)  # dropout
    for group in optimiser.param_groups:
        group["lr"] = schedule.rate(step)
        if "nesterov" in group:
            group["momentum"] = schedule.momentum_at(step)
    task.network.train()
    loss = task.loss(batch)
    value = loss.item()
    _check_finite(value, f"loss of {task.name}", step)
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(task.network.parameters(), schedule.gradient_norm)
    optimiser.step()
    return value


def _copy(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in tensors.items()}


def _follow(average: dict[str, Tensor], network: nn.Module, step: int, most: float) -> None:
    """Move the running mean of weights; it starts short, so that the beginning is forgotten."""
    weight = min(most, (1 + step) / (10 + step))
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if weight and tensor.is_floating_point():
                average[name].lerp_(tensor, 1 - weight)
            else:
                average[name].copy_(tensor)


def _validate(task: Task, state: State) -> None:
    # A last step may spoil weights that no loss is computed of any more.
    largest = [t.abs().max().float() for t in state.average.values() if t.numel()]
    _check_finite(float(torch.stack(largest).max()), f"largest weight of {task.name}", state.step)
    current = _copy(task.network.state_dict())
    task.network.load_state_dict(state.average)
    state.figures = task.validate(task.network.eval())
    _check_finite(state.figures.get("loss", 0.0), f"validation loss of {task.name}", state.step)
    task.network.load_state_dict(current)
    if state.figures["score"] > state.best_score:
        state.best_score, state.best_step = state.figures["score"], state.step
        state.best = {name: tensor.cpu().clone() for name, tensor in state.average.items()}


def _check_finite(value: float, what: str, step: int) -> None:
    if not math.isfinite(value):
        raise TrainingError(
            f"the {what} became {value} at step {step}; "
            "the last good state is kept: lower the learning rate, or look for damaged recordings"
        )


def _stalled(state: State, schedule: Schedule) -> bool:
    return state.step - state.best_step >= schedule.patience * schedule.validate_every
