"""Votes as the tables that other programs read: long CSV, matrix, and JSON for sureal.

Numbers are numbers whatever the locale; text from outside is kept from being a formula.
"""

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from core.export.text import safe_cell
from core.rating.screening import Matrix, Rater
from core.rating.study import GOLD, REPEAT, TRAPPING, Study, Vote

LONG_COLUMNS = (
    "session_id", "subject_id", "phase", "trial_index", "clip_id", "emotion", "model", "repeat",
    "rating", "rating_label", "rating_time_ms", "plays", "gold", "trapping", "passed",
    "technical_fault", "timestamp_utc", "seed", "order_row", "app_version",
)  # fmt: skip
RATER_COLUMNS = (
    "subject_id", "votes", "mean", "bias", "variance", "bt500_p", "bt500_q", "correlation",
    "checks", "failed",
)  # fmt: skip
_DECIMALS = 6


def long_csv(study: Study, votes: Sequence[Vote]) -> str:
    """One line per vote, all phases and kinds; `passed` is empty where nothing was to pass."""
    return csv_text(
        LONG_COLUMNS,
        (
            (
                vote.session_id,
                vote.subject_id,
                vote.phase,
                vote.trial_index,
                vote.clip,
                vote.emotion,
                vote.condition,
                vote.kind == REPEAT,
                vote.rating,
                study.scale[vote.rating - 1],
                vote.rating_time_ms,
                vote.plays,
                vote.kind == GOLD,
                vote.kind == TRAPPING,
                "" if vote.passed is None else vote.passed,
                vote.technical_fault,
                vote.timestamp_utc,
                vote.seed,
                vote.order_row,
                vote.app_version,
            )
            for vote in votes
        ),
    )


def matrix_csv(study: Study, matrix: Matrix, subjects: Sequence[str]) -> str:
    """A line per stimulus, a column per subject, "nan" where there is no vote."""
    return csv_text(
        ("stimulus", *subjects),
        (
            (stimulus.id, *(f"{value:.{_DECIMALS}g}" for value in row))
            for stimulus, row in zip(study.rated, matrix, strict=True)
        ),
    )


def raters_csv(raters: Sequence[Rater]) -> str:
    """A line per rater with the values that screening looks at."""
    return csv_text(
        RATER_COLUMNS,
        (
            (
                rater.subject,
                rater.votes,
                f"{rater.mean:.{_DECIMALS}f}",
                f"{rater.bias + 0.0:.{_DECIMALS}f}",
                f"{rater.variance:.{_DECIMALS}f}",
                rater.above,
                rater.below,
                f"{rater.correlation:.{_DECIMALS}f}",
                rater.checks,
                rater.failed,
            )
            for rater in raters
        ),
    )


def sureal_json(study: Study, matrix: Matrix, subjects: Sequence[str]) -> bytes:
    """A data set for `sureal --dataset`, with the votes in its dictionary style.

    A clip is a content, a stimulus an asset, both numbered from 0 as sureal wants them;
    the path of a clip's reference is that of its reference condition, where there is one.
    """
    references = {c.id for c in study.conditions if c.reference}
    clips = list(dict.fromkeys(stimulus.clip for stimulus in study.rated))
    shown = {s.clip: s.track for s in study.rated if s.condition in references}
    data = {
        "dataset_name": f"visemo_{study.id}",
        "ref_score": float(len(study.scale)),
        "ref_videos": [
            {"content_id": number, "content_name": clip, "path": shown.get(clip, f"clip:{clip}")}
            for number, clip in enumerate(clips)
        ],
        "dis_videos": [
            {
                "content_id": clips.index(stimulus.clip),
                "asset_id": number,
                "asset_name": stimulus.id,
                "os": {
                    subject: int(vote) if vote == int(vote) else float(vote)
                    for subject, vote in zip(subjects, row, strict=True)
                    if np.isfinite(vote)
                },
                "path": stimulus.track,
            }
            for number, (stimulus, row) in enumerate(zip(study.rated, matrix, strict=True))
        ],
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table, each cell safe to open in a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_cell(name) for name in header])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue()


def _cell(value: object) -> str:
    """Booleans as pandas and R both read them; text made safe, numbers in text left alone."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # The csv module of Python 3.11 leaves a lone carriage return without quotes.
        return value if _is_number(value) else safe_cell(value).replace("\r", " ")
    return str(value)


def _is_number(text: str) -> bool:
    """Whether a cell that begins with a minus is a number of ours and no formula."""
    return text.startswith("-") and text[1:].replace(".", "", 1).isdecimal()
