"""One training loop for every network: seeded, resumable, stopped early, never past a NaN.

All chance in a step comes from the seed and the step's number, so a run that was
killed and resumed ends with the weights of one that was not.
"""

import json
import math
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from pickle import UnpicklingError  # what torch raises; nothing is unpickled here
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from core.atomic import atomic_binary
from core.errors import TrainingError
from core.monitor import SILENT, Monitor

AVERAGE = 0.998  # of the running mean of weights, which is what is validated and kept
GRADIENT_NORM = 1.0
LAST_RATE = 0.01  # of the learning rate, at the end of the cosine


Batch = tuple[Tensor, ...]


class Task(Protocol):
    """What is trained: a network, random batches with their loss, and how good it is."""

    name: str
    network: nn.Module

    def batch(self, choice: np.random.Generator) -> Batch:
        """Draw one batch with `choice`; runs beside the network's work, on another thread."""

    def loss(self, batch: Batch) -> Tensor:
        """The loss of that batch."""

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Figures on the validation set; "score" is the one to rise."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast."""

    steps: int
    learning_rate: float = 1e-3
    warm_up: int = 100  # steps
    weight_decay: float = 0.0
    validate_every: int = 400  # steps; the state is kept on disk as often
    patience: int = 4  # validations without a better score before it stops
    seed: int = 0

    def rate(self, step: int) -> float:
        """Linear rise, then a cosine."""
        if step < self.warm_up:
            return self.learning_rate * (step + 1) / self.warm_up
        done = (step - self.warm_up) / max(1, self.steps - self.warm_up)
        low = LAST_RATE * self.learning_rate
        return low + (self.learning_rate - low) * 0.5 * (1 + math.cos(math.pi * done))


@dataclass
class _State:
    step: int = 0
    best_score: float = -math.inf
    best_step: int = 0
    best: dict[str, Tensor] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The end of a run: the task's network holds the best averaged weights."""

    figures: dict[str, float]
    step: int  # of the best weights


def fit(task: Task, schedule: Schedule, run: Path, monitor: Monitor = SILENT) -> Fitted:
    """Train; `run` is a folder for the state (resumed when there) and `log.jsonl`.

    Raises TrainingError when the loss is no longer a number.
    """
    run.mkdir(parents=True, exist_ok=True)
    network = task.network
    optimiser = torch.optim.AdamW(
        network.parameters(), schedule.learning_rate, weight_decay=schedule.weight_decay
    )
    average = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    state = _State(best=average)
    state_file = run / "state.pt"
    if state_file.is_file():
        state, average = _resume(state_file, network, optimiser)
    began, first = time.monotonic(), state.step
    recent: list[float] = []
    batches = _Batches(task, schedule.seed)
    while state.step < schedule.steps and not _stalled(state, schedule):
        monitor.step(f"training {task.name}", state.step, schedule.steps)
        recent.append(_step(task, optimiser, schedule, state.step, batches.take(state.step)))
        state.step += 1
        _follow(average, network, state.step)
        if state.step % schedule.validate_every == 0 or state.step == schedule.steps:
            _validate(task, state, average)
            speed = (time.monotonic() - began) / (state.step - first)
            line = {"step": state.step, "loss": float(np.mean(recent)), "seconds_per_step": speed}
            _log(run / "log.jsonl", line | state.figures)
            recent = []
            _keep(state_file, state, average, network, optimiser)
    network.load_state_dict(state.best)
    return Fitted(task.validate(network.eval()), state.best_step)


class _Batches:
    """Draws the next batch while the network works on this one."""

    def __init__(self, task: Task, seed: int) -> None:
        self._task, self._seed = task, seed
        self._worker = ThreadPoolExecutor(1, "batches")
        self._next: tuple[int, Future[Batch]] | None = None

    def _draw(self, step: int) -> Future[Batch]:
        choice = np.random.default_rng((self._seed, step))
        return self._worker.submit(self._task.batch, choice)

    def take(self, step: int) -> Batch:
        """The batch of a step; the one after it is begun."""
        ready = self._next if self._next and self._next[0] == step else (step, self._draw(step))
        self._next = (step + 1, self._draw(step + 1))
        return ready[1].result()


def _step(
    task: Task, optimiser: torch.optim.Optimizer, schedule: Schedule, step: int, batch: Batch
) -> float:
    torch.manual_seed(schedule.seed * 1_000_003 + step)  # dropout
    for group in optimiser.param_groups:
        group["lr"] = schedule.rate(step)
    task.network.train()
    loss = task.loss(batch)
    value = loss.item()
    if not math.isfinite(value):
        raise TrainingError(
            f"the loss of {task.name} became {value} at step {step}; "
            "the last good state is kept: lower the learning rate, or look for damaged recordings"
        )
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(task.network.parameters(), GRADIENT_NORM)
    optimiser.step()
    return value


def _follow(average: dict[str, Tensor], network: nn.Module, step: int) -> None:
    """Move the running mean of weights; it starts short, so that the beginning is forgotten."""
    keep = min(AVERAGE, (1 + step) / (10 + step))
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            average[name].lerp_(tensor, 1 - keep)


def _validate(task: Task, state: _State, average: dict[str, Tensor]) -> None:
    current = {name: tensor.clone() for name, tensor in task.network.state_dict().items()}
    task.network.load_state_dict(average)
    state.figures = task.validate(task.network.eval())
    task.network.load_state_dict(current)
    if state.figures["score"] > state.best_score:
        state.best_score, state.best_step = state.figures["score"], state.step
        state.best = {name: tensor.clone() for name, tensor in average.items()}


def _stalled(state: _State, schedule: Schedule) -> bool:
    return state.step - state.best_step >= schedule.patience * schedule.validate_every > 0


def _log(path: Path, line: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _keep(
    path: Path,
    state: _State,
    average: dict[str, Tensor],
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
) -> None:
    with atomic_binary(path) as file:
        torch.save(
            {
                "step": state.step,
                "best_score": state.best_score,
                "best_step": state.best_step,
                "best": state.best,
                "figures": state.figures,
                "average": average,
                "network": network.state_dict(),
                "optimiser": optimiser.state_dict(),
            },
            file,
        )


def _resume(
    path: Path, network: nn.Module, optimiser: torch.optim.Optimizer
) -> tuple[_State, dict[str, Tensor]]:
    try:
        kept = torch.load(path, weights_only=True)
        network.load_state_dict(kept["network"])
        optimiser.load_state_dict(kept["optimiser"])
    except (OSError, RuntimeError, KeyError, ValueError, EOFError, UnpicklingError) as error:
        raise TrainingError(
            f"{path} cannot be resumed ({type(error).__name__}); remove it to begin anew"
        ) from error
    state = _State(
        kept["step"], kept["best_score"], kept["best_step"], kept["best"], kept["figures"]
    )
    return state, kept["average"]
