"""Which raters to leave out, by which rule, on which value; and their bias, taken off.

All rules look at the same votes, once: none is applied again to what another left over,
which is how ITU-R BT.500 wants it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.rating.study import GOLD, TRAPPING, Vote

FAILED, VARIANCE, BT500, CORRELATION = "failed check", "variance", "BT.500", "correlation"
FEWEST_RATERS = 3  # for rules that compare a rater with the others
FEWEST_STIMULI = 3  # for a correlation
_NORMAL_KURTOSIS = (2.0, 4.0)
_FAR_IF_NORMAL, _FAR_ELSE = 2.0, math.sqrt(20)

Matrix = NDArray[np.float64]  # (stimuli, subjects), NaN where there is no vote


@dataclass(frozen=True, slots=True)
class Rules:
    """Which rules leave raters out, and from where on. None switches a rule off."""

    failed_checks: int | None = 1  # gold and trapping trials failed, this many or more
    least_variance: float | None = 0.1  # of a rater's scored votes, ddof 1
    bt500: bool = True
    far_share: float = 0.05  # (P + Q) / votes, above
    one_sidedness: float = 0.3  # |P - Q| / (P + Q), under
    least_correlation: float | None = 0.7  # Pearson, with the mean of the others


@dataclass(frozen=True, slots=True)
class Rater:
    """What the rules look at; NaN where too little was rated to say."""

    subject: str
    votes: int  # scored, plain
    mean: float
    bias: float  # P.913, 12.4
    variance: float
    above: int  # BT.500's P: votes far above the mean of their stimulus
    below: int  # Q
    correlation: float
    checks: int  # gold and trapping trials
    failed: int

    @property
    def far_share(self) -> float:
        """(P + Q) / votes."""
        return (self.above + self.below) / self.votes if self.votes else math.nan

    @property
    def one_sidedness(self) -> float:
        """|P - Q| / (P + Q)."""
        far = self.above + self.below
        return abs(self.above - self.below) / far if far else math.nan


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a rater is left out."""

    subject: str
    rule: str
    value: str  # as the report says it, with the limit


@dataclass(frozen=True, slots=True)
class Screening:
    """All raters, and why some are left out; one may break several rules."""

    raters: tuple[Rater, ...]
    exclusions: tuple[Exclusion, ...]

    @property
    def excluded(self) -> frozenset[str]:
        """Subjects left out by any rule."""
        return frozenset(exclusion.subject for exclusion in self.exclusions)


def screen(
    matrix: Matrix, subjects: Sequence[str], votes: Sequence[Vote], rules: Rules
) -> Screening:
    """Look at `matrix` (stimuli, subjects); gold and trapping trials are found in `votes`."""
    above, below = far_votes(matrix)
    variances, correlations = _variances(matrix), correlations_with_others(matrix)
    means, biases = nan_means(matrix, axis=0), subject_biases(matrix)
    checks = {subject: [0, 0] for subject in subjects}
    for vote in votes:
        if vote.kind in (GOLD, TRAPPING) and not vote.technical_fault and vote.subject_id in checks:
            checks[vote.subject_id][0] += 1
            checks[vote.subject_id][1] += vote.passed is False
    raters = tuple(
        Rater(
            subject=subject,
            votes=int(np.isfinite(matrix[:, place]).sum()),
            mean=float(means[place]),
            bias=float(biases[place]),
            variance=float(variances[place]),
            above=int(above[place]),
            below=int(below[place]),
            correlation=float(correlations[place]),
            checks=checks[subject][0],
            failed=checks[subject][1],
        )
        for place, subject in enumerate(subjects)
    )
    return Screening(raters, tuple(found for rater in raters for found in _broken(rater, rules)))


def _broken(rater: Rater, rules: Rules) -> list[Exclusion]:
    """NaN breaks no rule: every comparison with it is false."""
    found = []
    limit = rules.failed_checks
    if limit is not None and rater.failed >= max(1, limit):
        value = f"{rater.failed} of {rater.checks} gold and trapping trials failed"
        found.append(Exclusion(rater.subject, FAILED, value))
    least = rules.least_variance
    if least is not None and rater.variance < least:
        value = f"variance of {rater.votes} votes {rater.variance:.3f} < {least:g}"
        found.append(Exclusion(rater.subject, VARIANCE, value))
    if (
        rules.bt500
        and rater.far_share > rules.far_share
        and rater.one_sidedness < rules.one_sidedness
    ):
        value = (
            f"P = {rater.above}, Q = {rater.below}: "
            f"(P + Q) / N = {rater.far_share:.3f} > {rules.far_share:g}, "
            f"|P - Q| / (P + Q) = {rater.one_sidedness:.3f} < {rules.one_sidedness:g}"
        )
        found.append(Exclusion(rater.subject, BT500, value))
    lowest = rules.least_correlation
    if lowest is not None and rater.correlation < lowest:
        value = f"r = {rater.correlation:.3f} < {lowest:g}"
        found.append(Exclusion(rater.subject, CORRELATION, value))
    return found


def far_votes(matrix: Matrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """BT.500's P and Q of every subject: votes far above and far below their stimulus.

    Far is two standard deviations (ddof 1) of the stimulus' votes where their kurtosis
    beta2 = m4 / m2^2 lies within 2 and 4, else sqrt(20). A stimulus on which all agree, or
    with fewer than three votes, counts for nobody.
    """
    counts = np.isfinite(matrix).sum(axis=1)
    means = nan_means(matrix, axis=1)
    away = matrix - means[:, None]
    squares = np.nansum(away**2, axis=1)
    told = (counts >= FEWEST_RATERS) & (squares > 1e-12)
    n, squares = np.where(told, counts, 2), np.where(told, squares, 1.0)
    kurtosis = np.nansum(away**4, axis=1) / n / (squares / n) ** 2
    normal = (kurtosis >= _NORMAL_KURTOSIS[0]) & (kurtosis <= _NORMAL_KURTOSIS[1])
    far = np.where(normal, _FAR_IF_NORMAL, _FAR_ELSE) * np.sqrt(squares / (n - 1))
    reach = np.where(told, far, np.inf)[:, None] - 1e-12  # a vote just at the limit is far
    return (away >= reach).sum(axis=0), (away <= -reach).sum(axis=0)


def correlations_with_others(matrix: Matrix) -> Matrix:
    """Pearson's r (subjects,) of each subject with the mean of all others, over stimuli.

    NaN with fewer than three raters or three stimuli in common, or where either side
    does not vary.
    """
    stimuli, subjects = matrix.shape
    if subjects < FEWEST_RATERS or not stimuli:
        return np.full(subjects, np.nan)
    there = np.isfinite(matrix)
    sums = np.where(there, matrix, 0.0).sum(axis=1, keepdims=True)
    others = there.sum(axis=1, keepdims=True) - there
    common = there & (others > 0)
    theirs = _divided(sums - np.where(there, matrix, 0.0), others, common)
    own = np.where(common, matrix, np.nan)
    x, y = own - nan_means(own, axis=0), theirs - nan_means(theirs, axis=0)
    scale = np.sqrt(np.nansum(x**2, axis=0) * np.nansum(y**2, axis=0))
    enough = (common.sum(axis=0) >= FEWEST_STIMULI) & (scale > 1e-9)
    together = np.nansum(x * y, axis=0)
    return _divided(together, scale, enough)


def subject_biases(matrix: Matrix) -> Matrix:
    """ITU-T P.913, 12.4: mean of (vote less the stimulus' mean) of each subject (subjects,)."""
    return nan_means(matrix - nan_means(matrix, axis=1)[:, None], axis=0)


def without_bias(matrix: Matrix) -> Matrix:
    """Votes less their subject's bias (P.913, 12.4), (stimuli, subjects)."""
    unbiased: Matrix = matrix - subject_biases(matrix)[None]
    return unbiased


def nan_means(values: Matrix, axis: int) -> Matrix:
    """Of what is not NaN; NaN where there is nothing, and no warning."""
    counts = np.isfinite(values).sum(axis=axis)
    return _divided(np.nansum(values, axis=axis), counts, counts > 0)


def _variances(matrix: Matrix) -> Matrix:
    """Of each subject's votes, ddof 1 (subjects,)."""
    counts = np.isfinite(matrix).sum(axis=0)
    squares = np.nansum((matrix - nan_means(matrix, axis=0)) ** 2, axis=0)
    return _divided(squares, counts - 1, counts > 1)


def _divided(
    above: Matrix, below: NDArray[np.floating | np.integer], where: NDArray[np.bool_]
) -> Matrix:
    """NaN but `where`."""
    quotient: Matrix = np.full(above.shape, np.nan)
    np.divide(above, below, where=where, out=quotient)
    return quotient
