"""What networks are given to learn from, whatever they are."""

from dataclasses import replace

import numpy as np
import pytest

from core.corpora.splits import Split
from models.training.emotion_recognition import EmotionTask
from models.training.fold import TRAINABLE
from models.training.lesson import Material
from models.training.motion import MotionTask
from tests.models.training_sets import SPEAKERS, make_recipe, make_recordings


@pytest.mark.parametrize("trains", ["dern", "dsrn"])
def test_speakers_are_normalised_by_their_own_voice_as_at_judging(trains: str) -> None:
    recordings = make_recordings(face=trains == "dsrn")
    takes = range(len(recordings))
    # One take is learned from, the other listened to; of a third speaker there is a test alone.
    learned = tuple(i for i in takes if i % 2 and recordings[i].utterance.speaker != "made-c")
    listened = tuple(i for i in takes if not i % 2 and recordings[i].utterance.speaker != "made-c")
    split = Split("takes", learned, listened, tuple({*takes} - {*learned, *listened}))
    copies = [replace(recordings[i], values=2 * recordings[i].values + 5) for i in learned]
    material = Material(recordings, split, copies)
    recipe = make_recipe(trains, normalisation="speaker")
    lessons = TRAINABLE[trains].learn(recipe, material)
    assert len(lessons) == (1 if trains == "dern" else 8)
    for lesson in lessons:
        assert isinstance(lesson.task, EmotionTask | MotionTask)
        assert lesson.task.speakers is not None
        assert {*lesson.task.speakers} == {f"made-{name}" for name in SPEAKERS[:2]}
        for speaker, found in lesson.task.speakers.items():
            own = [r.values[r.voiced] for r in recordings if r.utterance.speaker == speaker]
            spoken = np.concatenate(own).astype(np.float64)
            np.testing.assert_allclose(found.mean, spoken.mean(axis=0), rtol=1e-5)
            np.testing.assert_allclose(found.std, spoken.std(axis=0), rtol=1e-4)
