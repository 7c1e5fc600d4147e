"""Where networks run: the GPU asked for or found, and the CPU once that has failed."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from core.errors import VisemoError
from core.monitor import Monitor

DEVICES = ("auto", "cpu", "cuda", "mps")


def available(name: str) -> bool:
    """Whether this machine and this torch have the device."""
    if name == "cuda":
        return torch.cuda.is_available()
    if name == "mps":
        return torch.backends.mps.is_available()
    return name == "cpu"


def choose(wanted: str) -> torch.device:
    """The device for a name of `DEVICES`; "auto" takes the best there is.

    Raises VisemoError when the one asked for is not there.
    """
    if wanted not in DEVICES:
        raise VisemoError(f"unknown device {wanted!r}, expected one of {', '.join(DEVICES)}")
    if wanted == "auto":
        wanted = next(name for name in ("cuda", "mps", "cpu") if available(name))
    if not available(wanted):
        there = [name for name in DEVICES[1:] if available(name)]
        raise VisemoError(f"this machine has no {wanted}; it has {', '.join(there)}")
    # Full float32 on GPUs as well, so that every machine draws the same face.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    return torch.device(wanted)


def device_of(network: nn.Module) -> torch.device:
    """Where a network's weights are."""
    return next(network.parameters()).device


def half_precision(device: torch.device) -> torch.autocast:
    """Products in bfloat16, which needs no scaling of the loss; full ones on GPUs without it."""
    able = device.type != "cuda" or torch.cuda.is_bf16_supported()
    return torch.autocast(device.type, torch.bfloat16, enabled=able)


class Runner:
    """Runs networks on one device; after a failure there, everything moves to the CPU for good."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._kept: dict[nn.Module, dict[str, Tensor]] = {}  # what is on the GPU, as on the CPU

    def run(
        self,
        network: nn.Module,
        apply: Callable[[Tensor], Tensor],
        values: Tensor,
        monitor: Monitor,
    ) -> Tensor:
        """`apply(values)`, where `apply` uses `network`; the result is on the CPU."""
        with torch.inference_mode():
            if self.device.type != "cpu":
                try:
                    if network not in self._kept:
                        self._kept[network] = network.state_dict()
                        network.to(self.device)
                    return apply(values.to(self.device)).cpu()
                except (RuntimeError, MemoryError) as error:  # OutOfMemoryError is a RuntimeError
                    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
                    monitor.notice(f"{self.device.type} failed ({reason}); going on on the CPU")
                    self._leave()
            return apply(values)

    def _leave(self) -> None:
        """Everything back to the CPU, without asking the GPU, which may be past answering."""
        for network, state in self._kept.items():
            network.load_state_dict(state, assign=True)
        self._kept.clear()
        self.device = torch.device("cpu")
