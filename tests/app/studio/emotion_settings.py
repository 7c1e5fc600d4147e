"""What the tests of the emotion panel show in it."""

from app.views.emotion_panel import EmotionPanel
from core.animation import AnimationSettings
from core.emotion import EmotionMix, EmotionSegment
from core.segments import SegmentChoice

MIX = EmotionMix((0, 0, 0, 0.6, 0.4, 0, 0), "happy", "neutral", (0.6, 0.4))
HEARD = EmotionSegment(1.25, 2.5, MIX)
THREE = (
    SegmentChoice(0.0, 1.25),
    SegmentChoice(1.25, 2.5, "fear", 1.5),
    SegmentChoice(2.5, 4.0, "sad"),
)


def show(
    panel: EmotionPanel,
    settings: AnimationSettings,
    smoothing: float | None = None,
    comparison: AnimationSettings | None = None,
) -> None:
    panel.show_settings(settings, smoothing, comparison, HEARD, 1, 3)
