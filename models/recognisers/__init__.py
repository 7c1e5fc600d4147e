"""Recognisers of emotion: how each is loaded from a folder of weights."""

from collections.abc import Callable
from pathlib import Path

from core.hearing import BEST, recogniser_file
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
PREFERRED = ("ensemble", "functionals", "dern")


def load_recogniser(folder: Path, name: str = BEST) -> Recogniser:
    """A recogniser of a folder of weights. Raises CheckpointError, naming the file.

    Where there is none at all, that of the last of PREFERRED, which a folder has at least.
    """
    there = (row for row in PREFERRED if recogniser_file(folder, row).is_file())
    return RECOGNISERS[name or next(there, PREFERRED[-1])](folder)
