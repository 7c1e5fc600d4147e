"""The whole recipe on a handful of the real recordings: weights that the cascade takes."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from core.audio_file import read_clip
from core.emotion import EMOTIONS
from models.cascade import Cascade
from models.cyclegan import Widths
from models.training.bundled import train_bundled
from models.training.emotion_transfer import TransferRecipe
from models.training.loop import Schedule
from models.training.mouth_of_sounds import TeacherRecipe
from models.training.recipe import BundledRecipe, FunctionalsRecipe

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = [
    pytest.mark.skipif(not DATA.is_dir(), reason="the corpora are not beside the checkout"),
    pytest.mark.skipif(
        shutil.which("espeak-ng") is None or shutil.which("flite") is None,
        reason="espeak-ng and flite are not installed",
    ),
]
SHORT = Schedule(steps=2, warm_up=1, validate_every=1)
RECIPE = BundledRecipe(
    filmed_validation=2, filmed_test=2, disguises=0, espeak_training=("",),
    espeak_validation=("+f5",), flite_training=(), flite_validation=("slt",),
    espeak_per_voice=2, flite_per_voice=2, teacher=TeacherRecipe(epochs=1),
    motion=SHORT, expression=SHORT, combined=SHORT, recogniser=SHORT,
    motion_weights={"filmed": 1.0, "espeak": 1.0},
    functionals=FunctionalsRecipe(
        SHORT, TransferRecipe(Widths((8,), (8,), (8,)), pretraining_epochs=1, epochs=1)
    ),
)  # fmt: skip


def few_recordings(folder: Path) -> None:
    """Ten filmed clips, and one actor of each corpus on either side of the split."""
    with np.load(DATA / "grid_s1" / "landmarks.npz") as stored:
        columns = {name: stored[name] for name in ("names", "landmarks", "detected")}
        rest = {name: stored[name] for name in ("unit", "fps")}
    (folder / "grid_s1" / "audio").mkdir(parents=True)
    np.savez(
        folder / "grid_s1" / "landmarks.npz", **{k: v[:10] for k, v in columns.items()}, **rest
    )
    for name in columns["names"][:10]:
        shutil.copy(DATA / "grid_s1" / "audio" / f"{name}.flac", folder / "grid_s1" / "audio")
    for actor in ("Actor_01", "Actor_17"):
        target = folder / "ravdess" / actor
        target.mkdir(parents=True)
        for path in sorted((DATA / "ravdess" / actor).glob("*-01-01-01-*.flac")):
            shutil.copy(path, target)
    (folder / "emodb").mkdir()
    for speaker in ("03", "15"):
        for path in sorted((DATA / "emodb").glob(f"{speaker}*.flac"))[::7]:
            shutil.copy(path, folder / "emodb")
    for name in ("ravdess_action_units", "ict_facekit"):
        shutil.copytree(DATA / name, folder / name)


def test_it_makes_every_file_and_goes_on_where_it_was(tmp_path: Path) -> None:
    few_recordings(tmp_path / "data")
    out, run = tmp_path / "weights", tmp_path / "run"
    figures = train_bundled(tmp_path / "data", out, run, RECIPE)
    assert figures["explained_variance"] > 0.99
    assert len(list(out.glob("*.safetensors"))) == len(list(out.glob("*.md"))) == 10
    clip = read_clip(next((DATA / "grid_others" / "audio").glob("*.flac")))
    animation = Cascade.load(out, "cpu").animate(clip)
    assert animation.utterance.first in EMOTIONS
    assert np.isfinite(animation.shape.parameters).all()

    before = {path.name: path.read_bytes() for path in out.glob("*.safetensors")}
    train_bundled(tmp_path / "data", tmp_path / "again", run, RECIPE)  # nothing is left to train
    for name, content in before.items():
        assert (tmp_path / "again" / name).read_bytes() == content
