"""What the face is compared with, as settings that keep up with edits of the clip; no Qt."""

from dataclasses import replace

from core.animation import MODELS, AnimationSettings


def other_model(settings: AnimationSettings) -> AnimationSettings:
    """The same wishes for the other kind of face model."""
    first, second = MODELS
    return replace(settings, model=second if settings.model == first else first)


def following(
    old: AnimationSettings, new: AnimationSettings, comparison: AnimationSettings | None
) -> AnimationSettings | None:
    """The comparison after the clip's settings went from `old` to `new`.

    What only compared face models goes on doing that; a comparison with wishes of
    its own keeps them, and goes along with the gains where it had the clip's.
    """
    if comparison is None:
        return None
    if comparison == other_model(old):
        return other_model(new)
    return replace(comparison, gains=new.gains) if comparison.gains == old.gains else comparison
