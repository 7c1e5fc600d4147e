"""Recognisers of emotion: how each is loaded from a folder of weights."""

from collections.abc import Callable
from pathlib import Path

from core.errors import CheckpointError
from core.hearing import BEST, TITLES, first_choice, recogniser_file
from models.recognisers.dern import DernRecogniser
from models.recognisers.ensemble import Ensemble
from models.recognisers.local_cnn import LocalCnnRecogniser
from models.recognisers.recogniser import Recogniser


def _functionals(folder: Path) -> Recogniser:
    from models.recognisers.functionals import FunctionalsRecogniser  # brings scipy's filters

    return FunctionalsRecogniser(folder)


RECOGNISERS: dict[str, Callable[[Path], Recogniser]] = {
    "dern": DernRecogniser,
    "local-cnn": LocalCnnRecogniser,
    "functionals": _functionals,
    "ensemble": lambda folder: Ensemble(folder, load_recogniser),
}
# The best first, by the mean recall of clips alone in `visemo evaluate --data RAVDESS EMODB
# --recogniser all`, on speakers never trained on: decision 21.
PREFERRED = ("ensemble", "functionals", "dern", "local-cnn")


def load_recogniser(folder: Path, name: str) -> Recogniser:
    """One of RECOGNISERS from a folder of weights. Raises CheckpointError, naming the file."""
    return RECOGNISERS[name](folder)


def best_recogniser(folder: Path) -> tuple[Recogniser, str]:
    """Who hears where nobody chose, and a notice of why it is none that would come before.

    The folder's first choice, else the first of PREFERRED that is there and whole. Raises
    CheckpointError where there is none.
    """
    wished = first_choice(folder)
    there = [name for name in PREFERRED if recogniser_file(folder, name).is_file()]
    names = there if wished == BEST else dict.fromkeys((wished, *there))
    problems: list[str] = []
    for name in names:
        try:
            found = load_recogniser(folder, name)
        except CheckpointError as problem:
            problems.append(str(problem))
            continue
        why = "; ".join(dict.fromkeys(problems))
        return found, why and f"{TITLES[name]} hears, the best that is whole: {why}"
    expected = ", ".join(recogniser_file(folder, name).name for name in PREFERRED)
    raise CheckpointError(
        "; ".join(dict.fromkeys(problems))
        or f"{folder} has no recogniser; expected at least one of {expected}"
    )
