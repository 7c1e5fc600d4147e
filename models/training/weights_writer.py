"""Finished networks become checkpoints with their cards."""

from dataclasses import dataclass
from pathlib import Path

from core.emotion import EMOTIONS
from core.normalisation import Normalisation
from core.shape_model import ShapeModel
from core.version import program_version
from models.cascade import face_path
from models.checkpoint import Description, FeatureConfig, Provenance, save_checkpoint
from models.dern import Dern
from models.dsrn import Dsrn
from models.training.cards import FACE_LICENCES, GRID_SOURCE, RECOGNISER_LICENCE, write_card
from models.training.loop import Fitted
from models.training.motion import MotionTask, folded


@dataclass(frozen=True, slots=True)
class WeightsWriter:
    """Writes checkpoints and their cards."""

    out: Path
    seed: int
    normalisation: Normalisation
    shape_model: ShapeModel

    def face(self, emotion: str, network: Dsrn, figures: dict[str, float]) -> None:
        """One DSRN whose output is in shape parameters."""
        description = Description(
            role="dsrn",
            id=f"visemo-dsrn-{emotion}",
            licence=FACE_LICENCES["neutral" if emotion == "neutral" else "emotional"],
            provenance=self._provenance(emotion == "neutral", figures),
            labels=[emotion],
            features=FeatureConfig(normalisation=self.normalisation.method),
            explained_variance=self.shape_model.explained,
        )
        path = face_path(self.out, emotion)
        save_checkpoint(path, network, description, self.normalisation, self.shape_model)
        write_card(path, description)

    def emotion_face(self, emotion: str, task: MotionTask, fitted: Fitted) -> None:
        """The end of an expression's training."""
        assert isinstance(task.network, Dsrn)
        figures = {f"validation_{name}": value for name, value in fitted.figures.items()}
        self.face(emotion, folded(task.network, task.scale), figures)

    def recogniser(
        self, network: Dern, normalisation: Normalisation, figures: dict[str, float]
    ) -> None:
        """DERN."""
        description = Description(
            role="dern",
            id="visemo-dern",
            licence=RECOGNISER_LICENCE,
            provenance=Provenance(
                ["RAVDESS speech, actors 01-16", "EmoDB, six of its speakers"],
                "bundled", self.seed, program_version(), figures,
            ),
            labels=list(EMOTIONS),
            features=FeatureConfig(normalisation=normalisation.method),
        )  # fmt: skip
        path = self.out / "dern.safetensors"
        save_checkpoint(path, network, description, normalisation)
        write_card(path, description)

    def _provenance(self, neutral: bool, figures: dict[str, float]) -> Provenance:
        sources = [GRID_SOURCE, "synthetic voices of espeak-ng and flite"]
        sources.append("EmoDB speech (CC0), with motion carried over from GRID")
        if not neutral:
            sources.append("RAVDESS speech (CC BY-NC-SA 4.0), with the neutral face's motion")
            sources.append("expressions of ICT-FaceKit (MIT), amplitudes of RAVDESS action units")
        return Provenance(sources, "bundled", self.seed, program_version(), figures)
