"""Project files: `.visemo`, JSON of schema "visemo-project/2".

A file is read whole or refused whole, with the place of the fault. A key that this
version does not know is refused too: to ignore it would lose it at the next save.
So whatever adds a key counts the schema's number up, and an older program says that
it is too old. A file of an older schema is read with the usual for what it does not say.

Sounds are named by paths with "/" relative to the project's folder, with ".." where
they lie beside it, or absolute where they have no folder in common with it. They
are only ever read, and nothing in a project names a file to be written, so a
project may point anywhere on this machine; but not to other machines (a URL, a
network share), which merely looking for a file would call. Devices and pipes are
taken for missing and never opened.
"""

import base64
import binascii
import os
import re
import stat
from pathlib import Path
from typing import Annotated, Self

import msgspec

from core.animation import AnimationSettings
from core.atomic import atomic_binary
from core.errors import ExportError, ProjectError
from core.hearing import BEST, check_recogniser
from core.project import Project, ProjectClip
from core.version import program_version

VERSION = 2  # 2 added the recogniser, speakers and whether there are profiles of them
SUFFIX = ".visemo"
MOST_BYTES = 16 << 20
MOST_CLIPS = 10_000
MOST_SEGMENTS = 10_000  # of one clip
_SCHEMA = "visemo-project/"
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|//")  # URLs and network shares

_Sha256 = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")]
_Speaker = Annotated[str, msgspec.Meta(max_length=200)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=8192)]


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    """Keys without a default must be there, and no others may."""


class _Segment(_Strict):
    start: float
    end: float
    emotion: str
    strength: float


class _Gains(_Strict):
    jaw: float
    lips: float
    corners: float


class _Settings(_Strict):
    """The layout of `AnimationSettings` in a file; the checks are its own."""

    emotion: str
    strength: float
    model: str
    segments: Annotated[tuple[_Segment, ...], msgspec.Meta(max_length=MOST_SEGMENTS)]
    gains: _Gains


class _Clip(_Strict):
    file: _Name
    sha256: _Sha256
    settings: _Settings
    smoothing: float | None
    comparison: _Settings | None
    loop: tuple[float, float] | None
    speaker: _Speaker = ""
    file_bytes: str = ""  # base64, of a name that is not text or holds a backslash

    @classmethod
    def of(cls, clip: ProjectClip, folder: Path | None) -> Self:
        name = _relative(clip.path, folder)
        printable = _printable(name)
        odd = printable != name or (os.sep == "/" and "\\" in name)
        return cls(
            file=printable,
            sha256=clip.sha256,
            settings=msgspec.convert(clip.settings, _Settings, from_attributes=True),
            smoothing=clip.smoothing,
            comparison=msgspec.convert(clip.comparison, _Settings | None, from_attributes=True),
            loop=clip.loop,
            speaker=clip.speaker,
            file_bytes=base64.b64encode(os.fsencode(name)).decode() if odd else "",
        )

    def clip(self, folder: Path, anywhere: bool) -> ProjectClip:
        """Raises ValueError for what cannot be."""
        wishes = {}
        for key in ("settings", "comparison"):
            try:
                wishes[key] = msgspec.convert(
                    getattr(self, key), AnimationSettings | None, from_attributes=True
                )
            except msgspec.ValidationError as problem:
                raise ValueError(_at(str(problem), key)) from problem
        assert wishes["settings"] is not None
        name = self.file.replace("\\", "/")
        if self.file_bytes:
            try:
                name = os.fsdecode(base64.b64decode(self.file_bytes, validate=True))
            except (binascii.Error, UnicodeDecodeError) as problem:
                raise ValueError("it is not a file name (in file_bytes)") from problem
            name = name.replace(os.sep, "/")
        return ProjectClip(
            path=_sound_path(name, folder, anywhere),
            sha256=self.sha256,
            settings=wishes["settings"],
            smoothing=self.smoothing,
            comparison=wishes["comparison"],
            loop=self.loop,
            speaker=self.speaker,
        )


class _Head(msgspec.Struct):
    """Of a file of any version."""

    schema: str = ""


class _File(_Strict):
    schema: str
    program: str  # version of the program that wrote it
    clips: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(max_length=MOST_CLIPS)]
    recogniser: str = BEST
    profiles: bool = True


def read_project(path: Path) -> Project:
    """Read a project; its sounds need not be there.

    Raises ProjectError, naming the file and the place in it, for anything that is
    not a whole project of this version.
    """
    path = Path(path).absolute()
    return decode_project(_bytes_of(path), path.parent, _printable(path.name))


def write_project(project: Project, path: Path) -> None:
    """Write a project so that there is the old file or the new one, never half of one.

    Raises ProjectError where it cannot be written; the old file is then as it was.
    """
    path = Path(path).absolute()
    data = encode_project(project, path.parent)
    try:
        with atomic_binary(path) as stream:
            stream.write(data)
    except ExportError as problem:
        raise ProjectError(str(problem)) from problem


def encode_project(project: Project, folder: Path | None, *, anywhere: bool = False) -> bytes:
    """The file's bytes; paths are relative to `folder`, where it is to lie, or absolute.

    `anywhere` allows sounds on other machines, in a file that never leaves this one.
    Raises ProjectError for more than a file may hold.
    """
    if len(project.clips) > MOST_CLIPS:
        raise ProjectError(
            f"A project holds at most {MOST_CLIPS} clips, and this one has {len(project.clips)}; "
            "make two of it."
        )
    clips = tuple(_Clip.of(clip, folder) for clip in project.clips)
    for clip in clips:
        if _ELSEWHERE.match(clip.file) and not anywhere:
            raise ProjectError(
                f"'{clip.file}' lies on another machine, where a project kept here may not look; "
                "save the project there too, or give the network share a drive letter."
            )
    raw = tuple(msgspec.Raw(msgspec.json.encode(clip)) for clip in clips)
    document = _File(
        f"{_SCHEMA}{VERSION}", program_version(), raw, project.recogniser, project.profiles
    )
    data = msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
    if len(data) > MOST_BYTES:
        raise ProjectError(
            f"A project file holds at most {MOST_BYTES >> 20} MB, and this one would have "
            f"{len(data) >> 20} MB; make two of it."
        )
    return data


def decode_project(data: bytes, folder: Path, name: str, *, anywhere: bool = False) -> Project:
    """The project in a file's bytes. Raises ProjectError as `read_project` does.

    `folder` is where relative paths start; `name` is what messages call the file;
    `anywhere` is as for `encode_project`.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")  # editors on Windows put it there
    try:
        _check_version(msgspec.json.decode(data, type=_Head).schema, name)
        document = msgspec.json.decode(data, type=_File)
        check_recogniser(document.recogniser)
    except msgspec.ValidationError as problem:
        reason = _at(str(problem), "")
        raise ProjectError(f"'{name}' is not a whole project: {reason}.") from problem
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise ProjectError(
            f"'{name}' is no Visemo project, or damaged ({problem}); expected a {SUFFIX} file."
        ) from problem
    except ValueError as problem:
        reason = f"{_printable(str(problem))} (in recogniser)"
        raise ProjectError(f"'{name}' is not a whole project: {reason}.") from problem
    clips: dict[Path, ProjectClip] = {}
    for index, entry in enumerate(document.clips):  # one by one: a message tells which
        try:
            clip = msgspec.json.decode(entry, type=_Clip).clip(folder, anywhere)
            if clip.path in clips:
                raise ValueError(f"'{clip.path}' is there twice")
        except (msgspec.DecodeError, RecursionError) as problem:
            reason = _at(str(problem), f"clips[{index}]")
            raise ProjectError(f"'{name}' is not a whole project: {reason}.") from problem
        except ValueError as problem:
            reason = f"{_printable(str(problem))} (in clips[{index}])"
            raise ProjectError(f"'{name}' is not a whole project: {reason}.") from problem
        clips[clip.path] = clip
    return Project(tuple(clips.values()), document.recogniser, document.profiles)


def _bytes_of(path: Path) -> bytes:
    """All of a plain file that is not too large."""
    name = _printable(path.name)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ProjectError(f"'{name}' is a folder or a device; choose a {SUFFIX} file.")
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as problem:  # ValueError: a null character in the name
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise ProjectError(
            f"'{name}' cannot be opened ({reason}); choose a {SUFFIX} file."
        ) from problem
    if len(data) > MOST_BYTES:
        raise ProjectError(
            f"'{name}' is larger than the {MOST_BYTES >> 20} MB that a project can have; "
            f"choose a {SUFFIX} file."
        )
    if not data.strip():
        raise ProjectError(f"'{name}' is empty; choose a {SUFFIX} file.")
    return data


def _printable(name: str) -> str:
    """A name that can be written as UTF-8; odd bytes of it become question marks."""
    return name.encode("utf-8", "replace").decode()


def _check_version(schema: str, name: str) -> None:
    number = schema.removeprefix(_SCHEMA)
    if not schema.startswith(_SCHEMA) or not re.fullmatch(r"[1-9][0-9]{0,8}", number):
        raise ProjectError(
            f"'{name}' is no Visemo project; expected JSON of schema '{_SCHEMA}{VERSION}'."
        )
    if int(number) > VERSION:
        raise ProjectError(
            f"'{name}' was made by a newer version of Visemo (project format {number}; this "
            f"one, {program_version()}, reads {VERSION}); update Visemo to open it."
        )


def _at(message: str, place: str) -> str:
    """A message of the decoder, for people, about something at `place` in the file."""
    text, _, within = message.replace("`", "'").partition(" - at '$")
    return f"{text} (in {(place + within.rstrip(chr(39))).lstrip('.') or 'the file'})"


def _relative(path: Path, folder: Path | None) -> str:
    """A path as it is written: relative where it has more than the root in common."""
    if folder is not None and path.anchor == folder.anchor:
        shared = path.drive.startswith("\\\\")  # a project on a share may look there
        if shared or path.parts[:2] == folder.parts[:2]:
            return Path(os.path.relpath(path, folder)).as_posix()
    return path.as_posix()


def _sound_path(name: str, folder: Path, anywhere: bool) -> Path:
    """The absolute path of a sound named in a project in `folder`."""
    if "\0" in name:
        raise ValueError("a file name cannot hold a null character")
    if _ELSEWHERE.match(name) and not anywhere:
        raise ValueError(f"'{name}' is not a file of this machine; expected a path")
    path = Path(os.path.normpath(folder / name))
    if name.endswith("/") or path == folder or not path.name or Path(name).name == "..":
        raise ValueError(f"'{name}' is not the name of a file")
    return path
