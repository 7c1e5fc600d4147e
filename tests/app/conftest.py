"""Sounds and a way to run the command line in this process."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile

from app.cli import main
from core.clip import SAMPLE_RATE
from tests.models.clips import babble

SECONDS = 0.4


@dataclass(frozen=True)
class Ran:
    """What a command said and returned."""

    status: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        return self.err.splitlines()


Visemo = Callable[..., Ran]


@pytest.fixture
def visemo(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Visemo:
    """Run a command as `visemo` would, but here."""
    # However slow the machine, no line of progress stands among those that are looked at.
    monkeypatch.setattr("app.console.SPARSE", math.inf)

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        return Ran(status, *capsys.readouterr())

    return run


@pytest.fixture
def animate(visemo: Visemo, weights: Path) -> Visemo:
    """`visemo animate` with weights that know nothing."""

    def run(*arguments: object) -> Ran:
        return visemo("animate", "--weights", weights, "--device", "cpu", *arguments)

    return run


@pytest.fixture
def few_suffice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clips, however short, make a profile that is used."""
    for module in ("app.voices", "app.windows.editing"):
        monkeypatch.setattr(f"{module}.LEAST_CLIPS", 2)
        monkeypatch.setattr(f"{module}.LEAST_SECONDS", 0.1)


def save_speech(path: Path, seconds: float = SECONDS, seed: int = 0) -> Path:
    soundfile.write(path, babble(seconds, seed), SAMPLE_RATE, format=path.suffix[1:].upper())
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def outputs(stems: Sequence[str]) -> list[str]:
    """What the default formats leave of sounds of these names."""
    return sorted(f"{stem}{suffix}" for stem in stems for suffix in (".csv", ".json", ".meta.json"))
