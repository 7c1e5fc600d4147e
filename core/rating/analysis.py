"""From votes to everything the report says: before screening, after it, and without bias.

Only votes of the scored block, of plain trials, without technical fault, are counted;
sessions that were not finished are left out unless asked for.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np

from core.errors import RatingError
from core.rating.screening import Matrix, Rules, Screening, screen, without_bias
from core.rating.simulation import simulated_models
from core.rating.statistics import RESAMPLES
from core.rating.study import PLAIN, SCORED, Study, Vote
from core.rating.views import View, view

BEFORE_SCREENING, AFTER_SCREENING, BIAS_REMOVED = (
    "before screening",
    "after screening",
    "after screening, bias removed",
)


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator may choose; the report says what was chosen."""

    rules: Rules = field(default_factory=Rules)
    include_incomplete: bool = False
    remove_bias: bool = False  # adds the view BIAS_REMOVED
    resamples: int = RESAMPLES


@dataclass(frozen=True, slots=True)
class Counts:
    """Where the votes went."""

    sessions: int
    incomplete: int
    votes: int
    training: int
    checks: int  # gold, trapping and repeat trials
    faults: int
    from_incomplete: int  # left out because the session was not finished
    counted: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """Of one study; `votes` in their canonical order, `votes_sha256` of their JSON."""

    study: Study
    votes: tuple[Vote, ...]
    votes_sha256: str
    options: Options
    counts: Counts
    screening: Screening
    views: tuple[View, ...]
    simulated: tuple[str, ...]  # models of raters who are not there; () for real votes
    matrix: Matrix = field(repr=False, compare=False)  # (stimuli, subjects) before screening


def analyse(study: Study, votes: Sequence[Vote], options: Options | None = None) -> Analysis:
    """All that can be said; with few raters or none, numbers are NaN.

    The order of `votes` makes no difference. Raises RatingError for votes of another
    study, on stimuli that it does not have, or off its scale.
    """
    options = options or Options()
    votes = canonical(votes)
    _check(study, votes)
    counted = [vote for vote in votes if _counts(vote, options)]
    sessions = {vote.session_id: vote.complete for vote in votes}
    kept = {name for name, complete in sessions.items() if complete or options.include_incomplete}
    subjects = sorted({vote.subject_id for vote in votes if vote.session_id in kept})
    matrix = votes_matrix(study, counted, subjects)
    in_kept = [vote for vote in votes if vote.session_id in kept]
    screening = screen(matrix, subjects, in_kept, options.rules)
    stays = np.array([subject not in screening.excluded for subject in subjects], dtype=bool)
    after = matrix[:, stays]
    remaining = [subject for subject in subjects if subject not in screening.excluded]
    resamples = options.resamples
    views = [
        view(BEFORE_SCREENING, study, matrix, subjects, resamples),
        view(AFTER_SCREENING, study, after, remaining, resamples),
    ]
    if options.remove_bias:
        unbiased = without_bias(after)
        views.append(view(BIAS_REMOVED, study, unbiased, remaining, resamples, given=after))
    return Analysis(
        study=study,
        votes=votes,
        votes_sha256=hashlib.sha256(votes_bytes(votes)).hexdigest(),
        options=options,
        counts=_count(votes, sessions, kept, len(counted)),
        screening=screening,
        views=tuple(views),
        simulated=simulated_models(votes),
        matrix=matrix,
    )


def canonical(votes: Sequence[Vote]) -> tuple[Vote, ...]:
    """By session, training first, then as they were given: the same however they came."""
    return tuple(
        sorted(
            votes,
            key=lambda vote: (
                vote.session_id,
                vote.phase == SCORED,
                vote.trial_index,
                vote.timestamp_utc,
                vote.stimulus,
                vote.kind,
                vote.technical_fault,
            ),
        )
    )


def votes_bytes(votes: Sequence[Vote]) -> bytes:
    """Every vote as one line of a JSON list; what the hash in the report is of."""
    lines = b",\n".join(msgspec.json.encode(vote) for vote in votes)
    return b"[\n" + lines + b"\n]\n"


def votes_matrix(study: Study, counted: Sequence[Vote], subjects: Sequence[str]) -> Matrix:
    """(stimuli, subjects), NaN for none; the mean where a subject rated one more than once."""
    rows = {stimulus.id: row for row, stimulus in enumerate(study.rated)}
    columns = {subject: column for column, subject in enumerate(subjects)}
    sums = np.zeros((len(rows), len(columns)))
    counts = np.zeros_like(sums)
    for vote in counted:
        place = rows[vote.stimulus], columns[vote.subject_id]
        sums[place] += vote.rating
        counts[place] += 1
    matrix: Matrix = np.divide(sums, counts, where=counts > 0, out=np.full(sums.shape, np.nan))
    return matrix


def _counts(vote: Vote, options: Options) -> bool:
    """Whether a vote enters the mean opinion scores."""
    plain = vote.phase == SCORED and vote.kind == PLAIN and not vote.technical_fault
    return plain and (vote.complete or options.include_incomplete)


def _check(study: Study, votes: Sequence[Vote]) -> None:
    stimuli = {stimulus.id for stimulus in study.stimuli}
    for vote in votes:
        if vote.study_id != study.id:
            raise RatingError(
                f"{_where(vote)} belongs to study '{vote.study_id}', not to '{study.id}'; "
                "report each study from its own votes."
            )
        if vote.stimulus not in stimuli:
            raise RatingError(
                f"{_where(vote)} is on '{vote.stimulus}', which the study does not have; "
                "use the manifest that the session was run with."
            )
        if not 1 <= vote.rating <= len(study.scale):
            raise RatingError(
                f"{_where(vote)} is {vote.rating}, off the scale of 1 to {len(study.scale)}."
            )


def _where(vote: Vote) -> str:
    return f"Vote {vote.trial_index + 1} of session '{vote.session_id}'"


def _count(
    votes: Sequence[Vote], sessions: dict[str, bool], kept: set[str], counted: int
) -> Counts:
    scored = [vote for vote in votes if vote.phase == SCORED]
    plain = [vote for vote in scored if vote.kind == PLAIN]
    sound = [vote for vote in plain if not vote.technical_fault]
    return Counts(
        sessions=len(sessions),
        incomplete=sum(not complete for complete in sessions.values()),
        votes=len(votes),
        training=len(votes) - len(scored),
        checks=len(scored) - len(plain),
        faults=len(plain) - len(sound),
        from_incomplete=sum(vote.session_id not in kept for vote in sound),
        counted=counted,
    )
