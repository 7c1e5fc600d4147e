"""`visemo benchmark`: what it prints, and that both ways it compares do the same. No timed bar."""

import json
from pathlib import Path

import pytest
import soundfile

from app.cli import main
from core.clip import SAMPLE_RATE
from models import benchmark
from models.cascade import Cascade
from models.recognisers.ensemble import EnsembleSettings, write_settings
from models.reference import PlainCascade
from tests.models.clips import babble, babbling_clip

KEYS = {"rtf", "cascade_speedup", "dsrn_speedup", "peak_mb", "cold_start_s"}
# Closing the lips divides by how far these made-up faces open them, which is little.
CLOSE = 5e-5
STAGES = ("reading", "listening", "recognising_emotion", "moving_the_face", "writing")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "speech.wav"
    soundfile.write(path, babble(0.7), SAMPLE_RATE)
    return path


@pytest.fixture
def one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "SECONDS", 1.0)
    monkeypatch.setattr(benchmark, "FRAMES", 50)


@pytest.mark.usefixtures("one_second")
def test_json_is_the_last_line(
    sound: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["benchmark", "--runs", "1", "--json", "--clip", sound, "--weights", weights]
    assert main([str(word) for word in command]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures.keys() >= KEYS | {f"stage_{stage}_s" for stage in STAGES}
    signed = ("_difference", "_added_rtf")
    assert all(value > 0 for name, value in figures.items() if not name.endswith(signed))
    assert 0 <= figures["cascade_difference"] < CLOSE
    assert 0 <= figures["dsrn_difference"] < 1e-5
    assert (figures["runs"], figures["clip_s"]) == (1, 1.0)
    stages = [figures[f"stage_{stage}_s"] for stage in STAGES]
    assert figures["rtf"] == pytest.approx(sum(stages))


@pytest.mark.usefixtures("one_second")
def test_without_json_it_is_a_table(
    sound: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["benchmark", "--runs", "1", "--clip", sound, "--weights", weights]
    assert main([str(word) for word in command]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("1 s of speech, medians of 1 runs")
    assert any("moving the face" in line for line in lines)
    assert any("times as fast as window by window" in line for line in lines)


def test_missing_weights_are_told_in_one_line(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["benchmark", "--clip", sound, "--weights", tmp_path]
    assert main([str(word) for word in command]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "has no recogniser, dsrn-angry.safetensors" in line


@pytest.mark.parametrize("runs", ["0", "-1", "many"])
def test_runs_are_a_number_of_1_or_more(runs: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["benchmark", "--runs", runs])
    assert "expected a number of 1 or more" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", [0.3, 1.3])
def test_clips_are_repeated_or_cut(
    seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "SECONDS", 1.0)
    source, clip = tmp_path / "source.wav", tmp_path / "clip.wav"
    soundfile.write(source, babble(seconds), SAMPLE_RATE)
    benchmark.write_clip(source, clip)
    assert len(soundfile.read(clip)[0]) == SAMPLE_RATE


def test_the_reference_is_the_same_function(weights: Path, trained: Cascade) -> None:
    clip = babbling_clip(1.0)
    made = trained.animate(clip, benchmark.SETTINGS)
    probabilities, parameters = PlainCascade(weights, benchmark.FACES).run(clip)
    assert abs(made.emotions.probabilities - probabilities.numpy()).max() < 1e-5
    assert abs(made.shape.parameters - parameters.numpy()).max() < CLOSE


@pytest.mark.usefixtures("one_second")
def test_each_recogniser_of_the_weights_is_timed(sound: Path, own_weights: Path) -> None:
    write_settings(own_weights, EnsembleSettings("x", {"dern": 1.0}, {"dern": 1.0}))
    cascade = Cascade.load(own_weights, "cpu")
    assert set(benchmark.hearing_times(cascade, own_weights, sound, 1)) == {"", "dern", "ensemble"}
