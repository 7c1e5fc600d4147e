"""What trainings left in their folders: a recogniser, faces, or both, ready to be judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.emotion import EMOTIONS
from core.errors import CheckpointError
from core.hearing import recogniser_file
from core.normalisation import Normalisation
from core.shape_model import ShapeModel
from models.cascade import face_path
from models.checkpoint import load_checkpoint
from models.dsrn import Dsrn
from models.face_weights import COMBINED
from models.recognisers import RECOGNISERS, load_recogniser
from models.recognisers.recogniser import Recogniser
from models.training.heard_clip import HeardClip, Speakers
from models.training.motion import estimate_motion


@dataclass(frozen=True, slots=True)
class RunFaces:
    """The DSRNs of one training, in one space of shapes."""

    networks: dict[str, tuple[Dsrn, Normalisation]]  # by emotion, and COMBINED
    model: ShapeModel

    def motion(self, name: str, clip: HeardClip, speakers: Speakers) -> NDArray[np.float32]:
        """Shape parameters (T, 18) of a recording by one of them."""
        network, normalisation = self.networks[name]
        return estimate_motion(network, clip, normalisation, 1.0, speakers)


@dataclass(frozen=True, slots=True)
class RunNetworks:
    """Of one fold, from one run folder or several."""

    recogniser: Recogniser | None
    faces: RunFaces | None

    @classmethod
    def read(cls, runs: Sequence[Path]) -> "RunNetworks":
        """Raises CheckpointError for damaged networks, and where there are none."""
        heard = [(run, name) for run in runs for name in RECOGNISERS
                 if recogniser_file(run, name).is_file()]  # fmt: skip
        faces = [found for run in runs if (found := _faces(run)) is not None]
        if not heard and not faces:
            raise CheckpointError(
                f"there are no finished networks in {', '.join(map(str, runs))}; expected "
                "folders that `visemo train` has made"
            )
        recogniser = load_recogniser(*heard[0]) if heard else None
        return cls(recogniser, faces[0] if faces else None)


def _faces(run: Path) -> RunFaces | None:
    networks = {}
    model = None
    for name in (COMBINED, *EMOTIONS):
        path = face_path(run, name)
        if not path.is_file():
            continue
        checkpoint = load_checkpoint(path, "dsrn")
        network = Dsrn()
        checkpoint.fill(network)
        networks[name] = (network.eval(), checkpoint.normalisation)
        model = checkpoint.shape_model
    return RunFaces(networks, model) if model is not None else None
