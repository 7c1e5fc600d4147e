"""A report as a folder: one page to read, and beside it all that it was made from.

It depends on the study and the votes alone: no clock, no chance but the study's seed. From
the folder's `study.json` and `votes.json` the same version makes the same bytes again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from core.atomic import atomic_binary
from core.errors import RatingError
from core.rating.analysis import Analysis, Options, analyse, votes_bytes
from core.rating.collected import ANSWERS, COLLECTED, EVENTS, SESSIONS
from core.rating.report_page import page
from core.rating.schema import VOTES as VOTES_FILE
from core.rating.simulation import simulated_models
from core.rating.study import Study, Vote
from core.rating.study_file import NAME as STUDY
from core.rating.study_file import decode_study, encode_study, study_digest
from core.rating.tables import long_csv, matrix_csv, raters_csv, sureal_json
from core.version import program_version

SCHEMA = "visemo-rating-report/1"
_DECIMALS = 10  # of results.json; sums of other processors may differ beyond
REPORT, MANIFEST, VOTES = "report.html", "manifest.json", "votes.json"
_HOLDS = {
    "votes.csv": "all votes, one a line",
    VOTES: "all votes, as they are hashed",
    "matrix.csv": "counted votes, stimulus by rater, before screening",
    "raters.csv": "raters, with the values that screening looks at",
    "sureal.json": "counted votes as a data set for sureal",
    ANSWERS: "answers to the study’s questions",
    SESSIONS: "sessions: when, where, and how the clips were shown",
    EVENTS: "all that was noted in the sessions",
    "results.json": "all numbers of this page, to ten decimals",
    STUDY: "the study’s manifest",
    MANIFEST: "this report’s settings, and SHA-256 of each file",
}


def report_files(
    study: Study,
    votes: Sequence[Vote],
    options: Options | None = None,
    version: str | None = None,
    collected: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Every file of a report by its name, the manifest last.

    `collected` are the files of `collected_files`, as far as there are any.
    Raises RatingError for a study that cannot be used, and votes that are not its own.
    """
    version = program_version() if version is None else version
    analysis = analyse(study, votes, options)
    matrix, subjects = analysis.matrix, analysis.views[0].subjects
    collected = {name: data for name, data in (collected or {}).items() if name in COLLECTED}
    holds = {n: text for n, text in _HOLDS.items() if n in collected or n not in COLLECTED}
    files = {
        REPORT: page(analysis, version, holds).encode(),
        "votes.csv": long_csv(study, analysis.votes).encode(),
        VOTES: votes_bytes(analysis.votes),
        "matrix.csv": matrix_csv(study, matrix, subjects).encode(),
        "raters.csv": raters_csv(analysis.screening.raters).encode(),
        "sureal.json": sureal_json(study, matrix, subjects),
        "results.json": _json(_results(analysis)),
        STUDY: encode_study(study),
        **collected,
    }  # fmt: skip
    files[MANIFEST] = _manifest(analysis, version, files)
    return files


def write_report(
    folder: Path,
    study: Study,
    votes: Sequence[Vote],
    options: Options | None = None,
    version: str | None = None,
    collected: Mapping[str, bytes] | None = None,
) -> Path:
    """Write all files of a report, each whole or not at all; the page's path.

    A report of this study that is there is replaced, but not that of real votes by that of
    simulated ones. Nothing is written where the votes cannot be reported, or the folder
    holds another study or is that of one. Raises RatingError, and ExportError where the
    folder cannot be written to.
    """
    files = report_files(study, votes, options, version, collected)
    _check_folder(folder, study, simulated=bool(simulated_models(votes)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise RatingError(
            f"Cannot make the folder '{folder}': {problem.strerror}; choose another."
        ) from problem
    for name, content in files.items():
        with atomic_binary(folder / name) as stream:
            stream.write(content)
    return folder / REPORT


def _check_folder(folder: Path, study: Study, simulated: bool) -> None:
    """Refuse a folder in which something would be lost, or be taken for what it is not."""
    if is_study_folder(folder):
        raise RatingError(f"'{folder}' is the folder of a study; choose another folder.")
    if (folder / STUDY).exists():
        try:
            same = decode_study((folder / STUDY).read_bytes()).id == study.id
        except (OSError, RatingError):
            same = False
        if not same:
            raise RatingError(f"'{folder}' holds another '{STUDY}'; choose another folder.")
    there = any((folder / name).exists() for name in (MANIFEST, REPORT, VOTES))
    if simulated and there and not _is_simulated(folder):
        raise RatingError(
            f"'{folder}' holds a report that is not simulated; choose another folder."
        )


def is_study_folder(folder: Path) -> bool:
    """Whether a study lies there, with its sounds and its votes, and no report."""
    return any((folder / name).exists() for name in ("sounds", "tracks", VOTES_FILE))


def _is_simulated(folder: Path) -> bool:
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=dict[str, object])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return manifest.get("simulated") is True


def read_report_votes(folder: Path) -> tuple[Study, tuple[Vote, ...]]:
    """Study and votes as a report holds them. Raises RatingError where they are not there."""
    try:
        study = decode_study((folder / STUDY).read_bytes())
        votes = msgspec.json.decode((folder / VOTES).read_bytes(), type=tuple[Vote, ...])
    except OSError as problem:
        raise RatingError(
            f"Cannot read '{problem.filename}': {problem.strerror}; give the folder of a report."
        ) from problem
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise RatingError(
            f"'{folder}' holds no votes of a report ({problem}); make the report anew."
        ) from problem
    return study, votes


def read_collected(folder: Path) -> dict[str, bytes]:
    """What a report holds beside its votes, as far as it does. Raises RatingError."""
    try:
        return {n: (folder / n).read_bytes() for n in COLLECTED if (folder / n).is_file()}
    except OSError as problem:
        raise RatingError(f"Cannot read '{problem.filename}': {problem.strerror}.") from problem


def _manifest(analysis: Analysis, version: str, files: dict[str, bytes]) -> bytes:
    study = analysis.study
    return _json(
        {
            "schema": SCHEMA,
            **_simulation(analysis),
            "study": {
                "id": study.id,
                "title": study.title,
                "seed": study.seed,
                "sha256": study_digest(study),
            },
            "study_app_version": study.app_version,
            "session_app_versions": sorted({vote.app_version for vote in analysis.votes}),
            "report_app_version": version,
            "votes_sha256": analysis.votes_sha256,
            "options": analysis.options,
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        }
    )


def _results(analysis: Analysis) -> object:
    return _rounded(
        {
            **_simulation(analysis),
            "counts": analysis.counts,
            "screening": analysis.screening,
            "views": analysis.views,
        }
    )


def _simulation(analysis: Analysis) -> dict[str, object]:
    """Whether votes are of raters who are not there, and what they were drawn from."""
    return {"simulated": bool(analysis.simulated), "model": list(analysis.simulated)}


def _rounded(content: object) -> object:
    """Plain lists and dictionaries with numbers as far as any processor agrees on them."""
    plain = msgspec.to_builtins(content)
    if isinstance(plain, dict):
        return {name: _rounded(value) for name, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [_rounded(value) for value in plain]
    return round(plain, _DECIMALS) + 0.0 if isinstance(plain, float) else plain


def _json(content: object) -> bytes:
    """NaN becomes null."""
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"
