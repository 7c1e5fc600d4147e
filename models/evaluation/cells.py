"""What each finished cell of an experiment found, kept on disk, so that none is made twice."""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.atomic import atomic_binary, atomic_text, make_folder
from core.errors import TrainingError

Cell = dict[str, NDArray[np.float64]]
RESULT, MARK = "result.npz", "experiment.sha256"


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells below one folder; a cell is arrays by name."""

    run: Path

    def belong_to(self, experiment: str) -> None:
        """Claim the folder. Raises TrainingError where it holds cells of another experiment."""
        mark = self.run / MARK
        wanted = hashlib.sha256(experiment.encode()).hexdigest()
        if mark.is_file() and mark.read_text(encoding="utf-8") != wanted:
            raise TrainingError(
                f"'{self.run}' holds the work of other recordings or settings; "
                "name another folder, or remove it"
            )
        make_folder(self.run)
        with atomic_text(mark) as file:
            file.write(wanted)

    def folder(self, name: str) -> Path:
        """Where a cell keeps its work."""
        path = self.run / name
        make_folder(path)
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
