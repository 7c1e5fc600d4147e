"""The weights in the box, on the clip in the box: what a person would see."""

import pytest

from core.animation import AnimationSettings
from core.audio_file import read_clip
from core.clip import Clip
from core.emotion import EMOTIONS
from models.cascade import Cascade, face_path
from models.checkpoint import load_checkpoint
from models.face_weights import COMBINED
from resources import SAMPLE, WEIGHTS
from tests.benchmarks.expressions import Mouth, measure

CLOSED = 0.02  # of the distance between the eyes


@pytest.fixture(scope="module")
def clip() -> Clip:
    return read_clip(SAMPLE)


@pytest.fixture(scope="module")
def mouths(clip: Clip) -> dict[str, Mouth]:
    cascade = Cascade.load(device="cpu")
    return {
        emotion: measure(cascade, clip, AnimationSettings(emotion))
        for emotion in ("auto", *EMOTIONS)
    }


def test_the_mouth_is_closed_in_pauses(mouths: dict[str, Mouth]) -> None:
    assert mouths["auto"].gap_in_pauses < CLOSED
    assert mouths["auto"].opening > 4 * CLOSED


def test_emotions_show_in_the_direction_of_their_prototypes(mouths: dict[str, Mouth]) -> None:
    neutral = mouths["neutral"]
    assert mouths["happy"].corners > neutral.corners + 0.03  # AU12
    for lowered in ("sad", "angry", "disgust"):  # AU15, AU17, AU24
        assert mouths[lowered].corners < neutral.corners - 0.01
    assert mouths["surprise"].opening > 1.2 * neutral.opening  # AU26
    assert mouths["sad"].opening < 0.9 * neutral.opening
    assert mouths["fear"].width > 1.1 * neutral.width  # AU20


def test_several_emotions_are_heard(clip: Clip) -> None:
    animation = Cascade.load(device="cpu").animate(clip)
    assert len(animation.segments) == 4
    assert len({segment.mix.first for segment in animation.segments}) >= 3


def test_every_checkpoint_has_a_card_with_its_licence() -> None:
    files = [(WEIGHTS / "dern.safetensors", "dern")]
    files += [(face_path(WEIGHTS, name), "dsrn") for name in (*EMOTIONS, COMBINED)]
    for path, role in files:
        card = path.with_suffix(".md").read_text(encoding="utf-8")
        licence = load_checkpoint(path, role).description.licence
        assert f"Licence of the weights: {licence}" in card
        neutral = path == face_path(WEIGHTS, "neutral")
        assert licence == ("CC-BY-4.0" if neutral else "CC-BY-NC-SA-4.0")
        if role == "dsrn" and not neutral:
            assert "is a prior, not a recording" in "\n".join(card.splitlines()[:4])


def test_the_weights_fit_in_the_box() -> None:
    total = sum(path.stat().st_size for path in WEIGHTS.glob("*.safetensors"))
    assert total <= 90e6
