"""Where one utterance ends and the next begins, and how emotions change hands there."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.animation import AnimationSettings
from core.emotion import EmotionMix, EmotionSegment, EmotionTrack, chosen_mix
from core.segments import AUTOMATIC, SegmentChoice
from core.timeline import Timeline

LEAST_PAUSE = 0.5  # seconds of silence that part two utterances
LEAST_SPEECH = 1.0  # seconds; a shorter stretch votes together with its neighbour
MOST_SPEECH = 15.0  # seconds; longer ones are parted at their longest pause, or there
CROSSFADE = 0.3  # seconds over which one emotion's face turns into the next


def split_utterances(voiced: NDArray[np.bool_], rate: float) -> list[tuple[int, int]]:
    """Frames (first, last) of each utterance; together they cover the clip without gaps.

    `voiced` is (frames,) at `rate` Hz. Cuts lie in the middle of pauses.
    """
    runs = _runs(voiced)
    groups: list[list[tuple[int, int]]] = []
    for run in runs:
        parted = groups and (
            run[0] - groups[-1][-1][1] >= LEAST_PAUSE * rate
            or run[1] - groups[-1][0][0] > MOST_SPEECH * rate
        )
        if groups and not parted:
            groups[-1].append(run)
        else:
            groups.append([run])
    spans = [
        piece
        for group in _merge_short([(g[0][0], g[-1][1]) for g in groups], LEAST_SPEECH * rate)
        for piece in _cut_long(group, int(MOST_SPEECH * rate))
    ]
    if not spans:
        return [(0, len(voiced))]
    cuts = [(before[1] + after[0]) // 2 for before, after in pairwise(spans)]
    return list(zip([0, *cuts], [*cuts, len(voiced)], strict=True))


def _runs(voiced: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], voiced.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _merge_short(spans: list[tuple[int, int]], least: float) -> list[tuple[int, int]]:
    """Join stretches that are too short to vote alone to the nearer neighbour."""
    result = list(spans)
    index = 0
    while len(result) > 1 and index < len(result):
        first, last = result[index]
        if last - first >= least:
            index += 1
            continue
        before = first - result[index - 1][1] if index > 0 else np.inf
        after = result[index + 1][0] - last if index + 1 < len(result) else np.inf
        start = index - 1 if before <= after else index
        result[start : start + 2] = [(result[start][0], result[start + 1][1])]
        index = max(start, 0)
    return result


def _cut_long(span: tuple[int, int], most: int) -> list[tuple[int, int]]:
    """Speech without a pause, in equal pieces no longer than `most`."""
    first, last = span
    pieces = max(1, -(-(last - first) // most))
    edges = np.linspace(first, last, pieces + 1).astype(int)
    return [(int(a), int(b)) for a, b in pairwise(edges)]


def automatic_segments(emotions: EmotionTrack, end: float) -> list[EmotionSegment]:
    """One segment per utterance, each with its own equations (1)-(4); the clip ends at `end` s."""
    timeline = emotions.timeline
    spans = split_utterances(emotions.voiced, timeline.rate)
    starts = [0.0] + [timeline.start + (first - 0.5) / timeline.rate for first, _ in spans[1:]]
    ends = [*starts[1:], end]
    return [
        EmotionSegment(start, stop, emotions.mix(a, b))
        for (a, b), start, stop in zip(spans, starts, ends, strict=True)
    ]


def chosen_segments(
    emotions: EmotionTrack, end: float, choices: Sequence[SegmentChoice]
) -> list[EmotionSegment]:
    """A person's choices, cut or stretched to end at `end` s; automatic ones vote by themselves."""
    kept = [choice for choice in choices if choice.start < end]
    result = []
    for index, choice in enumerate(kept):
        stop = end if index + 1 == len(kept) else choice.end
        if choice.emotion == AUTOMATIC:
            mix = emotions.mix(*frames_between(emotions.timeline, choice.start, stop))
        else:
            mix = chosen_mix(choice.emotion)
        origin = "auto" if choice.emotion == AUTOMATIC else "user"
        result.append(EmotionSegment(choice.start, stop, mix, choice.strength, origin))
    return result


def frames_between(timeline: Timeline, start: float, end: float) -> tuple[int, int]:
    """The frames (first, last) that vote on the emotion from `start` to `end` s."""
    # Not before the first frame, whose centre lies later than half a frame.
    first, last = (max(round((t - timeline.start) * timeline.rate + 0.5), 0) for t in (start, end))
    return first, last


def segments_of(
    emotions: EmotionTrack, end: float, settings: AnimationSettings
) -> list[EmotionSegment]:
    """The segments of a clip that ends at `end` s, as heard or as somebody chose."""
    if settings.segments:
        return chosen_segments(emotions, end, settings.segments)
    if settings.emotion != AUTOMATIC:
        return whole_clip(chosen_mix(settings.emotion), end, settings.strength)
    found = automatic_segments(emotions, end)
    return [EmotionSegment(s.start, s.end, s.mix, settings.strength, s.origin) for s in found]


def mix_track(segments: list[EmotionSegment], timeline: Timeline) -> NDArray[np.float32]:
    """The weight of each emotion's face in each frame, (frames, 7), fading where segments meet."""
    mixes = np.stack([segment.mix.dense() for segment in segments])
    return _faded(mixes, segments, timeline)


def strength_track(segments: list[EmotionSegment], timeline: Timeline) -> NDArray[np.float32]:
    """The strength in each frame, (frames, 1), fading where segments meet."""
    strengths = np.array([[segment.strength] for segment in segments])
    return _faded(strengths, segments, timeline)


def _faded(
    rows: NDArray[np.float64], segments: list[EmotionSegment], timeline: Timeline
) -> NDArray[np.float32]:
    """Each segment's row over its time, with a linear fade centred on every boundary."""
    times: list[float] = []
    values: list[NDArray[np.float64]] = []
    for index, segment in enumerate(segments):
        half = min(CROSSFADE, segment.end - segment.start) / 2
        lead = half if index > 0 else 0.0
        tail = half if index + 1 < len(segments) else 0.0
        times += [segment.start + lead, max(segment.end - tail, segment.start + lead)]
        values += [rows[index], rows[index]]
    table = np.stack(values)
    at = timeline.times()
    columns = [np.interp(at, times, column) for column in table.T]
    return np.stack(columns, axis=1).astype(np.float32)


def whole_clip(mix: EmotionMix, end: float, strength: float) -> list[EmotionSegment]:
    """One segment that a person chose for all of a clip."""
    return [EmotionSegment(0.0, end, mix, strength, "user")]
