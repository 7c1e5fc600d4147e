"""One file that holds several: a zip with a manifest of sizes and SHA-256; no hostile one is taken.

Nothing of an archive is used before all of it was found to be as its manifest says.
Only plain files of plain names are taken, so that nothing can land elsewhere.
"""

import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec

from core.atomic import atomic_binary
from core.errors import ExportError, RatingError
from core.rating.checks import safe_name
from core.version import program_version

MANIFEST = "manifest.json"
MOST_FILES = 20_000
MOST_BYTES = (1 << 32) - (1 << 20)  # of the files together; a zip of 32 bits holds no more
MOST_RATIO = 200  # of a file to what it takes in the archive
_SMALL = 1 << 20  # bytes; below, no ratio is absurd
_MOST_MANIFEST = 8 << 20
_END = struct.Struct("<4s4H2LH")  # zip's end record
_LOCATOR = b"PK\x06\x07"  # of a zip of 64 bits
_LOCATOR_BYTES = 20
_BLOCK = 1 << 20
_DATE = (1980, 1, 1, 0, 0, 0)  # the same archive for the same files
_ENCRYPTED = 0x1 | 0x40 | 0x2000

_Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    bytes: Annotated[int, msgspec.Meta(ge=0)]
    sha256: _Sha256


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """What an archive says it holds."""

    schema: str  # kind and version, such as "visemo-votes-bundle/1"
    study_id: str
    program: str  # version of the program that wrote it
    files: dict[str, _Entry]


def write_archive(
    path: Path, schema: str, study_id: str, files: Mapping[str, tuple[Path, str | None]]
) -> None:
    """Pack files, given by name, with the SHA-256 they must have where that is known.

    Raises RatingError where a file cannot be read or is another, or the archive not written.
    """
    entries = {}
    try:
        with (
            atomic_binary(path) as stream,
            zipfile.ZipFile(stream, "w", allowZip64=False) as packed,
        ):
            for name, (source, sha256) in files.items():
                entries[name] = _pack(packed, name, source)
                if sha256 not in (None, entries[name].sha256):
                    raise RatingError(
                        f"'{name}' has changed since the study was frozen; put back the file as "
                        "it was."
                    )
            manifest = Manifest(schema, study_id, program_version(), entries)
            text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
            packed.writestr(zipfile.ZipInfo(MANIFEST, _DATE), text, zipfile.ZIP_DEFLATED)
    except ExportError as problem:
        raise RatingError(str(problem)) from problem
    except OSError as problem:
        raise RatingError(f"'{problem.filename}' cannot be read: {problem.strerror}.") from problem
    except zipfile.LargeZipFile as problem:
        raise RatingError("The files are larger than the 4 GB that a bundle can have.") from problem


def unpack_archive(path: Path, schema: str, folder: Path) -> Manifest:
    """Check an archive and unpack it into a new, empty folder.

    Raises RatingError, and may leave files in `folder`, for anything that is not as it
    must be: the caller throws the folder away.
    """
    name = path.name
    try:
        with _opened(path) as stream, zipfile.ZipFile(stream) as packed:
            entries = packed.infolist()
            _check_entries(entries, name, packed.start_dir)
            manifest = _manifest(packed, name, schema)
            _check_listed(manifest, entries, name)
            for entry in entries:
                if entry.filename != MANIFEST:
                    _unpack(packed, entry, manifest.files[entry.filename], folder, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        struct.error,
        ValueError,
        KeyError,
    ) as problem:
        raise RatingError(f"'{name}' is damaged ({problem}); get it once more.") from problem
    except (NotImplementedError, RuntimeError, RecursionError) as problem:
        raise RatingError(f"'{name}' is packed in a way that is not read ({problem}).") from problem
    except OSError as problem:
        reason = problem.strerror or problem
        raise RatingError(f"'{name}' cannot be unpacked: {reason}.") from problem
    return manifest


def names_in(manifest: Manifest) -> Collection[str]:
    """Of the files, without the manifest."""
    return manifest.files.keys()


def _pack(packed: zipfile.ZipFile, name: str, source: Path) -> _Entry:
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_STORED  # sounds hardly shrink, and no ratio looks like a bomb
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    with source.open("rb") as stream, packed.open(info, "w") as target:
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
            target.write(block)
    return _Entry(size, digest.hexdigest())


def _opened(path: Path) -> BinaryIO:
    """A plain file that ends as a small zip does; its directory is then not absurd either."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise RatingError(f"'{path.name}' is a folder or a device; choose a bundle.")
        stream = path.open("rb")
    except OSError as problem:
        raise RatingError(f"'{path.name}' cannot be opened: {problem.strerror}.") from problem
    try:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(size - _END.size - _LOCATOR_BYTES, 0))
        tail = stream.read()
        end = _END.unpack(tail[-_END.size :]) if len(tail) >= _END.size else None
        if end is None or end[0] != b"PK\x05\x06" or end[7]:
            raise RatingError(f"'{path.name}' is no bundle of Visemo, or was cut off.")
        if tail.startswith(_LOCATOR) or end[4] > MOST_FILES + 1 or size > MOST_BYTES:
            raise RatingError(
                f"'{path.name}' is larger than a bundle can be ({MOST_FILES} files, 4 GB)."
            )
        if end[5] > 1000 * (end[4] + 1):
            raise RatingError(f"'{path.name}' has a directory that is larger than its files need.")
    except BaseException:
        stream.close()
        raise
    return stream


def _check_entries(entries: list[zipfile.ZipInfo], name: str, end: int) -> None:
    """All that can be told before anything is unpacked."""
    if len(entries) > MOST_FILES + 1:
        raise RatingError(f"'{name}' holds more than the {MOST_FILES} files a bundle can have.")
    folded: set[str] = set()
    for entry in entries:
        shown = ascii(entry.orig_filename)[:120]
        if not safe_name(entry.orig_filename):
            raise RatingError(f"'{name}' holds a file of the name {shown}, which no bundle has.")
        if entry.orig_filename.casefold() in folded:
            raise RatingError(f"'{name}' holds {shown} twice, or in capitals and small letters.")
        folded.add(entry.orig_filename.casefold())
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG) or entry.is_dir():
            raise RatingError(f"'{name}' holds {shown}, which is a link or no plain file.")
        if entry.flag_bits & _ENCRYPTED:
            raise RatingError(f"'{name}' is encrypted ({shown}); bundles are not.")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RatingError(f"'{name}' packs {shown} in a way that is not read.")
        absurd = entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
        if entry.file_size > _SMALL and absurd:
            raise RatingError(f"'{name}' is a bomb: {shown} would grow out of all proportion.")
    for folder in {part for key in folded for part in _folders(key)} & folded:
        raise RatingError(f"'{name}' holds {folder!a} as a file and as a folder.")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise RatingError(f"'{name}' would unpack to more than the 4 GB a bundle can have.")
    # Entries that share their bytes are how a small file becomes a large one.
    places = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    if places and places[0][0] < 0:
        raise RatingError(f"'{name}' is damaged: its beginning is missing.")
    for (place, size), (following, _) in pairwise([*places, (end, 0)]):
        if place + size > following:
            raise RatingError(f"'{name}' is a bomb: its files overlap.")


def _folders(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _manifest(packed: zipfile.ZipFile, name: str, schema: str) -> Manifest:
    if MANIFEST not in packed.namelist():
        raise RatingError(f"'{name}' is no bundle of Visemo: it has no {MANIFEST}.")
    with packed.open(MANIFEST) as stream:
        data = stream.read(_MOST_MANIFEST + 1)
    if len(data) > _MOST_MANIFEST:
        raise RatingError(f"'{name}' has a manifest that is too large.")
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise RatingError(f"'{name}' has a damaged manifest ({problem}).") from problem
    kind, _, version = manifest.schema.partition("/")
    wanted, _, known = schema.partition("/")
    if kind == wanted and version.isdecimal() and len(version) < 9 and int(version) > int(known):
        raise RatingError(
            f"'{name}' was made by a newer version of Visemo (format {version}; this one reads "
            f"{known}); update Visemo to open it."
        )
    if manifest.schema != schema:
        raise RatingError(
            f"'{name}' holds {manifest.schema[:60]!a}; expected a bundle of '{schema}'."
        )
    return manifest


def _check_listed(manifest: Manifest, entries: list[zipfile.ZipInfo], name: str) -> None:
    there = {entry.filename for entry in entries} - {MANIFEST}
    for file in sorted(there - manifest.files.keys()):
        raise RatingError(f"'{name}' holds '{file}', which its manifest does not name.")
    for file in sorted(manifest.files.keys() - there):
        raise RatingError(f"'{name}' lacks {file[:120]!a}, which its manifest names.")


def _unpack(
    packed: zipfile.ZipFile, entry: zipfile.ZipInfo, said: _Entry, folder: Path, name: str
) -> None:
    target = folder.joinpath(*entry.filename.split("/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with packed.open(entry) as stream, target.open("xb") as file:
        while size <= said.bytes and (block := stream.read(_BLOCK)):
            digest.update(block)
            size += len(block)
            file.write(block)
    if size != said.bytes or digest.hexdigest() != said.sha256:
        with suppress(OSError):
            target.unlink()
        raise RatingError(f"'{name}' is damaged: '{entry.filename}' is not as its manifest says.")
