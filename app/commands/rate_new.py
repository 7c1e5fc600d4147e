"""`visemo rate new`: a study, from what was asked for."""

import argparse
import json
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import RatingError

if TYPE_CHECKING:
    from core.rating.design import Wishes
    from core.rating.study import Study


def add_new(new: argparse.ArgumentParser) -> None:
    """What may be wished of a study."""
    new.add_argument(
        "source", nargs="?", type=Path, metavar="SOURCE",
        help="the folder of a corpus (see `visemo corpus`), a CSV table with the columns file and "
        "emotion, or a bundle (.visemo-study) to unpack (default: the bundled sample)",
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
    new.add_argument(
        "--seed", type=int, metavar="N", help="of orders and choices (default: drawn at random)"
    )
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


def make_new(options: argparse.Namespace) -> int:
    """Make it, and say what and where."""
    from app.rating.choices import read_questions
    from core.rating import wording
    from core.rating.bundle import STUDY_SUFFIX, import_study
    from core.rating.design import Wishes

    if options.source is not None and options.source.suffix == STUDY_SUFFIX:
        study = import_study(options.source, options.out)
    else:
        wishes = Wishes(
            title=options.title or Wishes().title,
            seed=seed_of(options.seed),
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
    say(
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


def seed_of(wanted: int | None) -> int:
    """What was asked for, or drawn at random. Raises RatingError."""
    from core.dice import MOST

    if wanted is None:
        return secrets.randbelow(MOST + 1)
    if not 0 <= wanted <= MOST:
        raise RatingError(f"The seed must be from 0 to {MOST}, not {wanted}.")
    return wanted


def say(options: argparse.Namespace, text: str, **result: object) -> None:
    """The result, for a reader or as one line of JSON."""
    print(json.dumps(result) if options.json else text)
