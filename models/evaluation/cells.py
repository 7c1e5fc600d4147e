"""What each finished cell of an experiment found, kept on disk, so that none is made twice."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.atomic import atomic_binary

Cell = dict[str, NDArray[np.float64]]
RESULT = "result.npz"


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells below one folder; a cell is arrays by name."""

    run: Path

    def folder(self, name: str) -> Path:
        """Where a cell keeps its work."""
        path = self.run / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def get(self, name: str, make: Callable[[Path], Cell]) -> Cell:
        """What is there, or what `make`, given the cell's folder, makes now."""
        path = self.folder(name) / RESULT
        try:
            with np.load(path, allow_pickle=False) as stored:
                return {key: stored[key] for key in stored.files}
        except (OSError, ValueError, zipfile.BadZipFile):
            cell = make(path.parent)
        with atomic_binary(path) as file:
            np.savez(file, allow_pickle=False, **cell)
        return cell
