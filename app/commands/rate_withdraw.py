"""`visemo rate withdraw`, and the first row of a machine: what changes a study's votes."""

import argparse
from pathlib import Path

from app.commands.rate_new import say
from core.errors import RatingError


def withdraw(options: argparse.Namespace) -> int:
    """Delete all that a participant gave. Raises RatingError, also without --yes."""
    from core.rating.store import VoteStore
    from core.rating.study_file import read_study

    with VoteStore.open(options.study, read_study(options.study)) as store:
        if store.read_only:
            raise RatingError(store.notice)
        found = store.session_of(options.number)
        if not options.yes:
            raise RatingError(
                f"This deletes the {found.done} votes and all answers of {found.subject_id} for "
                "good. Nothing was deleted; say --yes to do it."
            )
        left = [str(path) for path in store.withdraw(found.session_id)]
        notice = store.notice
    lines = [f"{found.subject_id} is withdrawn: nothing of it is kept.", notice]
    if left:
        lines.append(f"These damaged copies may still hold it, delete them: {', '.join(left)}")
    say(
        options, "\n".join(line for line in lines if line),
        withdrawn=found.subject_id, damaged_copies=left, notice=notice,
    )  # fmt: skip
    return 0


def set_first_row(folder: Path | None, row: int) -> None:
    """Keep where the rows of this machine begin. Raises RatingError."""
    from core.rating.store import VoteStore
    from core.rating.study_file import read_study

    if folder is None:
        raise RatingError("Name the study whose rows are to begin there.")
    with VoteStore.open(folder, read_study(folder)) as store:
        store.set_first_row(row)
