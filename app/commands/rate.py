"""`visemo rate`: the subjective test, from design to statistics."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.rate_new import add_new, make_new, seed_of
from app.commands.rate_new import say as _say
from app.commands.rate_withdraw import set_first_row, withdraw
from core.errors import RatingError, VisemoError

if TYPE_CHECKING:
    from core.rating.analysis import Options

Doing = Callable[[argparse.Namespace], int]
FOUND = 2  # exit status where something is not as it should be


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One subcommand for each thing to do with a study."""
    actions = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)

    new = _action(actions, "new", "make a study: the paper's 7 emotions x 2 models", make_new)
    add_new(new)

    run = _action(actions, "run", "open the operator's window, or run a participant", _run)
    run.add_argument("study", nargs="?", type=Path, metavar="STUDY", help="folder of a study")
    run.add_argument("--participant", action="store_true", help="begin with the next participant")
    run.add_argument(
        "--first-row", type=int, metavar="N",
        help="participants of this machine take rows of the order from N on (from 0; it is kept)",
    )  # fmt: skip

    check = _study(
        actions, "verify", "see that stimuli and orders are what they should be", _verify
    )
    report = _study(actions, "report", "statistics and charts, as a page to read", _report)
    export = _study(
        actions, "export", "all that was collected, as tables: votes, answers, sessions", _export
    )
    export.add_argument(
        "--format", metavar="LIST",
        help="some of csv,matrix,sureal,answers,sessions,events (default: all)",
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

    codes = _study(actions, "codes", "completion codes, and nothing of whose they are", _codes)
    pack = _study(actions, "bundle", "pack a study, or its votes, into one file", _bundle)
    pack.add_argument(
        "--out", type=Path, required=True, metavar="FILE",
        help="NAME.visemo-study for the study, NAME.visemo-votes for its votes",
    )  # fmt: skip
    merge = _study(actions, "merge", "add votes from other machines", _merge)
    merge.add_argument("bundles", nargs="+", type=Path, metavar="BUNDLE", help=".visemo-votes")
    leave = _study(actions, "withdraw", "delete all that a participant gave", withdraw)
    leave.add_argument("number", metavar="NUMBER", help="the participant's, such as P2K7MX4TPQ")
    leave.add_argument("--yes", action="store_true", help="do it: it cannot be undone")
    leave.add_argument("--json", action="store_true", help="the result as one line of JSON")
    simulate = _study(actions, "simulate", "a report on raters who are not there", _simulate)
    simulate.add_argument("--raters", type=int, default=15, metavar="N", help="(default: 15)")
    simulate.add_argument("--seed", type=int, default=0, metavar="N", help="(default: 0)")
    simulate.add_argument("--out", type=Path, required=True, metavar="DIR", help="write there")
    for parser_ in (new, check, report, export, codes, merge, simulate):
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
    if options.first_row is not None:
        set_first_row(options.study, options.first_row)
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

    names = None
    if options.format is not None:
        names = [name.strip().lower() for name in options.format.split(",") if name.strip()]
    paths = export_tables(options.study, options.out, names, _options(options))
    _say(options, "\n".join(map(str, paths)), paths=[str(path) for path in paths])
    return 0


def _codes(options: argparse.Namespace) -> int:
    from app.rating.work import stored_codes

    codes = stored_codes(options.study)
    _say(
        options, "\n".join(("code,state", *(f"{code},{state}" for code, state in codes))),
        codes=[{"code": code, "state": state} for code, state in codes],
    )  # fmt: skip
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
                longer=list(merged.longer), withdrawn=list(merged.withdrawn),
                deleted=list(merged.deleted),
            )  # fmt: skip
    return 0


def _simulate(options: argparse.Namespace) -> int:
    from core.rating.orders import order
    from core.rating.report import write_report
    from core.rating.simulation import simulate, simulated_raters
    from core.rating.study_file import read_study

    if not 1 <= options.raters <= 100_000:
        raise RatingError(f"Expected 1 to 100000 raters, not {options.raters}.")
    seed = seed_of(options.seed)
    study = read_study(options.study)
    votes = simulate(study, simulated_raters(study, options.raters, seed), order)
    path = write_report(options.out, study, votes)
    _say(options, f"{path} (nobody has given these votes)", report=str(path), votes=len(votes))
    return 0


def _options(options: argparse.Namespace) -> "Options":
    from core.rating.analysis import Options

    return Options(
        include_incomplete=options.include_incomplete,
        remove_bias=getattr(options, "remove_bias", False),
    )
