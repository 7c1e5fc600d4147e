"""Animating many files: which ones, where their exports go, and what to do when one is bad."""

import os
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Report
from app.progress import FilesProgress, Interrupts
from core.animation import AnimationSettings
from core.audio_file import read_clip
from core.errors import AudioFileError, Cancelled, ExportError, VisemoError
from core.export import Exporter, ExportSettings, output_path
from core.face import POINTS

if TYPE_CHECKING:
    from models.cascade import Cascade  # and with it torch, only once there is work for it

# Of a folder's files, those taken for sound; a file that is named may be called anything.
SOUND_SUFFIXES = {
    ".wav", ".wave", ".rf64", ".w64", ".flac", ".ogg", ".oga", ".opus", ".mp3",
    ".aif", ".aiff", ".au", ".caf",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """What is done to every file."""

    exporters: Sequence[Exporter]
    animation: AnimationSettings
    export: ExportSettings
    folder: Path | None  # of the exports; None: beside each file
    load: Callable[[], "Cascade"]


@dataclass(slots=True)
class Tally:
    """How many files came to what end."""

    done: int = 0
    failed: int = 0  # something the person can cure
    faults: int = 0  # of ours


def sound_files(inputs: Sequence[Path], report: Report) -> tuple[list[Path], int]:
    """The files to animate, each once, and how many of `inputs` gave none, which are reported.

    Of a folder, the sound files directly in it, by name; its sub-folders and
    hidden files are left alone.
    """
    found: dict[str, Path] = {}
    failed = 0
    for given in inputs:
        try:
            files = _in_folder(given) if given.is_dir() else [given]
        except (AudioFileError, OSError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else problem
            report.error(str(given), str(reason))
            failed += 1
            continue
        for file in files:
            found.setdefault(str(file.absolute()), file)
    return list(found.values()), failed


def _in_folder(folder: Path) -> list[Path]:
    files = [
        file
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in SOUND_SUFFIXES
        and not file.name.startswith(".")
        and not file.is_dir()
    ]
    if not files:
        raise AudioFileError(
            "there are no sound files in this folder; expected WAV, FLAC, OGG or MP3 files."
        )
    return files


def make_folder(folder: Path) -> None:
    """Make sure of a folder for exports. Raises ExportError when it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as problem:
        raise ExportError(
            f"Cannot write into '{folder}': it, or a part of it, is a file; name a folder."
        ) from problem
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise ExportError(
            f"Cannot make the folder '{folder}': {reason}; choose another."
        ) from problem


class Batch:
    """One run over some files. A bad one is reported, and the others are done."""

    def __init__(self, job: Job, report: Report, interrupts: Interrupts) -> None:
        self._job, self._report, self._interrupts = job, report, interrupts
        self._cascade: Cascade | None = None
        self._claims: dict[Path, Path] = {}  # an export's path -> the sound it is of

    def run(self, files: Sequence[Path]) -> Tally:
        """Animate `files`. Raises VisemoError when the weights or the device are of no use."""
        tally = Tally()
        if self._cascade is None and any(file.is_file() for file in files):
            # Before the first, because without it there is nothing to be done for any.
            self._cascade = self._job.load()
        formats = len(self._job.exporters)
        progress = FilesProgress(self._report, self._interrupts, files, formats)
        for number, file in enumerate(files, start=1):
            progress.begin(number, file)
            self._attempt(file, progress, tally)
        return tally

    def _attempt(self, file: Path, progress: FilesProgress, tally: Tally) -> None:
        try:
            self._animate(file, progress)
            tally.done += 1
        except (Cancelled, BrokenPipeError):
            raise
        except VisemoError as problem:
            self._report.error(str(file), str(problem))
            tally.failed += 1
        except MemoryError:
            self._report.error(str(file), "there is not enough memory for it; close other programs")
            tally.failed += 1
        except Exception as fault:  # the other files shall not suffer for it
            self._report.error(str(file), f"a fault of this program: {fault!r}; please report it")
            traceback.print_exc()
            tally.faults += 1

    def _animate(self, file: Path, progress: FilesProgress) -> None:
        clip = read_clip(file, progress)
        targets = self._targets(file)
        assert self._cascade is not None, "a file that can be read is there"
        animation = self._cascade.animate(clip, self._job.animation, progress)
        written: list[Path] = []
        for exporter, target in targets:
            written += exporter.write(animation, target, self._settings(exporter), progress)
        self._report.written(str(file), written, animation.utterance)

    def _targets(self, file: Path) -> list[tuple[Exporter, Path]]:
        """Where each export of `file` goes. Raises ExportError when something is in its place."""
        folder = file.parent if self._job.folder is None else self._job.folder
        targets = [(e, output_path(file, folder, e.suffix)) for e in self._job.exporters]
        paths = [path for exporter, target in targets for path in exporter.paths(target)]
        for path in paths:
            other = self._claims.get(_place(path))
            if other is not None:
                raise ExportError(
                    f"Its '{path}' would overwrite that of '{other}', made just before; "
                    "rename one of the two, or animate them into different folders."
                )
            if _place(path) == _place(file):
                raise ExportError(
                    f"Its '{path}' would overwrite the sound itself; rename it, or choose "
                    "another folder with --out."
                )
        self._claims |= {_place(path): file for path in paths}
        return targets

    def _settings(self, exporter: Exporter) -> ExportSettings:
        """Those asked for, with the 36 points where the format holds no more."""
        asked = self._job.export
        return asked if asked.points in exporter.points else replace(asked, points=POINTS)


def _place(path: Path) -> Path:
    """One name for each file, however it is written."""
    return Path(os.path.normcase(path.resolve()))
