"""A project's sounds linked anew."""

from pathlib import Path

import pytest

from core.animation import AnimationSettings
from core.project import Project, ProjectClip

A, B, NEW = (Path("/speech").absolute() / name for name in ("a.wav", "b.wav", "new.wav"))
PROJECT = Project(tuple(ProjectClip(path, "11", AnimationSettings("sad")) for path in (A, B)))


def test_everything_chosen_stays_when_a_sound_is_linked_anew() -> None:
    linked = PROJECT.relinked(A, NEW, "22")
    assert linked.clips == (ProjectClip(NEW, "22", AnimationSettings("sad")), PROJECT.clips[1])


def test_a_sound_is_linked_to_its_own_place_again() -> None:
    assert PROJECT.relinked(A, A, "22").clips[0].sha256 == "22"


def test_two_clips_cannot_have_one_sound() -> None:
    with pytest.raises(ValueError, match=r"b\.wav' is there twice"):
        PROJECT.relinked(A, B, "11")


def test_a_clip_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(KeyError, match=r"new\.wav"):
        PROJECT.relinked(NEW, A, "")
