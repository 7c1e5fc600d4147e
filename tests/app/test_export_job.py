"""What the window and the command line do alike when they export."""

from pathlib import Path

import pytest

from app.export_job import Claims, ExportRequest, export, replaced
from core.errors import ExportError
from core.export import ExportSettings
from core.project import ProjectClip
from tests.core.animations import make_animation


def test_exports_of_one_run_do_not_overwrite_each_other(tmp_path: Path) -> None:
    request, claims = ExportRequest(("csv",), folder=tmp_path / "out"), Claims()
    one, two = tmp_path / "one" / "a.wav", tmp_path / "two" / "a.wav"
    for _ in range(2):
        ((_, path),) = claims.take(one, request)
        assert path == tmp_path / "out" / "a.csv"
    with pytest.raises(ExportError, match=r"'.*a\.csv' would overwrite that of '.*one.a\.wav'"):
        claims.take(two, request)


def test_what_will_be_replaced_is_known_before(tmp_path: Path) -> None:
    request = ExportRequest(("csv", "json", "png"))
    sounds = [tmp_path / "a.wav", tmp_path / "b.wav"]
    assert replaced(sounds, request) == []
    (tmp_path / "b.meta.json").touch()
    (tmp_path / "a_png").mkdir()
    assert replaced(sounds, request) == [tmp_path / "a_png", tmp_path / "b.meta.json"]


def test_a_request_for_nothing_or_for_the_unknown_is_refused() -> None:
    with pytest.raises(ExportError, match="Unknown format 'avi'; expected one of csv, json"):
        ExportRequest(("csv", "avi"))
    with pytest.raises(ExportError, match="Unknown format ''"):
        ExportRequest(())


def test_a_clips_own_smoothing_that_exports_do_not_know_is_refused() -> None:
    request = ExportRequest(("csv",), own_smoothing=True)
    with pytest.raises(ExportError, match=r"smoothing must be from 0\.1 to 50 Hz"):
        request.for_clip(80.0)
    assert request.for_clip(8.0).settings.smoothing == 8.0
    assert (
        ExportRequest(("csv",), ExportSettings(smoothing=2.0)).for_clip(8.0).settings.smoothing
        == 2.0
    )


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    clip = ProjectClip(tmp_path / "a.wav")
    paths = export(make_animation(), clip, ExportRequest(("npz",), folder=tmp_path / "x" / "y"))
    assert paths == [tmp_path / "x" / "y" / "a.npz"]
    assert paths[0].is_file()


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    request = ExportRequest(("npz",), folder=tmp_path / "x")
    with pytest.raises(ExportError, match="it, or a part of it, is a file; name a folder"):
        export(make_animation(), ProjectClip(tmp_path / "a.wav"), request)


def test_formats_that_hold_36_points_get_them_beside_a_table_of_68(tmp_path: Path) -> None:
    request = ExportRequest(("csv", "json"), ExportSettings(points=68))
    paths = export(make_animation(), ProjectClip(tmp_path / "a.wav"), request)
    assert [path.name for path in paths] == ["a.csv", "a.meta.json", "a.json"]
    assert b"x_67" in paths[0].read_bytes()[:2000]


def test_a_sound_is_not_overwritten_by_its_own_export(tmp_path: Path) -> None:
    sound = tmp_path / "a.json"
    sound.write_bytes(b"a sound by another name")
    with pytest.raises(ExportError, match="would overwrite the sound itself"):
        export(make_animation(), ProjectClip(sound), ExportRequest(("json",)))
    assert sound.read_bytes() == b"a sound by another name"
