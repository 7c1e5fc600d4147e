"""Which device runs the networks, and what happens when it fails."""

import re

import pytest
import torch
from torch import Tensor, nn

from core.errors import VisemoError
from models import device
from models.device import DEVICES, Runner, available, choose
from tests.core.sounds import Notes


class Fake(nn.Module):
    """Fails wherever its weight is not on the CPU."""

    def __init__(self, problem: Exception) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.problem = problem
        self.tries: list[str] = []

    def forward(self, values: Tensor) -> Tensor:
        self.tries.append(self.weight.device.type)
        if self.weight.device.type != "cpu":
            raise self.problem
        return values + self.weight


def failing_gpu() -> Runner:
    """On a device that takes tensors and never gives them back, as a GPU that has crashed."""
    return Runner(torch.device("meta"))


def test_auto_takes_the_cpu_where_there_is_nothing_better(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "available", lambda name: name == "cpu")
    assert choose("auto").type == "cpu"


def test_auto_takes_a_gpu_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "available", lambda name: name in ("cpu", "cuda"))
    assert choose("auto").type == "cuda"


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "available", lambda name: name == "cpu")
    with pytest.raises(VisemoError, match="this machine has no cuda; it has cpu"):
        choose("cuda")


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(VisemoError, match="unknown device 'tpu', expected one of auto, cpu"):
        choose("tpu")


def test_the_cpu_is_always_there() -> None:
    assert available("cpu")
    assert not available("auto")
    assert set(DEVICES) == {"auto", "cpu", "cuda", "mps"}


def test_matrix_products_keep_full_precision() -> None:
    choose("cpu")
    assert not torch.backends.cuda.matmul.allow_tf32
    assert not torch.backends.cudnn.allow_tf32


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (RuntimeError("device-side assert\nlong trace"), r"\(device-side assert\)"),
        (torch.OutOfMemoryError("CUDA out of memory."), r"\(CUDA out of memory\.\)"),
        (MemoryError(), r"\(MemoryError\)"),
    ],
)
def test_a_failing_gpu_is_left_for_the_cpu_with_a_notice(problem: Exception, reason: str) -> None:
    network, runner, notes = Fake(problem), failing_gpu(), Notes()
    result = runner.run(network, network, torch.zeros(3), notes)
    assert result.tolist() == [1.0, 1.0, 1.0]
    assert network.tries == ["meta", "cpu"]
    assert runner.device.type == "cpu"
    (notice,) = notes.notices
    assert re.fullmatch(f"meta failed {reason}; going on on the CPU", notice)


def test_after_a_failure_the_gpu_is_not_tried_again() -> None:
    network, runner, notes = Fake(RuntimeError("lost")), failing_gpu(), Notes()
    for _ in range(3):
        runner.run(network, network, torch.zeros(1), notes)
    assert network.tries == ["meta", "cpu", "cpu", "cpu"]
    assert len(notes.notices) == 1


def test_every_network_comes_back_from_a_gpu_that_is_gone() -> None:
    first, second, runner = nn.Linear(2, 2), Fake(RuntimeError("lost")), failing_gpu()
    weight = first.weight.detach().clone()
    runner.run(first, lambda _: torch.zeros(1), torch.zeros(1), Notes())
    assert first.weight.device.type == "meta"
    runner.run(second, second, torch.zeros(1), Notes())
    assert torch.equal(first.weight, weight)


def test_a_failure_on_the_cpu_is_not_hidden() -> None:
    network = nn.Linear(3, 1)
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        Runner(torch.device("cpu")).run(network, network, torch.zeros(1, 2), Notes())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_cuda_gives_the_numbers_of_the_cpu() -> None:
    from tests.weights import make_dern, make_dsrn

    for network, values in (
        (make_dern().eval(), torch.randn(64, 40, 15)),
        (make_dsrn().eval(), torch.randn(64, 40, 15)),
    ):
        on_cpu = Runner(choose("cpu")).run(network, network, values, Notes())
        on_gpu = Runner(choose("cuda")).run(network, network, values, Notes())
        assert torch.allclose(on_cpu, on_gpu, atol=1e-4)
