"""What the operator's window and the command line both do with studies. No Qt; torch only
inside `Animator`, which the worker or the command line calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.rating.choices import Choices, plan_of
from core.animation import Animation
from core.audio_file import read_clip
from core.errors import RatingError
from core.monitor import SILENT, Monitor
from core.rating.analysis import Options
from core.rating.collected import ANSWERS, EVENTS, SESSIONS, collected_files, completion_codes
from core.rating.design import Wishes
from core.rating.freezing import STAGE, check_stimuli, freeze
from core.rating.frozen import changed
from core.rating.orders import design_state, verify_order
from core.rating.records import DONE
from core.rating.report import (
    REPORT,
    VOTES,
    is_study_folder,
    read_collected,
    read_report_votes,
    report_files,
    write_report,
)
from core.rating.schema import VOTES as VOTES_FILE
from core.rating.store import VoteStore
from core.rating.study import SCORED, TRAINING, Condition, Study, Vote
from core.rating.study_file import read_study
from resources import WEIGHTS

if TYPE_CHECKING:
    from models.cascade import Analysis, Cascade

MAKING = "making the stimuli"
TABLES = {
    "csv": "votes.csv", "matrix": "matrix.csv", "sureal": "sureal.json", "answers": ANSWERS,
    "sessions": SESSIONS, "events": EVENTS,
}  # fmt: skip


class Overall(Monitor):
    """Tells how many stimuli are made, whatever stage each is at, and hears cancelling in all."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor
        self._done = self._total = 0.0

    def step(self, stage: str, done: float, total: float) -> None:
        """Pass on the sum."""
        if stage == STAGE:
            self._done, self._total = done, total
        self._monitor.step(MAKING, self._done, self._total)

    def notice(self, message: str) -> None:
        """Pass it on."""
        self._monitor.notice(message)


class Animator:
    """Makes the faces of a study: each sound is heard once, however many conditions show it."""

    def __init__(self, weights: Path = WEIGHTS, device: str = "auto", monitor: Monitor = SILENT):
        """`weights` are for conditions that name none."""
        self._weights, self._device, self._monitor = weights, device, monitor
        self._cascades: dict[Path, Cascade] = {}
        self._heard: tuple[tuple[Path, Path], Analysis] | None = None  # the last one

    def __call__(self, sound: Path, condition: Condition) -> Animation:
        """The face of a condition. Raises CheckpointError, AudioFileError."""
        weights = Path(condition.weights) if condition.weights else self._weights
        cascade = self._cascade(weights)
        if self._heard is None or self._heard[0] != (sound, weights):
            analysis = cascade.analyse(read_clip(sound, self._monitor), self._monitor)
            self._heard = (sound, weights), analysis
        return cascade.pose(self._heard[1], condition.settings, self._monitor)

    def _cascade(self, weights: Path) -> Cascade:
        if weights not in self._cascades:
            from models.cascade import Cascade

            self._monitor.step("loading", 0, 0)
            self._cascades[weights] = Cascade.load(weights, self._device)
        return self._cascades[weights]


def make_study(
    source: Path | None,
    folder: Path,
    wishes: Wishes,
    choices: Choices = Choices(),  # noqa: B008 - frozen
    weights: Path = WEIGHTS,
    device: str = "auto",
    monitor: Monitor = SILENT,
) -> Study:
    """A study of the clips of a source, see `design.find_clips`, frozen in a new folder.

    Raises RatingError where it cannot be made, CheckpointError, and what `monitor` raises.
    """
    if source is not None and not source.exists():
        raise RatingError(f"There is no '{source}'; give a corpus folder or a CSV table.")
    plan, overall = plan_of(source, wishes, choices), Overall(monitor)
    return freeze(plan, folder, Animator(weights, device, overall), overall)


def open_study(folder: Path) -> Study:
    """The study of a folder, ready to be run.

    Raises RatingError where it is none, or where a stimulus vanished or changed: by name.
    """
    study = read_study(folder)
    found = check_stimuli(study, folder)
    if found:
        raise RatingError(
            f"'{study.title}' cannot be run: {'; '.join(found)}. Bring the study's own files "
            "back, or unpack its bundle again."
        )
    return study


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at everything found."""

    stimuli: int
    sessions: int
    problems: tuple[str, ...]
    state: str  # of the design, a sentence


def verify(folder: Path) -> Verified:
    """See that stimuli are those that were frozen, and orders those of the seed.

    Raises RatingError where the study or its votes cannot be read at all.
    """
    study = read_study(folder)
    problems = check_stimuli(study, folder)
    rows: list[int] = []
    sessions = 0
    if (folder / VOTES_FILE).exists():
        with VoteStore.open(folder, study, write=False) as store:
            if changes := store.changes():
                problems.append(changed(changes, study.title).rstrip("."))
            for record in store.sessions():
                sessions += 1
                found = _order_problems(store, study, record.session_id, record.row)
                if record.seed != study.seed:
                    found.append(f"the seed is {record.seed}, and the study's is {study.seed}")
                problems += [f"session {record.session_id}: {problem}" for problem in found]
                if record.state == DONE:
                    rows.append(record.row)
    return Verified(len(study.stimuli), sessions, tuple(problems), design_state(study, rows))


def _order_problems(store: VoteStore, study: Study, session: str, row: int) -> list[str]:
    plan = store.plan(session)
    practice = [trial.stimulus for trial in plan if trial.phase == TRAINING]
    found = verify_order(study, row, [t.stimulus for t in plan if t.phase == SCORED])
    if practice != [trial.stimulus for trial in study.training]:
        found.append("the practice is not that of the study")
    return found


@dataclass(frozen=True, slots=True)
class Material:
    """What a report is made from; `collected` are the files of `collected_files`."""

    study: Study
    votes: Sequence[Vote]
    collected: Mapping[str, bytes]


def stored_material(folder: Path) -> Material:
    """That of a study's folder, or of a report's. Raises RatingError.

    A study's votes come from its store alone: a votes.json beside it may be anything.
    """
    if not is_study_folder(folder) and (folder / VOTES).is_file():
        return Material(*read_report_votes(folder), read_collected(folder))
    study = read_study(folder)
    _check_begun(study, folder)
    with VoteStore.open(folder, study, write=False) as store:
        return Material(study, store.votes(), collected_files(store))


def stored_codes(folder: Path) -> list[tuple[str, str]]:
    """(completion code, state) of a study's sessions, by code. Raises RatingError."""
    study = read_study(folder)
    _check_begun(study, folder)
    with VoteStore.open(folder, study, write=False) as store:
        return completion_codes(store)


def _check_begun(study: Study, folder: Path) -> None:
    if not (folder / VOTES_FILE).exists():
        raise RatingError(f"Nobody has taken part in '{study.title}' yet: there are no votes.")


def make_report(folder: Path, out: Path | None, options: Options) -> Path:
    """Write the report of a study; the path of its page. By default into "report" beside it."""
    found = stored_material(folder)
    out = folder / "report" if out is None else out
    return write_report(out, found.study, found.votes, options, collected=found.collected)


def export_tables(
    folder: Path, out: Path, names: Sequence[str] | None, options: Options
) -> list[Path]:
    """Write some of TABLES, or all there are; their paths. Raises RatingError, ExportError."""
    from core.atomic import atomic_binary

    unknown = [name for name in names or () if name not in TABLES]
    if unknown or (names is not None and not names):
        raise RatingError(
            f"Unknown table '{', '.join(unknown)}'; expected some of {', '.join(TABLES)}."
        )
    found = stored_material(folder)
    files = report_files(found.study, found.votes, options, collected=found.collected)
    wanted = [TABLES[name] for name in names or TABLES]
    missing = [name for name in wanted if name not in files]
    if missing and names is not None:
        raise RatingError(f"'{folder}' holds no {', '.join(missing)}; give the study's folder.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise RatingError(f"Cannot make the folder '{out}': {problem.strerror}.") from problem
    paths = [out / name for name in wanted if name in files]
    for path in paths:
        with atomic_binary(path) as stream:
            stream.write(files[path.name])
    return paths


__all__ = [
    "REPORT", "TABLES", "Animator", "Material", "Verified", "export_tables", "make_report",
    "make_study", "open_study", "stored_codes", "stored_material", "verify",
]  # fmt: skip
