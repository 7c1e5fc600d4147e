"""One choice of raters from all sides: per clip, emotion, condition, pair of conditions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.emotion import EMOTIONS
from core.interval import Interval
from core.rating.screening import Matrix, nan_means
from core.rating.statistics import (
    SignedRank,
    Summary,
    effect_interval,
    holm,
    rank_biserial,
    signed_rank,
    summarise,
)
from core.rating.study import Study


@dataclass(frozen=True, slots=True)
class Row:
    """One clip, emotion ("" for all) or both under one condition.

    `summary` is of raters: where a rater gave several votes, their mean is one value.
    `vote_sd` is over all votes, ddof 1; `histogram` counts them, whole as they were given.
    """

    condition: str
    emotion: str
    clip: str  # "" for all clips
    votes: int
    summary: Summary
    vote_sd: float
    histogram: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two conditions, paired by rater, over the clips that the rater saw under both."""

    first: str
    second: str
    emotion: str  # "" for all
    difference: Summary  # first less second
    test: SignedRank
    p_holm: float
    effect: float
    effect_interval: Interval


@dataclass(frozen=True, slots=True)
class View:
    """All results of one choice of raters."""

    name: str
    subjects: tuple[str, ...]
    clips: tuple[Row, ...]
    emotions: tuple[Row, ...]
    conditions: tuple[Row, ...]
    overall: tuple[Comparison, ...]  # Holm over the pairs of conditions
    by_emotion: tuple[Comparison, ...]  # Holm over all of these


def view(
    name: str,
    study: Study,
    matrix: Matrix,
    subjects: Sequence[str],
    resamples: int,
    given: Matrix | None = None,
) -> View:
    """Of `matrix` (stimuli, subjects), NaN where there is no vote.

    `given` are the votes as they were, for the histograms, where `matrix` was changed.
    """
    given = matrix if given is None else given
    conditions = [condition.id for condition in study.compared]
    emotions = emotions_of(study)
    pairs = list(combinations(conditions, 2))

    def row(condition: str, emotion: str = "", clip: str = "") -> Row:
        mine = _places(study, condition, emotion, clip)
        return _row(condition, emotion, clip, matrix[mine], given[mine], len(study.scale))

    def compare(first: str, second: str, emotion: str = "") -> Comparison:
        one, other = _side_by_side(study, matrix, first, second, emotion)
        return _comparison(first, second, emotion, one, other, abs(study.seed), resamples)

    return View(
        name=name,
        subjects=tuple(subjects),
        clips=tuple(row(s.condition, s.emotion, s.clip) for s in study.rated),
        emotions=tuple(row(condition, name) for name in emotions for condition in conditions),
        conditions=tuple(row(condition) for condition in conditions),
        overall=_with_holm([compare(a, b) for a, b in pairs]),
        by_emotion=_with_holm([compare(a, b, name) for a, b in pairs for name in emotions]),
    )


def emotions_of(study: Study) -> tuple[str, ...]:
    """Those that some stimulus has: the seven in their order, then any others."""
    used = {stimulus.emotion for stimulus in study.rated}
    return *(name for name in EMOTIONS if name in used), *sorted(used.difference(EMOTIONS))


def _places(study: Study, condition: str, emotion: str, clip: str) -> NDArray[np.int64]:
    """Rows of the matrix that a Row is about."""
    return np.array(
        [
            place
            for place, stimulus in enumerate(study.rated)
            if stimulus.condition == condition
            and emotion in ("", stimulus.emotion)
            and clip in ("", stimulus.clip)
        ],
        dtype=np.int64,
    )


def _row(condition: str, emotion: str, clip: str, matrix: Matrix, given: Matrix, scale: int) -> Row:
    """`matrix` and `given` (stimuli of this row, subjects)."""
    votes, raw = matrix[np.isfinite(matrix)], given[np.isfinite(given)]
    by_rater = nan_means(matrix, axis=0)
    # A rater's mean of two votes on one clip counts as the nearer score, 2.5 as 3.
    scores = np.clip(np.floor(raw + 0.5), 1, scale).astype(np.int64)
    return Row(
        condition=condition,
        emotion=emotion,
        clip=clip,
        votes=len(votes),
        summary=summarise(by_rater[np.isfinite(by_rater)]),
        vote_sd=float(votes.std(ddof=1)) if len(votes) > 1 else math.nan,
        histogram=tuple(int(count) for count in np.bincount(scores, minlength=scale + 1)[1:]),
    )


def _side_by_side(
    study: Study, matrix: Matrix, first: str, second: str, emotion: str
) -> tuple[Matrix, Matrix]:
    """Votes on the same clips under two conditions, each (clips, subjects), NaN unless both."""
    places = {(s.clip, s.condition): place for place, s in enumerate(study.rated)}
    clips = [
        s.clip
        for s in study.rated
        if s.condition == first and emotion in ("", s.emotion) and (s.clip, second) in places
    ]
    one = matrix[np.array([places[clip, first] for clip in clips], dtype=np.int64)]
    other = matrix[np.array([places[clip, second] for clip in clips], dtype=np.int64)]
    both = np.isfinite(one) & np.isfinite(other)
    return np.where(both, one, np.nan), np.where(both, other, np.nan)


def _comparison(
    first: str,
    second: str,
    emotion: str,
    one: Matrix,
    other: Matrix,
    seed: int,
    resamples: int,
) -> Comparison:
    differences = nan_means(one, axis=0) - nan_means(other, axis=0)
    differences = differences[np.isfinite(differences)]
    test = signed_rank(differences)
    return Comparison(
        first=first,
        second=second,
        emotion=emotion,
        difference=summarise(differences),
        test=test,
        p_holm=test.p,
        effect=rank_biserial(differences),
        effect_interval=effect_interval(differences, seed, resamples),
    )


def _with_holm(comparisons: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """The same, adjusted as one family."""
    adjusted = holm([comparison.test.p for comparison in comparisons])
    return tuple(
        replace(comparison, p_holm=p) for comparison, p in zip(comparisons, adjusted, strict=True)
    )
