"""Studies and sessions travel whole; what is hostile or does not fit is refused whole."""

import hashlib
import json
import sqlite3
import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import RatingError
from core.rating.archive import MANIFEST
from core.rating.bundle import STUDY_SCHEMA, export_study, import_study
from core.rating.study import Study
from core.rating.study_file import NAME, read_study
from tests.core.rating.vote_stores import make_study

SOUND = "sounds/neutral0.wav"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Of a small study."""
    make_study(tmp_path / "study", clips=2)
    target = tmp_path / "Mund ä 😀.visemo-study"
    export_study(tmp_path / "study", target)
    return target


def refused(bundle: Path, match: str) -> None:
    """Whole: nothing is left of it, not even under another name."""
    before = set(bundle.parent.rglob("*"))
    with pytest.raises(RatingError, match=match):
        import_study(bundle, bundle.parent / "new")
    assert set(bundle.parent.rglob("*")) == before


def files_of(bundle: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def pack(bundle: Path, files: dict[str, bytes], listed: bool = True) -> None:
    """A bundle of any files; the manifest fits if `listed`, and is as given otherwise."""
    files = dict(files)
    manifest = json.loads(files.pop(MANIFEST))
    if listed:
        manifest["files"] = {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in files.items()
        }
    with zipfile.ZipFile(bundle, "w") as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name), data)
        packed.writestr(MANIFEST, json.dumps(manifest))


def patch_entry(bundle: Path, name: str, offset: int, form: str, value: int) -> None:
    """Overwrite a field of a file's entry in the directory of a zip."""
    data = bytearray(bundle.read_bytes())
    place = data.rindex(name.encode()) - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    struct.pack_into(form, data, place + offset, value)
    bundle.write_bytes(data)


def test_a_study_arrives_as_it_was(tmp_path: Path, bundle: Path) -> None:
    study = import_study(bundle, tmp_path / "here" / "new")
    assert study == read_study(tmp_path / "study") == read_study(tmp_path / "here" / "new")
    before, after = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")}
        for folder in (tmp_path / "study", tmp_path / "here" / "new")
    )
    assert before == after
    assert len(after) == 1 + 2 + 4
    second = tmp_path / "again.visemo-study"
    export_study(tmp_path / "here" / "new", second)
    assert second.read_bytes() == bundle.read_bytes()


def test_a_study_whose_stimulus_changed_is_not_exported(tmp_path: Path) -> None:
    make_study(tmp_path, clips=2)
    target = tmp_path / "study.visemo-study"
    (tmp_path / SOUND).write_bytes(b"another")
    with pytest.raises(RatingError, match=f"'{SOUND}' has changed since"):
        export_study(tmp_path, target)
    (tmp_path / SOUND).unlink()
    with pytest.raises(RatingError, match=f"'{SOUND}' is missing"):
        export_study(tmp_path, target)
    assert not target.exists()


def test_a_study_is_not_unpacked_over_something(tmp_path: Path, bundle: Path) -> None:
    with pytest.raises(RatingError, match="is not empty; choose a new folder"):
        import_study(bundle, tmp_path / "study")
    with pytest.raises(RatingError, match="is not empty"):
        import_study(bundle, bundle)
    (tmp_path / "empty").mkdir()
    assert import_study(bundle, tmp_path / "empty").title == "Mouths"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.wav", "sounds/../../evil.wav", "/etc/evil", "//server/evil", "C:/evil.wav",
        "sounds\\evil.wav", "sounds/a:b.wav", "sounds//evil.wav", "./evil.wav", "evil.wav/",
        "sounds/evil.wav\0.txt", "sounds/evil\n.wav", "CON", "sounds/aux.wav", "evil.", "évil.wav",
        "a" * 300,
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(bundle: Path, name: str) -> None:
    files = files_of(bundle)
    stand_in = "#" * len(name.encode())  # zipfile itself would not write some of these
    pack(bundle, {**files, stand_in: b"evil"})
    data = bundle.read_bytes().replace(stand_in.encode(), name.encode())
    bundle.write_bytes(data)
    refused(bundle, "holds a file of the name .*, which no bundle has")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR, stat.S_IFCHR])
def test_links_and_devices_are_refused(bundle: Path, kind: int) -> None:
    patch_entry(bundle, SOUND, 38, "<L", (kind | 0o777) << 16)
    refused(bundle, "is a link or no plain file")


def test_names_that_fall_together_are_refused(bundle: Path) -> None:
    files = files_of(bundle)
    pack(bundle, {**files, SOUND.upper(): files[SOUND]})
    refused(bundle, "twice, or in capitals and small letters")
    pack(bundle, {**files, "sounds/A": b"", "sounds/a/b": b""})
    refused(bundle, "'sounds/a' as a file and as a folder")
    pack(bundle, files)
    with (
        zipfile.ZipFile(bundle, "a") as packed,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        packed.writestr(SOUND, files[SOUND])
    refused(bundle, "twice")


def test_bombs_are_refused(bundle: Path) -> None:
    files = files_of(bundle)
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in {**files, SOUND: b"\0" * (8 << 20)}.items():
            packed.writestr(name, data)
    refused(bundle, "is a bomb: .* out of all proportion")


def test_files_that_share_their_bytes_are_refused(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as packed:
        first, second = packed.infolist()[1:3]
    patch_entry(bundle, second.filename, 42, "<L", first.header_offset)
    refused(bundle, "is a bomb: its files overlap")


def test_more_than_a_bundle_can_hold_is_refused(bundle: Path) -> None:
    whole = bundle.read_bytes()
    for name in (SOUND, NAME):
        patch_entry(bundle, name, 24, "<L", 0xFFFFF000)  # size
        patch_entry(bundle, name, 20, "<L", 0x02000000)  # packed
    refused(bundle, "would unpack to more than the 4 GB")
    for place, form, value, match in (
        (10, "<H", 0xFFFF, "larger than a bundle can be"),
        (12, "<L", 0x7FFFFFFF, "a directory that is larger than"),
    ):
        data = bytearray(whole)
        struct.pack_into(form, data, len(data) - 22 + place, value)
        bundle.write_bytes(data)
        refused(bundle, match)


def test_sizes_that_lie_are_refused(bundle: Path) -> None:
    patch_entry(bundle, SOUND, 24, "<L", 5)
    refused(bundle, "is damaged")


@pytest.mark.parametrize("flag", [0x1, 0x40])
def test_encrypted_files_are_refused(bundle: Path, flag: int) -> None:
    patch_entry(bundle, SOUND, 8, "<H", flag)
    refused(bundle, "is encrypted")


def test_other_ways_of_packing_are_refused(bundle: Path) -> None:
    patch_entry(bundle, SOUND, 10, "<H", zipfile.ZIP_LZMA)
    refused(bundle, "in a way that is not read")


def test_files_too_many_or_too_few_are_refused(bundle: Path) -> None:
    files = files_of(bundle)
    pack(bundle, {**files, "notes.txt": b"hello"})
    refused(bundle, "holds 'notes.txt', which the study does not name")
    pack(bundle, {**files, "notes.txt": b"hello"}, listed=False)
    refused(bundle, "holds 'notes.txt', which its manifest does not name")
    pack(bundle, {name: data for name, data in files.items() if name != SOUND}, listed=False)
    refused(bundle, f"lacks '{SOUND}', which its manifest names")
    for name in (SOUND, NAME):
        pack(bundle, {key: data for key, data in files.items() if key != name})
        refused(bundle, f"'{name}'")


def test_contents_that_are_not_as_said_are_refused(bundle: Path) -> None:
    files = files_of(bundle)
    other = files[SOUND][:-1] + b"!"
    pack(bundle, {**files, SOUND: other}, listed=False)
    refused(bundle, f"is damaged: '{SOUND}' is not as its manifest says")
    pack(bundle, {**files, SOUND: other})  # by somebody who mends the manifest as well
    refused(bundle, f"'{SOUND}' has changed since it was frozen")
    pack(bundle, {**files, NAME: files[NAME].replace(b"00112233445566aa", b"ff" * 8)})
    refused(bundle, "another study than its manifest says")


def edit_manifest(edit: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def apply(bundle: Path) -> None:
        files = files_of(bundle)
        manifest = json.loads(files[MANIFEST])
        edit(manifest)
        pack(bundle, {**files, MANIFEST: json.dumps(manifest).encode()}, listed=False)

    return apply


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda path: path.write_bytes(b""), "no bundle of Visemo, or was cut off"),
        (lambda path: path.write_bytes(b"text " * 1000), "no bundle of Visemo"),
        (lambda path: path.write_bytes(path.read_bytes()[:-30]), "cut off"),
        (lambda path: path.write_bytes(path.read_bytes()[100:]), "damaged"),
        (lambda path: (path.unlink(), path.mkdir()), "a folder or a device"),
        (lambda path: path.unlink(), "cannot be opened"),
        (edit_manifest(lambda m: m.update(schema="visemo-study-bundle/2")), "newer version"),
        (edit_manifest(lambda m: m.update(schema="visemo-votes-bundle/1")), "expected a bundle of"),
        (edit_manifest(lambda m: m.update(secret=1)), "damaged manifest"),
        (edit_manifest(lambda m: m.pop("files")), "damaged manifest"),
    ],
)
def test_what_is_no_bundle_is_refused(
    bundle: Path, spoil: Callable[[Path], object], match: str
) -> None:
    assert STUDY_SCHEMA == "visemo-study-bundle/1"
    spoil(bundle)
    refused(bundle, match)


def test_a_database_is_no_bundle(tmp_path: Path) -> None:
    path = tmp_path / "votes.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE a (b)")
    refused(path, "no bundle of Visemo")


def test_every_byte_that_is_changed_is_noticed(bundle: Path, tmp_path: Path) -> None:
    """Or means nothing: what arrives is the study that was sent, or nothing."""
    whole = bundle.read_bytes()
    expected: Study = read_study(tmp_path / "study")
    refusals = 0
    for place in range(0, len(whole), 61):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0x5A
        bundle.write_bytes(spoilt)
        target = tmp_path / f"to{place}"
        try:
            study = import_study(bundle, target)
        except RatingError:
            refusals += 1
            assert not target.exists()
        else:
            assert study == expected
            for stimulus in study.stimuli:
                data = (target / stimulus.sound).read_bytes()
                assert hashlib.sha256(data).hexdigest() == stimulus.sound_sha256
    assert refusals > 0.8 * len(whole) / 61
