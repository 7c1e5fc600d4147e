"""`visemo rate`: the subjective test, from design to statistics."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import RatingError, VisemoError

if TYPE_CHECKING:
    from core.rating.analysis import Options
    from core.rating.design import Wishes
    from core.rating.study import Study

Doing = Callable[[argparse.Namespace], int]
FOUND = 2  # exit status where something is not as it should be


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One subcommand for each thing to do with a study."""
    actions = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)

    new = _action(actions, "new", "make a study: the paper's 7 emotions x 2 models", _new)
    new.add_argument(
        "source", nargs="?", type=Path, metavar="SOURCE",
        help="a RAVDESS or EmoDB folder, a CSV table with the columns file and emotion, or a "
        "bundle (.visemo-study) to unpack (default: the bundled sample)",
    )  # fmt: skip
    new.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    new.add_argument(
        "--condition", action="append", default=[], metavar="SPEC",
        help="one for each thing to compare: dependent, combined, recorded (the tracks of the "
        "table, as a hidden reference), or ID:KEY=VALUE,... with name, model, emotion, strength, "
        "jaw, lips, corners, weights (default: dependent and combined)",
    )  # fmt: skip
    new.add_argument(
        "--all-clips", action="store_true", help="every clip of SOURCE, not one per emotion"
    )
    new.add_argument("--title", default=None, help="what the study is called")
    new.add_argument("--seed", type=int, default=0, metavar="N", help="of orders and choices")
    new.add_argument(
        "--order", choices=("shuffle", "balanced"), default="shuffle",
        help="a seeded shuffle (the default), or the rows of a Williams square",
    )  # fmt: skip
    new.add_argument(
        "--no-emotion-twice", action="store_true", help="of a shuffle: never one twice running"
    )
    new.add_argument("--no-training", action="store_true", help="leave out the five practice clips")
    for kind, text in (
        ("trapping", "a clip that says which score to give"),
        ("gold", "a clip with a still face, which must be rated low"),
        ("repeat", "one of the clips a second time"),
    ):
        new.add_argument(f"--{kind}", action="store_true", help=f"add {text}")
    new.add_argument("--language", default="en", metavar="CODE", help="of texts: en, de")
    new.add_argument("--texts", type=Path, metavar="FILE", help="texts of your own, see en.txt")
    new.add_argument(
        "--questions", type=Path, metavar="FILE",
        help="JSON list of questions: id, text, kind, choices, when (before, after), required",
    )  # fmt: skip
    new.add_argument(
        "--replays", type=int, default=0, metavar="N", help="times a clip may be seen again"
    )
    new.add_argument("--weights", type=Path, metavar="DIR", help="others than the bundled ones")
    new.add_argument("--device", default="auto", metavar="NAME", help="auto, cpu, cuda or mps")

    run = _action(actions, "run", "open the operator's window, or run a participant", _run)
    run.add_argument("study", nargs="?", type=Path, metavar="STUDY", help="folder of a study")
    run.add_argument("--participant", action="store_true", help="begin with the next participant")

    check = _study(
        actions, "verify", "see that stimuli and orders are what they should be", _verify
    )
    report = _study(actions, "report", "statistics and charts, as a page to read", _report)
    export = _study(
        actions, "export", "the votes as tables: long CSV, matrix, sureal JSON", _export
    )
    export.add_argument(
        "--format", default="csv,matrix,sureal", metavar="LIST",
        help="some of %(default)s (default: all)",
    )  # fmt: skip
    export.add_argument("--out", type=Path, required=True, metavar="DIR", help="write there")
    report.add_argument("--out", type=Path, metavar="DIR", help='(default: "report" in the study)')
    for parser_ in (report, export):
        parser_.add_argument(
            "--include-incomplete", action="store_true", help="count sessions that were broken off"
        )
    report.add_argument(
        "--remove-bias", action="store_true", help="also without raters' bias (P.913, 12.4)"
    )

    pack = _study(actions, "bundle", "pack a study, or its votes, into one file", _bundle)
    pack.add_argument(
        "--out", type=Path, required=True, metavar="FILE",
        help="NAME.visemo-study for the study, NAME.visemo-votes for its votes",
    )  # fmt: skip
    merge = _study(actions, "merge", "add votes from other machines", _merge)
    merge.add_argument("bundles", nargs="+", type=Path, metavar="BUNDLE", help=".visemo-votes")
    simulate = _study(actions, "simulate", "a report on raters who are not there", _simulate)
    simulate.add_argument("--raters", type=int, default=15, metavar="N", help="(default: 15)")
    simulate.add_argument("--seed", type=int, default=0, metavar="N", help="(default: 0)")
    simulate.add_argument("--out", type=Path, required=True, metavar="DIR", help="write there")
    for parser_ in (new, check, report, export, merge, simulate):
        parser_.add_argument("--json", action="store_true", help="the result as one line of JSON")


def run(options: argparse.Namespace) -> int:
    """Do what was asked; 0, or 2 where `verify` found something."""
    doing: Doing = options.doing
    try:
        return doing(options)
    except OSError as problem:
        raise RatingError(f"'{problem.filename}': {problem.strerror}.") from problem


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str, summary: str, doing: Doing,
) -> argparse.ArgumentParser:  # fmt: skip
    text = summary[0].upper() + summary[1:] + "."
    parser = actions.add_parser(name, help=summary, description=text, allow_abbrev=False)
    parser.set_defaults(doing=doing)
    return parser


def _study(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str, summary: str, doing: Doing,
) -> argparse.ArgumentParser:  # fmt: skip
    parser = _action(actions, name, summary, doing)
    parser.add_argument("study", type=Path, metavar="STUDY", help="folder of a study")
    return parser


def _new(options: argparse.Namespace) -> int:
    from app.rating.choices import read_questions
    from core.rating import wording
    from core.rating.bundle import STUDY_SUFFIX, import_study
    from core.rating.design import Wishes

    if options.source is not None and options.source.suffix == STUDY_SUFFIX:
        study = import_study(options.source, options.out)
    else:
        wishes = Wishes(
            title=options.title or Wishes().title,
            seed=options.seed,
            order=options.order,
            no_emotion_twice=options.no_emotion_twice,
            training=not options.no_training,
            trapping=options.trapping,
            gold=options.gold,
            repeat=options.repeat,
            language=options.language,
            texts=wording.read_wording(options.texts) if options.texts else {},
            questions=read_questions(options.questions) if options.questions else (),
        )
        study = _made(options, wishes)
    _say(
        options,
        f"{options.out}: {study.title}, {len(study.trials)} trials, "
        f"{len(study.stimuli)} stimuli, seed {study.seed}",
        study=study.id, folder=str(options.out), trials=len(study.trials),
        stimuli=len(study.stimuli), seed=study.seed,
    )  # fmt: skip
    return 0


def _made(options: argparse.Namespace, wishes: "Wishes") -> "Study":
    from app.console import TextReport
    from app.progress import Interrupts, Progress
    from app.rating.choices import Choices, conditions_of
    from app.rating.work import make_study
    from resources import WEIGHTS

    choices = Choices(conditions_of(options.condition), options.all_clips, options.replays)
    report = TextReport(sys.stdout, sys.stderr, options.json)
    with Interrupts() as interrupts:
        try:
            return make_study(
                options.source, options.out, wishes, choices, options.weights or WEIGHTS,
                options.device, Progress(report, interrupts),
            )  # fmt: skip
        finally:
            report.finished(0, 0)  # takes the line of progress away


def _run(options: argparse.Namespace) -> int:
    try:
        from app.rating.main import run_rating
    except ImportError as problem:  # of Qt: a shared library of the system is missing
        raise VisemoError(
            f"The window cannot be opened ({problem}); `bash setup.sh studio` installs what is "
            "missing on Debian and Ubuntu."
        ) from problem
    if options.participant and options.study is None:
        raise RatingError("Name the study whose next participant is to begin.")
    return run_rating(options.study, participant=options.participant)


def _verify(options: argparse.Namespace) -> int:
    from app.rating.work import verify

    found = verify(options.study)
    good = f"{found.stimuli} stimuli and {found.sessions} sessions are as they should be."
    _say(
        options, "\n".join((*found.problems, *(() if found.problems else (good,)), found.state)),
        stimuli=found.stimuli, sessions=found.sessions, problems=list(found.problems),
        state=found.state,
    )  # fmt: skip
    return FOUND if found.problems else 0


def _report(options: argparse.Namespace) -> int:
    from app.rating.work import make_report

    path = make_report(options.study, options.out, _options(options))
    _say(options, str(path), report=str(path))
    return 0


def _export(options: argparse.Namespace) -> int:
    from app.rating.work import export_tables

    names = [name.strip().lower() for name in options.format.split(",") if name.strip()]
    paths = export_tables(options.study, options.out, names, _options(options))
    _say(options, "\n".join(map(str, paths)), paths=[str(path) for path in paths])
    return 0


def _bundle(options: argparse.Namespace) -> int:
    from core.rating import bundle
    from core.rating.store import VoteStore
    from core.rating.study_file import read_study

    if options.out.suffix == bundle.STUDY_SUFFIX:
        bundle.export_study(options.study, options.out)
    elif options.out.suffix == bundle.VOTES_SUFFIX:
        study = read_study(options.study)
        with VoteStore.open(options.study, study, write=False) as store:
            bundle.export_votes(store, study, options.out)
    else:
        raise RatingError(
            f"'{options.out.name}' must end in {bundle.STUDY_SUFFIX} for the study, or in "
            f"{bundle.VOTES_SUFFIX} for its votes."
        )
    print(options.out)
    return 0


def _merge(options: argparse.Namespace) -> int:
    from core.rating.merging import merge_votes
    from core.rating.store import VoteStore
    from core.rating.study_file import read_study

    study = read_study(options.study)
    with VoteStore.open(options.study, study) as store:
        if store.read_only:
            raise RatingError(store.notice)
        for path in options.bundles:
            merged = merge_votes(store, study, path)
            _say(
                options, f"{path}: {merged.sentence}",
                bundle=str(path), added=list(merged.added), skipped=list(merged.skipped),
            )  # fmt: skip
    return 0


def _simulate(options: argparse.Namespace) -> int:
    from core.rating.orders import order
    from core.rating.report import write_report
    from core.rating.simulation import simulate, simulated_raters
    from core.rating.study_file import read_study

    if not 1 <= options.raters <= 100_000:
        raise RatingError(f"Expected 1 to 100000 raters, not {options.raters}.")
    study = read_study(options.study)
    votes = simulate(study, simulated_raters(study, options.raters, options.seed), order)
    path = write_report(options.out, study, votes)
    _say(options, f"{path} (nobody has given these votes)", report=str(path), votes=len(votes))
    return 0


def _options(options: argparse.Namespace) -> "Options":
    from core.rating.analysis import Options

    return Options(
        include_incomplete=options.include_incomplete,
        remove_bias=getattr(options, "remove_bias", False),
    )


def _say(options: argparse.Namespace, text: str, **result: object) -> None:
    print(json.dumps(result) if options.json else text)
