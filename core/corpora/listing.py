"""The files of a folder that may belong to a corpus, and those that do not."""

import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.corpora.corpus import Kind, Problem
from core.corpora.utterance import AUDIO_SUFFIXES, MEDIA_SUFFIXES
from core.errors import CorpusError
from core.monitor import SILENT, Monitor
from core.tracks.reader import TRACK_MARK

STAGE = "looking for recordings"
# Sound that the program does not read, so that it is not passed over as if it were none.
FOREIGN = (".m4a", ".aac", ".wma", ".opus", ".sph", ".aif", ".aiff", ".au", ".caf", ".mp2", ".amr")


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies at a path; `files` are sounds and videos, in the order of their names."""

    path: Path  # as given: a folder, or a table
    folder: Path
    files: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()  # neither sounds nor videos, nor our tracks and sheets
    problems: tuple[Problem, ...] = ()
    hidden: int = 0  # files whose names begin with a dot, which macOS leaves beside others

    def notes(self, used: Collection[Path] = ()) -> list[str]:
        """What was not looked at, but for those of `others` that were used."""
        kinds = Counter(
            file.suffix.lower()
            for file in self.others
            if file not in used and file.suffix.lower() not in FOREIGN
        )
        most = ", ".join(f"{count} {kind or 'of none'}" for kind, count in kinds.most_common(5))
        told = [f"other files, not looked at: {kinds.total()} ({most})"] if kinds else []
        return told + ([f"hidden files, not looked at: {self.hidden}"] if self.hidden else [])


def list_files(path: Path, monitor: Monitor = SILENT) -> Listing:
    """Everything below a folder, links followed; of a file, only itself.

    Raises CorpusError when there is nothing at the path.
    """
    if path.is_file():
        return Listing(path, path.parent, others=(path,))
    if not path.is_dir():
        raise CorpusError(f"There is no folder or table '{path}'; name that of a corpus.")
    problems: list[Problem] = []
    found: list[Path] = []
    hidden = 0
    for number, file in enumerate(_below(path, problems)):
        if number % 1000 == 0:
            monitor.step(STAGE, 0, 0)
        if file.name.startswith("."):
            hidden += 1
        else:
            found.append(file)
    found.sort(key=lambda file: file.relative_to(path).as_posix())
    media = [file for file in found if file.suffix.lower() in MEDIA_SUFFIXES]
    others = [
        file
        for file in found
        if file.suffix.lower() not in MEDIA_SUFFIXES and TRACK_MARK not in file.name
    ]
    problems += [
        Problem(file, reason, Kind.UNREADABLE) for file in others if (reason := _lost(file))
    ]
    return Listing(path, path, tuple(media), tuple(others), tuple(problems), hidden)


def _below(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """All files below, each folder once however links lead to it."""

    def closed(problem: OSError) -> None:
        reason = f"cannot be listed ({problem.strerror}); expected a folder one may read"
        problems.append(Problem(Path(problem.filename), reason, Kind.UNREADABLE))

    seen = set()
    for name, folders, files in os.walk(folder, onerror=closed, followlinks=True):
        status = Path(name).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(sub for sub in folders if sub != "__MACOSX")
        yield from (Path(name) / file for file in files)


def _lost(file: Path) -> str:
    """Why a file that is not looked at may be missed, "" where it will not."""
    if file.suffix.lower() in FOREIGN:
        return f"is sound of a kind that is not read; expected {', '.join(AUDIO_SUFFIXES)}"
    if not file.exists():  # perhaps a folder of recordings, elsewhere
        return "is a link to what is not there; expected a file or a folder"
    return ""
