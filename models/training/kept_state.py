"""The state of a run on disk: all that it takes to go on as if it had not been stopped."""

import io
import json
import math
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from pickle import UnpicklingError  # what torch raises; nothing is unpickled here
from typing import Any

import torch
from torch import Tensor, nn

from core.atomic import atomic_binary, atomic_text
from core.errors import TrainingError
from models.device import device_of

STATE, LOG = "state.pt", "log.jsonl"


@dataclass
class State:
    """Where a run is, and what was best so far; the average lies where the network does."""

    step: int = 0
    best_score: float = -math.inf
    best_step: int = 0
    best: dict[str, Tensor] = field(default_factory=dict)
    average: dict[str, Tensor] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    loss_sum: float = 0.0  # since the last validation
    losses: int = 0
    seconds: float = 0.0  # spent in all


def keep(run: Path, state: State, network: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    """Write `state.pt` whole; the one before it is gone then."""
    parts = {name: getattr(state, name) for name in _names()}
    parts |= {"network": network.state_dict(), "optimiser": optimiser.state_dict()}
    whole = io.BytesIO()  # torch hides that a disk is full
    torch.save(parts, whole)
    with atomic_binary(run / STATE) as file:
        file.write(whole.getbuffer())


def _names() -> list[str]:
    return [part.name for part in fields(State)]


def resume(run: Path, network: nn.Module, optimiser: torch.optim.Optimizer) -> State | None:
    """What `keep` wrote, put into network and optimiser; None when there is nothing.

    Lines of the log that tell of later steps are taken back: they will be told again.
    Raises TrainingError, naming the file, when it is damaged or of another network.
    """
    path = run / STATE
    state = None
    if path.is_file():
        device = device_of(network)
        try:
            kept = torch.load(path, weights_only=True, map_location="cpu")
            network.load_state_dict(kept["network"])
            optimiser.load_state_dict(kept["optimiser"])
            state = State(**{name: kept[name] for name in _names()})
        except (OSError, RuntimeError, KeyError, ValueError, EOFError, UnpicklingError) as error:
            raise TrainingError(
                f"{path} cannot be resumed ({type(error).__name__}); remove it to begin anew"
            ) from error
        state.average = {name: tensor.to(device) for name, tensor in state.average.items()}
    _take_back(run / LOG, state.step if state else 0)
    return state


def log(run: Path, line: dict[str, Any]) -> None:
    """Add a line to `log.jsonl`."""
    with (run / LOG).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def read_log(run: Path) -> list[dict[str, Any]]:
    """The lines of `log.jsonl`, without one that a kill cut short."""
    lines = []
    with suppress(FileNotFoundError):
        for text in (run / LOG).read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError):
                lines.append(json.loads(text))
    return lines


def _take_back(path: Path, step: int) -> None:
    if path.is_file():
        lines = [line for line in read_log(path.parent) if line["step"] <= step]
        with atomic_text(path) as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
