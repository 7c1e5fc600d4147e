"""Preferences are remembered, and whatever happens to their file, the program starts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.preferences import (
    FILE,
    LARGEST,
    MOST_RECENT,
    Preferences,
    PreferencesFile,
    config_folder,
)

SOME = Preferences(
    theme="light", fps=29.97, volume=0.5, output_device="Karte 🎧", recent_files=("/ä/b c.wav",),
    lanes={"waveform": {"height": 80, "folded": True}}, export_choice={"formats": ["csv"]},
    hints_seen=True,
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "visemo"


def test_what_is_written_is_read(folder: Path) -> None:
    assert PreferencesFile(folder).write(SOME) == ""
    assert PreferencesFile(folder).read() == (SOME, "")
    assert [path.name for path in folder.iterdir()] == [FILE]


def test_a_missing_file_is_no_trouble(folder: Path) -> None:
    assert PreferencesFile(folder).read() == (Preferences(), "")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"\xff\xfe\x00", b"null", b'{"format": "other/1"}', b"[" * 100_000,
        b" " * (LARGEST + 1), b"1e999",
    ],
    ids=["empty", "cut", "list", "bytes", "null", "other", "deep", "long", "number"],
)  # fmt: skip
def test_a_damaged_file_gives_the_defaults_and_is_kept(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / FILE).write_bytes(content)
    preferences, notice = PreferencesFile(folder).read()
    assert preferences == Preferences()
    assert "damaged" in notice
    kept = folder / f"{FILE}.broken"
    assert str(kept) in notice
    assert kept.read_bytes() == content
    assert PreferencesFile(folder).write(SOME) == ""
    assert PreferencesFile(folder).read() == (SOME, "")


def test_one_bad_value_takes_no_other_with_it(folder: Path) -> None:
    PreferencesFile(folder).write(SOME)
    values = json.loads((folder / FILE).read_text("utf-8"))
    values |= {"fps": -1, "theme": "pink", "recent_files": 3, "from_the_future": {}}
    (folder / FILE).write_text(json.dumps(values), "utf-8")
    preferences, notice = PreferencesFile(folder).read()
    defaults = Preferences()
    assert preferences == replace(SOME, fps=defaults.fps, theme="system", recent_files=())
    assert "fps, recent_files, theme" in notice


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "25"])
def test_a_frame_rate_that_is_none_is_refused(folder: Path, value: object) -> None:
    PreferencesFile(folder).write(SOME)
    values = json.loads((folder / FILE).read_text("utf-8"))
    (folder / FILE).write_text(json.dumps(values | {"fps": value}), "utf-8")
    preferences, _ = PreferencesFile(folder).read()
    assert preferences == replace(SOME, fps=25.0)


def test_a_place_that_cannot_be_written_is_a_notice(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "could not be saved" in PreferencesFile(tmp_path / "file" / "below").write(SOME)
    (tmp_path / "taken" / FILE).mkdir(parents=True)
    preferences, notice = PreferencesFile(tmp_path / "taken").read()
    assert preferences == Preferences()
    assert "cannot be read" in notice
    assert "folder" in PreferencesFile(tmp_path / "taken").write(SOME)


def test_a_full_disk_leaves_the_old_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    PreferencesFile(folder).write(SOME)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert "disk is full" in PreferencesFile(folder).write(Preferences())
    monkeypatch.undo()
    assert PreferencesFile(folder).read() == (SOME, "")


def test_a_name_that_is_not_unicode_is_a_notice(folder: Path) -> None:
    PreferencesFile(folder).write(SOME)
    odd = SOME.with_recent(Path("/a/\udcff.wav"))
    assert "could not be saved" in PreferencesFile(folder).write(odd)
    assert PreferencesFile(folder).read() == (SOME, "")


def test_no_place_at_all_is_a_notice() -> None:
    nowhere = PreferencesFile(None)
    preferences, notice = nowhere.read()
    assert preferences == Preferences()
    assert "nothing will be remembered" in notice
    assert "nothing is remembered" in nowhere.write(SOME)


def test_they_lie_where_the_system_keeps_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_folder() == tmp_path / "visemo"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.delenv("HOME")
    assert config_folder() is None


def test_recent_files_are_the_last_ones_each_once() -> None:
    preferences = Preferences()
    for number in [*range(20), 15]:
        preferences = preferences.with_recent(Path(f"/{number}.wav"))
    preferences = preferences.with_recent(Path("/a.visemo"), project=True)
    assert len(preferences.recent_files) == MOST_RECENT
    assert preferences.recent_files[:3] == ("/15.wav", "/19.wav", "/18.wav")
    assert preferences.recent_projects == ("/a.visemo",)


@pytest.mark.parametrize(
    ("field", "value"), [("fps", 0.0), ("volume", 1.5), ("theme", "pink"), ("device", "abacus")]
)
def test_impossible_preferences_cannot_be_made(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{field} must be"):
        replace(Preferences(), **{field: value})  # type: ignore[arg-type]
