"""Raters who are not there: votes drawn from a stated model, to test and to plan a study.

The model is that of ITU-T P.913, 12.6 (Li et al. 2020, "A simple model for subject
behavior in subjective experiments"):

    vote = round(quality of the stimulus + bias of the rater + N(0, inconsistency of the rater))

put onto 1 to 5, with bias ~ N(0, `bias`) and inconsistency ~ `noise` * exp(N(0, `spread`)).
A careless rater does not look: the vote is any score, each as likely as the others.

Every draw depends on the seed, the rater and the stimulus alone, not on the order in
which trials are shown, so that a session that was broken off goes on with the same votes.
"""

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from core.emotion import EMOTIONS
from core.rating.study import GOLD, PLAIN, SCORED, TRAPPING, Study, Trial, Vote

RATERS = 15  # as in the paper
_MARK = "simulated"  # begins the version that "ran" such a session, in every table of votes
_BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_APART, _TRIAL_TIME = timedelta(minutes=20), timedelta(seconds=12)


@dataclass(frozen=True, slots=True)
class RaterModel:
    """What raters are drawn from; `quality` by stimulus id is on the scale of 1 to 5."""

    quality: Mapping[str, float]
    bias: float = 0.35
    noise: float = 0.6
    spread: float = 0.25
    careless: int = 0  # how many of the raters, the last ones

    def said(self, seed: int) -> str:
        """The model in words, without the qualities."""
        return (
            f"bias {self.bias:g}, noise {self.noise:g}, spread {self.spread:g}, "
            f"careless {self.careless}, seed {seed}"
        )


@dataclass(frozen=True, slots=True)
class SimulatedRater:
    """One of them; `bias` and `inconsistency` are the truth that an analysis may look for."""

    number: int  # from 0
    seed: int
    bias: float
    inconsistency: float
    careless: bool
    quality: Mapping[str, float] = field(repr=False)
    model: str = ""  # what he or she was drawn from, see `RaterModel.said`

    @property
    def subject(self) -> str:
        """An id such as a session gives."""
        return f"p{self.number + 1:04d}"

    def vote(self, trial: Trial) -> int:
        """1 to 5; who is careful does as a trapping trial says, and hears what gold is."""
        key = zlib.crc32(f"{trial.phase} {trial.kind} {trial.stimulus}".encode())
        draws = np.random.default_rng([self.seed, self.number, key])
        if self.careless:
            return int(draws.integers(1, 6))
        if trial.kind in (TRAPPING, GOLD) and trial.expected is not None:
            return trial.expected
        heard = self.quality[trial.stimulus] + self.bias + draws.normal(0, self.inconsistency)
        return min(5, max(1, math.floor(heard + 0.5)))


def default_quality(study: Study) -> dict[str, float]:
    """By stimulus: conditions 0.4 apart, the first best, emotions from 2 to 4.4 at even steps."""
    conditions = [condition.id for condition in study.conditions]
    steps = len(EMOTIONS) - 1
    quality = {}
    for stimulus in study.stimuli:
        place = EMOTIONS.index(stimulus.emotion) if stimulus.emotion in EMOTIONS else steps / 2
        base = 2.0 + 2.4 * place / steps
        quality[stimulus.id] = base - 0.4 * conditions.index(stimulus.condition)
    return quality


def simulated_raters(
    study: Study, count: int = RATERS, seed: int = 0, model: RaterModel | None = None
) -> tuple[SimulatedRater, ...]:
    """`count` raters; the first ones are the same however many there are."""
    model = model or RaterModel(default_quality(study))
    raters = []
    for number in range(count):
        draws = np.random.default_rng([seed, number])
        bias, inconsistency = draws.normal(0, model.bias), draws.normal(0, model.spread)
        raters.append(
            SimulatedRater(
                number=number,
                seed=seed,
                bias=float(bias),
                inconsistency=model.noise * math.exp(inconsistency),
                careless=number >= count - model.careless,
                quality=model.quality,
                model=model.said(seed),
            )
        )
    return tuple(raters)


def simulate(
    study: Study,
    raters: Sequence[SimulatedRater] | None = None,
    order: Callable[[Study, int], Sequence[Trial]] | None = None,
) -> tuple[Vote, ...]:
    """Votes of whole sessions, one of each rater, with made-up but regular times.

    `order` gives the scored trials of a row; without it they come as the study lists them.
    """
    raters = simulated_raters(study) if raters is None else raters
    return tuple(
        vote
        for row, rater in enumerate(raters)
        for vote in _session(
            study, rater, row, study.trials if order is None else order(study, row)
        )
    )


def simulated_models(votes: Sequence[Vote]) -> tuple[str, ...]:
    """What raters among them were drawn from who are not there; () where all votes are real."""
    mark = f"{_MARK}:"
    versions = {vote.app_version for vote in votes if vote.app_version.startswith(mark)}
    return tuple(sorted(version.removeprefix(mark).strip() for version in versions))


def _session(study: Study, rater: SimulatedRater, row: int, scored: Sequence[Trial]) -> list[Vote]:
    """Training, then the scored block."""
    stimuli = {stimulus.id: stimulus for stimulus in study.stimuli}
    votes = []
    for number, trial in enumerate((*study.training, *scored)):
        stimulus = stimuli[trial.stimulus]
        rating = rater.vote(trial)
        votes.append(
            Vote(
                study_id=study.id,
                session_id=f"s{rater.number + 1:04d}",
                subject_id=rater.subject,
                phase=trial.phase,
                trial_index=number - (len(study.training) if trial.phase == SCORED else 0),
                stimulus=stimulus.id,
                clip=stimulus.clip,
                emotion=stimulus.emotion,
                condition=stimulus.condition,
                kind=trial.kind if trial.phase == SCORED else PLAIN,
                rating=rating,
                rating_time_ms=1500 + 137 * ((rater.number + 3 * number) % 11),
                plays=1,
                passed=_passed(trial, rating),
                technical_fault=False,
                timestamp_utc=_time(row, number),
                seed=study.seed,
                order_row=row,
                app_version=f"{_MARK}: {rater.model}",
                complete=True,
            )
        )
    return votes


def _passed(trial: Trial, rating: int) -> bool | None:
    if trial.kind not in (TRAPPING, GOLD) or trial.expected is None:
        return None
    return abs(rating - trial.expected) <= trial.tolerance


def _time(row: int, number: int) -> str:
    moment = _BEGIN + row * _APART + number * _TRIAL_TIME
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
