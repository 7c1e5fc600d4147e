"""Where the studio keeps what is its own: preferences, results, unsaved projects, takes."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from app.preferences import config_folder

_Places = QStandardPaths.StandardLocation


@dataclass(frozen=True, slots=True)
class Folders:
    """None where this system has no place for it."""

    preferences: Path | None
    results: Path | None  # may be deleted at any time
    copies: Path | None  # of projects that are not saved
    takes: Path  # recordings

    @classmethod
    def usual(cls) -> "Folders":
        """Those of this system and this person."""
        config = config_folder()
        if config is None:  # nor has it a home for anything else
            return cls(None, None, None, Path.cwd())
        return cls(
            config,
            _place(_Places.GenericCacheLocation, "visemo/results"),
            _place(_Places.GenericDataLocation, "visemo/unsaved"),
            _place(_Places.MusicLocation, "Visemo takes") or Path.cwd(),
        )


def _place(kind: QStandardPaths.StandardLocation, name: str) -> Path | None:
    where = QStandardPaths.writableLocation(kind)
    return Path(where) / name if where else None
