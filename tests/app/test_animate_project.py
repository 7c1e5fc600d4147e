"""`visemo animate` of parts, columns, gains, pictures and projects."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

from app.export_job import ExportRequest, export
from app.pictures import PictureSettings
from core.animation import AnimationSettings
from core.audio_file import read_clip
from core.export import ExportSettings
from core.gains import RegionGains
from core.project import Project, ProjectClip
from core.project_file import write_project
from core.segments import SegmentChoice
from models.cascade import Cascade
from resources import LANDMARK_SCHEMA
from tests.app.conftest import Visemo, names, outputs, save_speech
from tests.app.studio.picture_files import needs_av
from tests.core.readers import read_csv, read_json

ROOT = Path(__file__).parents[2]


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    return save_speech(tmp_path / "speech.wav")


def test_a_range_keeps_the_times_of_the_sound(animate: Visemo, speech: Path) -> None:
    assert animate(speech, "--range", "0.1-0.3").status == 0
    for read in (read_csv(speech.with_suffix(".csv")), read_json(speech.with_suffix(".json"))):
        assert np.allclose(read.t, [0.1, 0.14, 0.18, 0.22, 0.26])
        assert read.about["settings"]["range"] == [0.1, 0.3]


def test_columns_are_a_list(animate: Visemo, speech: Path) -> None:
    assert animate(speech, "--format", "csv", "--columns", "Top2, probabilities").status == 0
    with speech.with_suffix(".csv").open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    assert header[:5] == ["frame", "face_id", "timestamp", "confidence", "success"]
    assert (header[5], header[-3:], len(header)) == ("p_angry", ["top1", "top2", "w_top1"], 15)


def test_gains_move_their_region_and_are_recorded(animate: Visemo, speech: Path) -> None:
    def face(*options: object) -> tuple[np.ndarray, dict[str, object]]:
        assert animate(speech, "--format", "json", *options).status == 0
        read = read_json(speech.with_suffix(".json"))
        jsonschema.validate(json.loads(speech.with_suffix(".json").read_text("utf-8")),
                            json.loads(LANDMARK_SCHEMA.read_text("utf-8")))  # fmt: skip
        return read.xy, read.about["settings"]

    plain, settings = face()
    assert "gains" not in settings
    held, settings = face("--jaw", "0")
    assert settings["gains"] == {"jaw": 0.0, "lips": 1.0, "corners": 1.0}
    assert np.ptp(held[:, :11], axis=0).max() == 0
    assert np.ptp(plain[:, :11], axis=0).max() > 0
    assert np.array_equal(held[:, 11:16], plain[:, 11:16])  # the nose
    moved, _ = face("--lips", "2", "--corners", "0.5")
    assert np.array_equal(moved[:, :16], plain[:, :16])
    assert not np.array_equal(moved[:, 16:], plain[:, 16:])


@needs_av
def test_pictures_can_be_asked_for(animate: Visemo, speech: Path) -> None:
    ran = animate(speech, "--format", "png,gif,mp4", "--size", "96x64", "--theme", "light")
    assert (ran.status, ran.err) == (0, "")
    assert names(speech.parent) == ["speech.gif", "speech.mp4", "speech.wav", "speech_png"]
    with Image.open(speech.parent / "speech_png" / "speech_000010.png") as image:
        assert image.size == (96, 64)
    with Image.open(speech.with_suffix(".gif")) as image:
        assert (image.size, getattr(image, "n_frames", 1)) == ((96, 64), 10)
    assert "speech_png" in ran.out


def test_qt_is_loaded_only_for_pictures(weights: Path, speech: Path) -> None:
    code = (
        "import sys\nfrom app.cli import main\n"
        "status = main(sys.argv[1:])\nprint(*sys.modules, file=sys.stderr)\nsys.exit(status)"
    )
    for formats, expected in (("csv,json,npz", set[str]()), ("csv,png", {"PySide6"})):
        ran = subprocess.run(
            [sys.executable, "-c", code, "animate", str(speech), "--weights", str(weights),
             "--device", "cpu", "--format", formats, "--size", "64x64"],
            cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
            env={**os.environ, "QT_QPA_PLATFORM": ""},
        )  # fmt: skip
        loaded = {name.partition(".")[0] for name in ran.stderr.split()}
        assert loaded & {"PySide6"} == expected
        assert "av" not in loaded


def test_without_pyav_nothing_is_begun(
    animate: Visemo, speech: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.pictures.find_spec", lambda _name: None)
    ran = animate(speech, "--format", "csv,mp4")
    assert (ran.status, ran.out) == (2, "")
    assert ran.errors == [
        "visemo: error: MP4 needs the package PyAV, which is not here; "
        "run: pip install 'visemo[video]'"
    ]
    assert names(speech.parent) == ["speech.wav"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--range", "1"], "expected two times in seconds such as 1.5-3, not '1'"),
        (["--range", "a-b"], "expected two times in seconds such as 1.5-3, not 'a-b'"),
        (["--range", "0.3-0.1"], "the range must go from a time to a later one in seconds"),
        (["--range", "5-6"], "there is no frame from 5 to 6 s at 25 frames a second; the clip"),
        (["--columns", "mouth"], "unknown columns 'mouth', expected some of points, prob"),
        (["--columns", ""], "unknown columns '', expected some of points, probabilities, top2"),
        (["--jaw", "3"], "the gain of the jaw must be from 0 to 2, not 3.0"),
        (["--lips", "nan"], "the gain of the lips must be from 0 to 2, not nan"),
        (["--corners", "-1"], "the gain of the corners must be from 0 to 2, not -1.0"),
        (["--size", "720"], "expected a width and a height such as 720x720, not '720'"),
        (["--size", "9x9"], "sides of a picture must be from 64 to 4096 pixels, not 9 x 9"),
        (["--theme", "pink"], "unknown theme 'pink', expected one of dark, light"),
        (["--format", "avi"], "expected one of csv, json, npz, png, gif, mp4"),
        (["--points", "68", "--format", "png"], "68 points are held by csv, not by png"),
    ],
)
def test_options_that_cannot_be_are_explained(
    options: list[str], message: str, animate: Visemo, speech: Path
) -> None:
    ran = animate(speech, *options)
    assert (ran.status, ran.out) == (2, "")
    assert message in ran.errors[-1]
    assert names(speech.parent) == ["speech.wav"]


CHOSEN = AnimationSettings(
    segments=(SegmentChoice(0.0, 0.2, "happy", 1.5), SegmentChoice(0.2, 0.4)),
    gains=RegionGains(jaw=1.2, corners=0.5),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two clips with wishes of their own."""
    first = save_speech(tmp_path / "a.wav", seed=1)
    second = save_speech(tmp_path / "b.wav", seed=2)
    clips = (
        ProjectClip(first, read_clip(first).source.sha256, CHOSEN, smoothing=6.0),
        ProjectClip(second, "", AnimationSettings("sad", 0.5)),
    )
    write_project(Project(clips), tmp_path / "show.visemo")
    return tmp_path / "show.visemo"


def test_a_project_animates_its_clips_as_they_were_left(animate: Visemo, project: Path) -> None:
    ran = animate(project)
    assert (ran.status, ran.err) == (0, "")
    assert names(project.parent) == sorted([*outputs(["a", "b"]), "a.wav", "b.wav", "show.visemo"])
    first, second = (read_json(project.with_name(f"{name}.json")).about for name in "ab")
    assert first["settings"]["gains"] == {"jaw": 1.2, "lips": 1.0, "corners": 0.5}
    assert first["settings"]["smoothing"] == 6.0
    happy = {"start": 0.0, "end": 0.2, "emotion": "happy", "strength": 1.5, "source": "user"}
    assert first["segments"][0] == first["settings"]["override"][0] == happy
    assert (second["settings"]["emotion"], second["settings"]["strength"]) == ("sad", 0.5)
    assert second["settings"]["smoothing"] == "none"


@pytest.mark.parametrize("given", ["none", 4.0])
def test_smoothing_can_be_asked_for_all_clips_of_a_project(
    given: object, animate: Visemo, project: Path
) -> None:
    assert animate(project, "--format", "json", "--smoothing", given).status == 0
    for name in "ab":
        about = read_json(project.with_name(f"{name}.json")).about
        assert about["settings"]["smoothing"] == given


@pytest.mark.parametrize(
    "formats", [("csv", "json", "npz"), pytest.param(("png", "gif", "mp4"), marks=needs_av)]
)
@pytest.mark.parametrize("own", [True, False])
def test_the_studio_and_the_command_line_write_the_same_bytes(
    formats: tuple[str, ...], own: bool, animate: Visemo, project: Path, weights: Path
) -> None:
    out, studio = project.with_name("out"), project.with_name("studio")
    smoothing = [] if own else ["--smoothing", "3"]
    ran = animate(
        project, "--out", out, "--format", ",".join(formats), "--fps", "30", "--range", "0.1-0.3",
        "--size", "128x96", "--theme", "light", *smoothing,
    )  # fmt: skip
    assert (ran.status, ran.err) == (0, "")
    settings = ExportSettings(30.0, None if own else 3.0, span=(0.1, 0.3))
    picture = PictureSettings((128, 96), "light")
    request = ExportRequest(formats, settings, picture, studio, own_smoothing=own)
    cascade = Cascade.load(weights, "cpu")
    for clip in (
        ProjectClip(project.with_name("a.wav"), "", CHOSEN, smoothing=6.0),
        ProjectClip(project.with_name("b.wav"), "", AnimationSettings("sad", 0.5)),
    ):
        export(cascade.animate(read_clip(clip.path), clip.settings), clip, request)
    one, two = (
        {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        for folder in (out, studio)
    )
    assert len(one) >= 6
    assert one == two


def test_a_sound_of_a_project_that_is_gone_is_named_and_the_others_are_done(
    animate: Visemo, project: Path
) -> None:
    project.with_name("a.wav").unlink()
    ran = animate(project, "--out", project.with_name("out"))
    assert ran.status == 2
    assert "a.wav: error: There is no file" in ran.errors[0]
    assert names(project.with_name("out")) == outputs(["b"])


def test_a_sound_that_has_changed_since_is_told(animate: Visemo, project: Path) -> None:
    save_speech(project.with_name("a.wav"), seed=3)
    ran = animate(project, "--quiet")
    assert ran.status == 0
    (line,) = ran.errors
    assert line.endswith("a.wav: note: the sound is not the one that the project was made with")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be opened"),
        (b"not a project", "is no Visemo project"),
        (b'{"schema":"visemo-project/999","clips":[]}', "made by a newer version"),
    ],
)
def test_a_bad_project_is_named_and_the_others_are_done(
    content: bytes | None, message: str, animate: Visemo, speech: Path
) -> None:
    bad = speech.with_name("bad.visemo")
    if content is not None:
        bad.write_bytes(content)
    ran = animate(bad, speech)
    assert ran.status == 2
    assert ran.errors[0].startswith(f"{bad}: error: ")
    assert message in ran.errors[0]
    assert speech.with_suffix(".csv").is_file()


def test_an_empty_project_is_named(animate: Visemo, tmp_path: Path) -> None:
    write_project(Project(), tmp_path / "a.visemo")
    ran = animate(tmp_path / "a.visemo")
    assert ran.errors == [
        f"{tmp_path / 'a.visemo'}: error: there are no clips in this project; "
        "add some in the studio."
    ]


@pytest.mark.parametrize(
    "option",
    [
        "--emotion=sad",
        "--strength=2",
        "--model=combined",
        "--jaw=0",
        "--recogniser=dern",
        "--speaker=x",
        "--profile=x.json",
    ],
)
def test_what_a_project_says_cannot_be_said_twice(
    option: str, animate: Visemo, project: Path
) -> None:
    ran = animate(project, option)
    assert (ran.status, ran.out) == (2, "")
    assert f"leave out {option.partition('=')[0]}, or name the sound files" in ran.err
