"""`visemo animate` from end to end: sounds in, files out."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import soundfile

from core.clip import SAMPLE_RATE
from core.emotion import EMOTIONS
from core.export import EXPORTERS
from models.device import DEVICES
from resources import LANDMARK_SCHEMA, SAMPLE
from tests.app.conftest import SECONDS, Visemo, names, outputs, save_speech
from tests.app.studio.picture_files import needs_av
from tests.core.readers import READERS, read_csv, read_json
from tests.models.clips import babble


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    return save_speech(tmp_path / "speech.wav")


def test_csv_and_json_appear_beside_the_sound(animate: Visemo, speech: Path) -> None:
    ran = animate(speech)
    assert (ran.status, ran.err) == (0, "")
    assert names(speech.parent) == sorted([*outputs(["speech"]), "speech.wav"])
    table, tree = read_csv(speech.with_suffix(".csv")), read_json(speech.with_suffix(".json"))
    assert table.xy.shape == (round(SECONDS * 25), 36, 2)
    assert np.allclose(table.xy, tree.xy)
    assert tree.about["source"]["file"] == "speech.wav"


def test_one_line_tells_what_was_heard_and_written(animate: Visemo, speech: Path) -> None:
    (line,) = animate(speech, "--format", "json").out.splitlines()
    top, weight = (read_json(speech.with_suffix(".json")).about["utterance"][key][0]
                   for key in ("top2", "weights"))  # fmt: skip
    assert line.startswith(f"{speech}: {top} {100 * weight:.0f} %")
    assert line.endswith(f" -> {speech.with_suffix('.json')}")


def test_the_json_follows_its_schema(animate: Visemo, speech: Path) -> None:
    animate(speech, "--emotion", "sad", "--strength", "0.5", "--smoothing", "8")
    schema = json.loads(LANDMARK_SCHEMA.read_text("utf-8"))
    content = json.loads(speech.with_suffix(".json").read_text("utf-8"))
    jsonschema.validate(content, schema)
    assert content["settings"]["emotion"] == "sad"
    assert content["settings"]["strength"] == 0.5
    assert content["settings"]["smoothing"] == 8.0


def test_a_folder_for_the_exports_is_made(animate: Visemo, speech: Path) -> None:
    folder = speech.parent / "new" / "folder"
    assert animate(speech, "--out", folder).status == 0
    assert names(folder) == outputs(["speech"])
    assert names(speech.parent) == ["new", "speech.wav"]


def test_relative_names_are_meant_from_here(
    animate: Visemo, speech: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(speech.parent)
    ran = animate("speech.wav", "--format=csv")
    assert ran.out.endswith("-> speech.csv, speech.meta.json\n")
    assert Path("speech.csv").is_file()


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_format_can_be_asked_for_alone(name: str, animate: Visemo, speech: Path) -> None:
    assert animate(speech, "--format", name).status == 0
    path = speech.with_suffix(EXPORTERS[name].suffix)
    assert READERS[name](path).xy.shape == (10, 36, 2)


def test_formats_are_a_list(animate: Visemo, speech: Path) -> None:
    assert animate(speech, "--format", "NPZ, json,npz").status == 0
    assert names(speech.parent) == ["speech.json", "speech.npz", "speech.wav"]


@pytest.mark.parametrize("fps", [24, 29.97, 60, 100, 12.5])
def test_any_frame_rate(fps: float, animate: Visemo, speech: Path) -> None:
    assert animate(speech, "--format", "json", "--fps", fps).status == 0
    read = read_json(speech.with_suffix(".json"))
    assert read.about["fps"] == fps
    assert np.allclose(read.t, (np.arange(len(read.t)) + 0.5) / fps, atol=1e-5)
    assert len(read.t) == pytest.approx(SECONDS * fps, abs=0.51)


def test_68_points_go_into_the_csv(animate: Visemo, speech: Path) -> None:
    assert animate(speech, "--points", "68").status == 0
    assert read_csv(speech.with_suffix(".csv")).xy.shape == (10, 68, 2)
    assert read_json(speech.with_suffix(".json")).xy.shape == (10, 36, 2)


def test_emotion_strength_and_model_change_the_face(animate: Visemo, speech: Path) -> None:
    def face(*options: object) -> list[float]:
        assert animate(speech, "--format", "json", *options).status == 0
        result: list[float] = read_json(speech.with_suffix(".json")).xy.ravel().tolist()
        return result

    faces = [
        face("--emotion", "happy"),
        face("--emotion", "sad"),
        face("--emotion", "sad", "--strength", "2"),
        face("--model", "combined"),
        face("--emotion", "sad", "--smoothing", "5"),
    ]
    assert len({tuple(points) for points in faces}) == len(faces)
    assert face("--emotion", "sad", "--smoothing", "none") == faces[1]
    assert face("--emotion", "sad", "--strength", "0") == face("--emotion", "neutral")


def test_a_folder_means_the_sound_files_in_it(animate: Visemo, tmp_path: Path) -> None:
    folder = tmp_path / "takes"
    (folder / "deeper").mkdir(parents=True)
    for name in ("b.wav", "a.flac", "C.WAV", "d.ogg", ".hidden.wav", "deeper/e.wav"):
        save_speech(folder / name)
    (folder / "notes.txt").write_text("not a sound")
    ran = animate(folder, "--out", tmp_path / "out")
    assert (ran.status, ran.err) == (0, "")
    assert names(tmp_path / "out") == outputs(["C", "a", "b", "d"])
    assert len(ran.out.splitlines()) == 4


@needs_av
def test_a_video_speaks_as_its_sound_does(animate: Visemo, tmp_path: Path) -> None:
    from tests.models import films

    voice = babble(SECONDS, 0).astype(np.float32)[:, None]
    sound = films.Sound(voice, codec="pcm_s16le")
    video = films.write(tmp_path / "clip.mov", films.marked(10), sound=sound)
    soundfile.write(tmp_path / "sound.wav", voice, SAMPLE_RATE)
    ran = animate(video, tmp_path / "sound.wav")
    assert (ran.status, ran.err) == (0, "")
    filmed, heard = (read_csv(tmp_path / f"{name}.csv") for name in ("clip", "sound"))
    np.testing.assert_allclose(filmed.xy, heard.xy, atol=1e-4)


def test_a_file_given_twice_is_done_once(animate: Visemo, speech: Path) -> None:
    ran = animate(speech, speech.parent, speech)
    assert (ran.status, len(ran.out.splitlines())) == (0, 1)


@pytest.mark.parametrize("stem", ["søren", "声 の 顔", "😀 take (1)", "a.b", "=1+1", "x" * 251])
def test_any_name_will_do(stem: str, animate: Visemo, tmp_path: Path) -> None:
    ran = animate(save_speech(tmp_path / f"{stem}.wav"), "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    (written,) = tmp_path.glob("*.json")
    assert read_json(written).about["source"]["file"] == f"{stem}.wav"


def test_a_line_end_in_a_name_makes_no_second_line(animate: Visemo, tmp_path: Path) -> None:
    ran = animate(save_speech(tmp_path / "a\nb\x1b[31m.wav"), "--format", "json")
    assert ran.status == 0
    assert len(ran.out.splitlines()) == 1
    assert "\x1b" not in ran.out


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the bundled sample has not been made yet")
def test_no_file_means_the_sample_into_the_current_folder(
    animate: Visemo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert animate().status == 0
    assert names(tmp_path) == outputs(["sample"])


def test_the_sample_is_written_into_the_folder_asked_for(
    animate: Visemo, speech: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.commands.animate.SAMPLE", speech)
    assert animate("--out", tmp_path / "out").status == 0
    assert names(tmp_path / "out") == outputs(["speech"])


def test_quiet_says_nothing(animate: Visemo, speech: Path) -> None:
    ran = animate(speech, "--quiet")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert speech.with_suffix(".csv").is_file()


def test_the_same_bytes_every_time(animate: Visemo, speech: Path, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        assert animate(speech, "--format=csv,json,npz", "--out", tmp_path / folder).status == 0
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / f).iterdir()} for f in ("one", "two"))
    assert one == two


def test_the_help_names_every_choice(visemo: Visemo) -> None:
    text = visemo("animate", "--help").out
    for word in (*EMOTIONS, *DEVICES, ",".join(EXPORTERS), "dependent", "combined"):
        assert word in text
