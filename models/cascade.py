"""The cascade: a clip in, an animation out. Sadiq et al. 2019, figure 1.

MFSC -> DERN or another recogniser (an emotion per frame) -> two emotions per
utterance -> their two DSRNs, fused -> 18 shape parameters per frame. Everything
runs in chunks, so memory hardly grows with the clip and a cancel is heard within one.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.affect import AffectTrack
from core.animation import Animation, AnimationSettings, ModelId
from core.clip import Clip
from core.emotion import EMOTIONS, EmotionTrack
from core.errors import CheckpointError
from core.hearing import BEST, BY_DERN, HeardBy, Hearing, there_are
from core.lips import uncrossed
from core.monitor import SILENT, Monitor
from core.normalisation import BandStatistics, z_score
from core.shape_model import COMPONENTS, ShapeModel, ShapeTrack
from core.utterances import mix_track, segments_of
from core.version import program_version
from models import dsrn
from models.affect_recogniser import AffectRecogniser
from models.checkpoint import Checkpoint, load_checkpoint, model_id
from models.dense_dsrn import DenseDsrn
from models.device import Runner, choose
from models.dsrn import TARGET_FRAMES, Dsrn, overlap_mean
from models.face_weights import COMBINED, FaceWeights, face_weights, same_weights, weights_of
from models.recent import RecentEstimates
from models.recognisers import best_recogniser, load_recogniser
from models.recognisers.recogniser import Recogniser, listen
from models.speaker_profiles import lacking
from models.spectrum import Spectrum, Values, chunks
from resources import WEIGHTS

AS_HEARD = Hearing()


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was heard in a clip: all that its faces are made from."""

    clip: Clip
    spectrum: Spectrum
    own: BandStatistics  # of the clip's speech
    emotions: EmotionTrack
    hearing: Hearing = AS_HEARD
    heard_by: HeardBy = BY_DERN
    recognisers: tuple[ModelId, ...] = ()  # the files of who heard it
    affect: AffectTrack | None = None  # where there are weights for it


class _Face:
    """One DSRN and its shape model."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        assert checkpoint.shape_model is not None
        self.checkpoint = checkpoint
        self.shape_model: ShapeModel = checkpoint.shape_model

    @cached_property
    def network(self) -> DenseDsrn:
        """Made when the face first moves: every clip asks for neutral's shape model, not for it."""
        with torch.device("meta"):
            network = Dsrn()
        self.checkpoint.fill(network, lend=True)
        self.checkpoint = replace(self.checkpoint, weights={})  # 18 MB that are not needed again
        return DenseDsrn(network.eval())


class Cascade:
    """The trained networks of one folder of weights, loaded when first needed."""

    def __init__(self, folder: Path, runner: Runner) -> None:
        self._folder = folder
        self._runner = runner
        self._recognisers: dict[str, Recogniser] = {}
        self._notice = ""  # of why the best is not a better one, until it was told
        self._faces: dict[str, _Face] = {}
        self._recent = RecentEstimates()

    @classmethod
    def load(cls, weights: Path = WEIGHTS, device: str = "auto") -> "Cascade":
        """See that a recogniser and every face are in a folder of weights.

        Raises CheckpointError when a file is missing, or valence and arousal are damaged,
        VisemoError when the device is not there. Recognisers and faces are read when needed.
        """
        missing = [] if there_are(weights) else ["recogniser"]
        faces = (face_path(weights, name) for name in (*EMOTIONS, COMBINED))
        missing += [path.name for path in faces if not path.is_file()]
        if missing:
            raise CheckpointError(
                f"{weights} has no {', '.join(missing)}; expected dern.safetensors or another "
                "recogniser and one dsrn-EMOTION.safetensors for each emotion and for 'combined'; "
                "`visemo weights` makes such a folder of what was trained"
            )
        cascade = cls(weights, Runner(choose(device)))
        _ = cascade._affect  # damage is told of now
        return cascade

    @property
    def folder(self) -> Path:
        """Of the weights."""
        return self._folder

    @property
    def device(self) -> str:
        """Where the networks run at present: "cpu", "cuda" or "mps"."""
        return self._runner.device.type

    def recogniser(self, name: str = BEST) -> Recogniser:
        """One of RECOGNISERS. Raises CheckpointError, naming the file, where it is of no use."""
        if name not in self._recognisers:
            if name == BEST:
                self._recognisers[name], self._notice = best_recogniser(self._folder)
            else:
                self._recognisers[name] = load_recogniser(self._folder, name)
        return self._recognisers[name]

    @cached_property
    def _affect(self) -> AffectRecogniser | None:
        return AffectRecogniser.load(self._folder)

    def uses_profile(self, recogniser: str = BEST) -> bool:
        """Whether another thing is heard where the speaker is known."""
        return self.recogniser(recogniser).uses_profile or self._affect is not None

    def hearing_id(self, hearing: Hearing = AS_HEARD) -> str:
        """Names what emotions hang on beside the sound; devices differ in the last bit."""
        by = self._heard_by(hearing)
        files = [model.sha256 for model in self.recogniser(hearing.recogniser).models]
        return " ".join((by.recogniser, *files, repr(by.speaker), by.profile, self.device))

    def weights_id(self, hearing: Hearing = AS_HEARD) -> str:
        """The same for animations. Raises CheckpointError when a file is gone."""
        affect = "" if self._affect is None else self._affect.model.sha256
        return " ".join((self.hearing_id(hearing), affect, *self._face_hashes))

    def _heard_by(self, hearing: Hearing) -> HeardBy:
        name, profile = self.recogniser(hearing.recogniser).name, hearing.profile
        if profile is None or lacking(profile) or not self.uses_profile(hearing.recogniser):
            return HeardBy(name)
        return HeardBy(name, profile.name, profile.id)

    @cached_property
    def _face_hashes(self) -> tuple[str, ...]:
        try:
            return tuple(
                hashlib.sha256(face_path(self._folder, name).read_bytes()).hexdigest()
                for name in (*EMOTIONS, COMBINED)
            )
        except OSError as error:
            raise CheckpointError(f"the faces in {self._folder} cannot be read: {error}") from error

    def animate(
        self,
        clip: Clip,
        settings: AnimationSettings = AnimationSettings(),  # noqa: B008 - frozen
        monitor: Monitor = SILENT,
        hearing: Hearing = AS_HEARD,
    ) -> Animation:
        """The face that goes with a clip. `monitor` may raise Cancelled, heard within a chunk."""
        return self.pose(self.analyse(clip, monitor, hearing=hearing), settings, monitor)

    def analyse(
        self,
        clip: Clip,
        monitor: Monitor = SILENT,
        spectrum: Spectrum | None = None,
        emotions: EmotionTrack | None = None,
        hearing: Hearing = AS_HEARD,
    ) -> Analysis:
        """What is heard in a clip, whatever face it will get.

        `spectrum` is the clip's, and `emotions` what was heard in it in this way, where
        they are there already. Raises ValueError for emotions of another clip's length.
        """
        recogniser, profile = self.recogniser(hearing.recogniser), hearing.profile
        if hearing.recogniser == BEST and self._notice:
            monitor.notice(self._notice)
            self._notice = ""
        if profile is not None and (reason := lacking(profile)):
            monitor.notice(f"the profile of '{profile.name}' is not used: {reason}")
            profile = None
        speech = listen(clip, spectrum, profile, monitor)
        if emotions is None:
            emotions = recogniser.hear(speech, self._runner, monitor)
        if emotions.timeline != speech.spectrum.timeline:
            raise ValueError("the emotions are of another clip")
        heard_by, models = self._heard_by(hearing), recogniser.models
        affect = None
        if self._affect is not None:
            affect = self._affect.hear(speech, self._runner, monitor)
            models = (*models, self._affect.model)
        return Analysis(
            clip, speech.spectrum, speech.own, emotions, hearing, heard_by, models, affect
        )

    def pose(
        self,
        analysis: Analysis,
        settings: AnimationSettings = AnimationSettings(),  # noqa: B008 - frozen
        monitor: Monitor = SILENT,
        previous: Animation | None = None,
    ) -> Animation:
        """The face that goes with what was heard.

        `previous`, an animation of the same analysis by this cascade, saves the work
        for stretches of ten seconds in which nothing changed, and raises ValueError where
        it is of another sound; the result is the same.
        """
        emotions, clip = analysis.emotions, analysis.clip
        segments = segments_of(emotions, clip.duration, settings)
        mixes = mix_track(segments, emotions.timeline)
        weights = face_weights(mixes, segments, emotions.timeline, settings.model)
        kept = None
        if previous is not None:
            before = weights_of(previous, clip.source.sha256, emotions.timeline)
            kept = before, previous.shape.parameters
        parameters = self._move(analysis, weights, kept, monitor)
        used = [self._face(name).checkpoint for name, column in weights.items() if column.any()]
        return Animation(
            source=clip.source,
            duration=clip.duration,
            emotions=emotions,
            mixes=mixes,
            shape=ShapeTrack(emotions.timeline, parameters),
            utterance=emotions.mix(),
            segments=tuple(segments),
            shape_model=self._face("neutral").shape_model,
            models=(*analysis.recognisers, *map(model_id, used)),
            settings=settings,
            version=program_version(),
            heard_by=analysis.heard_by,
            affect=analysis.affect,
        )

    def _move(
        self,
        analysis: Analysis,
        weights: FaceWeights,
        kept: tuple[FaceWeights, Values] | None,
        monitor: Monitor,
    ) -> Values:
        """Equations (5) and (6), lips uncrossed: shape parameters of every frame, (frames, 18).

        `kept` are the weights and the result of an earlier run.
        """
        shape_model = self._face("neutral").shape_model
        count = analysis.emotions.timeline.count
        half = TARGET_FRAMES // 2
        result = np.empty((count, COMPONENTS), dtype=np.float32)
        for first, last in chunks(count):
            monitor.step("moving the face", first, count)
            low, high = max(first - half, 0), min(last + half, count)  # whose windows vote
            if kept is not None and same_weights(weights, kept[0], low, high):
                result[first:last] = kept[1][first:last]
                continue
            values = analysis.spectrum.frames(low - dsrn.CONTEXT, high + dsrn.CONTEXT)
            fused = torch.zeros(high - low, TARGET_FRAMES, COMPONENTS)
            for name, column in weights.items():
                share = torch.from_numpy(column[low:high])
                if share.any():
                    make = partial(self._estimates, name, values, analysis.own, monitor)
                    estimates = self._recent.get(analysis.spectrum, (name, low, high), make)
                    fused += share[:, None, None] * estimates
            moved = overlap_mean(fused)[first - low : last - low].numpy()
            result[first:last] = uncrossed(moved, shape_model)
        monitor.step("moving the face", count, count)
        return result

    def _estimates(
        self, name: str, values: Values, own: BandStatistics, monitor: Monitor
    ) -> Tensor:
        """One face's K_v estimates around every frame (T, 5, 18), from features (T + 14, 40)."""
        face = self._face(name)
        normalised = z_score(values, face.checkpoint.normalisation.statistics(own))
        features = torch.from_numpy(normalised)
        return self._runner.run(face.network, face.network, features, monitor)

    def _face(self, name: str) -> _Face:
        if name not in self._faces:
            face = _Face(load_checkpoint(face_path(self._folder, name), "dsrn"))
            for other in self._faces.values():
                if not np.array_equal(other.shape_model.components, face.shape_model.components):
                    raise CheckpointError(
                        f"the faces in {self._folder} have different shape models; "
                        "expected one set trained together"
                    )
            self._faces[name] = face
        return self._faces[name]


def face_path(folder: Path, name: str) -> Path:
    """Where the DSRN of an emotion, or of "combined", lies."""
    return folder / f"dsrn-{name}.safetensors"
