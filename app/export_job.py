"""What the window and the command line do alike: write one animation in the formats asked for."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from app.pictures import all_exporters, unavailable
from app.pictures.settings import DEFAULT, PictureSettings
from core.animation import Animation
from core.atomic import make_folder
from core.errors import ExportError
from core.export import Exporter, ExportSettings, output_path
from core.face import POINTS
from core.monitor import SILENT, Monitor

PLAIN = ExportSettings()


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """All that is asked of an export. Raises ExportError for formats that are not there."""

    formats: tuple[str, ...]  # some of app.pictures.ALL_EXPORTERS
    settings: ExportSettings = PLAIN
    picture: PictureSettings = DEFAULT
    folder: Path | None = None  # None: beside each sound
    clips: tuple[Path, ...] = ()  # the sounds chosen, where there are several to choose from
    own_smoothing: bool = False  # each clip's own, in place of that of `settings`

    def __post_init__(self) -> None:
        known = all_exporters()
        for name in self.formats or ("",):
            if name not in known:
                raise ExportError(f"Unknown format '{name}'; expected one of {', '.join(known)}.")
            reason = unavailable(name)
            if reason:
                raise ExportError(reason)
        if not any(self.settings.points in known[name].points for name in self.formats):
            able = [name for name in known if self.settings.points in known[name].points]
            raise ExportError(
                f"{self.settings.points} points are held by {', '.join(able)}, "
                f"not by {', '.join(self.formats)}."
            )

    def for_clip(self, smoothing: float | None) -> "ExportRequest":
        """The same for a clip that is shown smoothed at so many Hz, or raw (None)."""
        if not self.own_smoothing:
            return self
        try:
            settings = replace(self.settings, smoothing=smoothing)
        except ValueError as problem:
            raise ExportError(f"Nothing was written: {problem}.") from problem
        return replace(self, settings=settings, own_smoothing=False)


class Wish(Protocol):
    """The sound of an animation: a clip of a project, or a file from the command line."""

    @property
    def path(self) -> Path:
        """Of the sound."""

    @property
    def smoothing(self) -> float | None:
        """The cut-off in Hz with which it is shown, or None."""


class Claims:
    """Which file each export goes to, so that no export of a run overwrites another."""

    def __init__(self) -> None:
        self._sounds: dict[Path, Path] = {}  # an export's path -> the sound it is of

    def take(self, sound: Path, request: ExportRequest) -> list[tuple[Exporter, Path]]:
        """Where each export of `sound` goes. Raises ExportError when something is in its place."""
        targets = _targets(sound, request)
        paths = [path for exporter, target in targets for path in exporter.paths(target)]
        for path in paths:
            other = self._sounds.get(_place(path), sound)
            if other != sound:
                raise ExportError(
                    f"Its '{path}' would overwrite that of '{other}', made just before; "
                    "rename one of the two, or animate them into different folders."
                )
            if _place(path) == _place(sound):
                raise ExportError(
                    f"Its '{path}' would overwrite the sound itself; rename it, or choose "
                    "another folder for its exports."
                )
        self._sounds |= {_place(path): sound for path in paths}
        return targets


def export(
    animation: Animation,
    wish: Wish,
    request: ExportRequest,
    monitor: Monitor = SILENT,
    claims: Claims | None = None,
) -> list[Path]:
    """Write `animation`, made of the sound `wish.path`; returns the paths written.

    The folder asked for is made where it is missing; `claims` are shared by the
    exports of one run. Each file is the old one or the new one, never half of one.
    Raises ExportError where one cannot be written, and passes on the monitor's
    `Cancelled`; files that were whole by then stay.
    """
    request = request.for_clip(wish.smoothing)
    targets = (claims or Claims()).take(wish.path, request)
    if request.folder is not None:
        make_folder(request.folder)
    written: list[Path] = []
    for exporter, target in targets:
        settings = _held_by(exporter, request.settings)
        written += exporter.write(animation, target, settings, monitor)
    return written


def replaced(sounds: Sequence[Path], request: ExportRequest) -> list[Path]:
    """What is there already and will be replaced by exports of `sounds`."""
    return [
        path
        for sound in sounds
        for exporter, target in _targets(sound, request)
        for path in exporter.paths(target)
        if path.exists()
    ]


def _targets(sound: Path, request: ExportRequest) -> list[tuple[Exporter, Path]]:
    folder = sound.parent if request.folder is None else request.folder
    exporters = all_exporters(sound, request.picture)
    chosen = (exporters[name] for name in dict.fromkeys(request.formats))
    return [(exporter, output_path(sound, folder, exporter.suffix)) for exporter in chosen]


def _held_by(exporter: Exporter, settings: ExportSettings) -> ExportSettings:
    """The settings asked for, with the 36 points where the format holds no more."""
    return settings if settings.points in exporter.points else replace(settings, points=POINTS)


def _place(path: Path) -> Path:
    """One name for each file, however it is written."""
    return Path(os.path.normcase(path.resolve()))
