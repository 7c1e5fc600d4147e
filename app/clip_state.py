"""How far a clip of the list is."""

from dataclasses import dataclass
from pathlib import Path

from core.errors import VisemoError

WAITING, ANALYSING, DONE, FAILED, MISSING, STOPPED = (
    "waiting", "analysing", "done", "failed", "missing", "stopped",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClipState:
    """How far a clip is."""

    state: str = WAITING
    part: float = 0.0  # done of the analysis
    detail: str = ""  # why it failed
    emotion: str = ""  # the leading one, once heard
    duration: float | None = None  # seconds

    @property
    def waits(self) -> bool:
        """Whether there is work on it, now or later."""
        return self.state in (WAITING, ANALYSING)

    @property
    def rests(self) -> bool:
        """Whether it is left alone until somebody asks for it."""
        return self.state in (FAILED, STOPPED, MISSING)


def failure(path: Path, error: BaseException) -> tuple[str, str]:
    """The state of a clip that could not be made, FAILED or MISSING, and why."""
    if not isinstance(error, VisemoError):
        return FAILED, f"a fault of this program: {error!r}"
    try:
        there = path.exists()
    except OSError:  # a name too long, a folder that may not be entered
        there = False
    return FAILED if there else MISSING, str(error)


# Of the time that one clip takes; the same stages as those of the command line.
_STAGES = {
    "reading": (0.0, 0.1), "listening": (0.1, 0.15), "recognising emotion": (0.15, 0.25),
    "hearing the voice": (0.25, 0.3), "hearing valence and arousal": (0.3, 0.4),
    "moving the face": (0.4, 1.0),
}  # fmt: skip


def part_done(stage: str, within: float) -> float:
    """How much of a clip is done when `within` of a stage is."""
    first, last = _STAGES.get(stage, (0.0, 0.0))
    return first + (last - first) * min(within, 1.0)
