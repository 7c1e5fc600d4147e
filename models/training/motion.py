"""Training of a DSRN on clips with known motion, whole stretches at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.face import mouth_opening, mouth_width
from core.lips import uncrossed
from core.normalisation import Normalisation
from core.shape_model import COMPONENTS, ShapeModel
from models.device import device_of, half_precision
from models.dsrn import CONTEXT, TARGET_FRAMES, Dsrn, overlap_mean
from models.training.augmentation import Augmentation, augmented
from models.training.fast_layer import dense_at_every_frame
from models.training.heard_clip import HeardClip, Speakers, normalised, speaker_statistics
from models.training.loop import Batch
from models.training.motion_data import MotionClip

STRETCH = 300  # frames
STRIDE = 4  # of the frames that are learned from; the face was filmed at 25 Hz
HALF = TARGET_FRAMES // 2
RESTORED, MOST_RESTORED = 2, 1.5  # components whose variance is restored, and by how much
IMPORTANCE = 1.0  # exponent: 0 is plain mean squared error, 2 weighs all components alike
VALIDATION_CLIPS = 40  # of each group
LEAST_VARIANCE = 1e-12
Row = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


def estimate_motion(
    network: Dsrn,
    clip: HeardClip,
    normalisation: Normalisation,
    scale: float,
    speakers: Speakers | None = None,
) -> NDArray[np.float32]:
    """The shape parameters of a whole clip, (T, 18)."""
    values = normalised(clip, clip.values, normalisation, speakers)
    padded = np.pad(values, ((CONTEXT, CONTEXT), (0, 0)), mode="edge")
    with torch.inference_mode():
        estimates = network.dense(torch.from_numpy(padded)[None].to(device_of(network)))[0]
        motion: NDArray[np.float32] = (overlap_mean(estimates) * scale).cpu().numpy()
    return motion


def correlation(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    """Pearson's; not a number when one of them does not move."""
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum() + 1e-20))


def mouth_correlations(
    network: Dsrn,
    clips: Sequence[MotionClip],
    normalisation: Normalisation,
    scale: float,
    shape_model: ShapeModel,
) -> tuple[float, float]:
    """Means over clips of the correlations of mouth opening and mouth width with the targets."""
    rows = [
        mouth_correlation(estimate_motion(network, clip, normalisation, scale), clip, shape_model)
        for clip in clips
    ]
    opening, width = np.mean(rows, axis=0)
    return float(opening), float(width)


def mouth_correlation(
    motion: NDArray[np.float32], clip: MotionClip, shape_model: ShapeModel
) -> tuple[float, float]:
    """Of one clip's estimated motion (T, 18): mouth opening and width against the targets."""
    shown = shape_model.points(uncrossed(motion, shape_model))
    true = shape_model.points(clip.targets)
    return (
        correlation(mouth_opening(shown), mouth_opening(true)),
        correlation(mouth_width(shown), mouth_width(true)),
    )


def folded(network: Dsrn, scale: float) -> Dsrn:
    """The same network with its output in shape parameters instead of units of `scale`."""
    result = Dsrn()
    result.load_state_dict(network.state_dict())
    with torch.no_grad():
        result.output.weight.mul_(scale)
        result.output.bias.mul_(scale)
    return result.eval()


def with_restored_variance(
    network: Dsrn, clips: Sequence[MotionClip], normalisation: Normalisation
) -> tuple[Dsrn, dict[str, float]]:
    """Undo what squared error takes from the motion of unsure voices: too little of it.

    The leading components are stretched about their mean in speech, by the square root
    of what they would need to vary as much as the targets of `clips`, voices never
    trained on (after global variance in synthetic speech, Toda and Tokuda 2007; all of
    it costs more error than it wins). Correlations stay what they are; lips come nearer
    to meeting on b, m, p. Returns the network and the factors.
    """
    shown = [estimate_motion(network, clip, normalisation, 1.0)[clip.voiced] for clip in clips]
    wanted = np.concatenate([clip.targets[clip.voiced] for clip in clips])[:, :RESTORED]
    found = np.concatenate(shown)[:, :RESTORED]
    factors = np.sqrt(wanted.std(axis=0) / found.std(axis=0)).clip(1.0, MOST_RESTORED)
    gain = torch.ones(COMPONENTS)
    shift = torch.zeros(COMPONENTS)
    gain[:RESTORED] = torch.from_numpy(factors.astype(np.float32))
    middle = torch.from_numpy(found.mean(axis=0).astype(np.float32))
    shift[:RESTORED] = (1 - gain[:RESTORED]) * middle
    result = folded(network, 1.0)
    with torch.no_grad():
        rows = result.output.weight.view(TARGET_FRAMES, COMPONENTS, -1)
        rows.mul_(gain[None, :, None])
        bias = result.output.bias.view(TARGET_FRAMES, COMPONENTS)
        bias.mul_(gain).add_(shift)
    return result, {f"restored_{i + 1}": float(factor) for i, factor in enumerate(factors)}


@dataclass
class MotionTask:
    """Learn `targets` of clips; each group is drawn from with its weight."""

    name: str
    clips: Sequence[MotionClip]
    weights: dict[str, float]  # by group
    shape_model: ShapeModel
    normalisation: Normalisation
    augmentation: Augmentation = field(default_factory=Augmentation)
    stretches: int = 16  # in a batch
    network: nn.Module = field(default_factory=Dsrn)
    whole: bool = False  # clips are learned whole, not by stretches of three seconds
    stride: int = STRIDE
    importance: float = IMPORTANCE
    judged_by: Literal["correlation", "error"] = "correlation"
    listened: int | None = VALIDATION_CLIPS  # of each group, in validation; None is all
    speakers: Speakers | None = None  # of all these clips, unless they are given

    def __post_init__(self) -> None:
        deviations = np.sqrt(np.maximum(self.shape_model.variances, LEAST_VARIANCE))
        self.scale = float(deviations[0])
        # Plain squares are nearly all jaw; width and rounding live in small components.
        self._importance = torch.from_numpy((self.scale / deviations) ** self.importance)
        if self.speakers is None:
            self.speakers = speaker_statistics(self.clips)
        self._train: dict[str, list[MotionClip]] = {}
        self._validation: dict[str, list[MotionClip]] = {}
        for clip in self.clips:
            if clip.group in self.weights and clip.partition in ("train", "validation"):
                chosen = self._train if clip.partition == "train" else self._validation
                chosen.setdefault(clip.group, []).append(clip)
        groups = sorted(self._train)
        shares = np.array([self.weights[group] for group in groups])
        self._groups, self._shares = groups, shares / shares.sum()

    def batch(self, choice: np.random.Generator) -> Batch:
        """Features, targets and weights of stretches, or of whole clips in one row.

        (B, 300 + 14, 40), (B, 75, 5, 18) and (B, 75) of stretches. Whole clips of T frames
        each stand behind one another, T + 14 frames with their context; the windows
        that see two of them weigh nothing.
        """
        picked = choice.choice(len(self._groups), size=self.stretches, p=self._shares)
        rows = [self._stretch(self._groups[index], choice) for index in picked]
        features, targets, inside = _joined(rows) if self.whole else _stacked(rows)
        offset = int(choice.integers(self.stride))
        wanted = torch.from_numpy(targets).unfold(1, TARGET_FRAMES, 1).transpose(2, 3)
        wanted = wanted[:, offset : inside.shape[1] : self.stride] / self.scale
        weight = torch.from_numpy(inside)[:, offset :: self.stride]
        return torch.from_numpy(features)[:, offset:], wanted, weight

    def loss(self, batch: Batch) -> Tensor:
        """Squared error in units of the first component's deviation, small components raised."""
        features, wanted, weight = batch
        with half_precision(features.device):
            assert isinstance(self.network, Dsrn)
            if self.stride == 1 and features.device.type == "cpu":
                output = dense_at_every_frame(self.network, features)
            else:
                output = self.network.dense(features, self.stride)
        importance = self._importance.to(output.device)
        error = ((output.float() - wanted).square() * importance).mean(dim=(2, 3))
        return (error * weight).sum() / weight.sum().clamp(min=1.0)

    def _stretch(self, group: str, choice: np.random.Generator) -> Row:
        """Features with context (L + 14, 40), targets with neighbours (L + 4, 18), inside (L,)."""
        clips = self._train[group]
        clip = clips[choice.integers(len(clips))]
        values = augmented(clip.values, clip.voiced, choice, self.augmentation)
        values = normalised(clip, values, self.normalisation, self.speakers)
        count = len(values)
        length = count if self.whole else STRETCH
        first = int(choice.integers(max(count - length, 0) + 1))
        heard = np.arange(first - CONTEXT, first + length + CONTEXT).clip(0, count - 1)
        shown = np.arange(first - HALF, first + length + HALF).clip(0, count - 1)
        frames = np.arange(first, first + length)
        inside = (frames < count).astype(np.float32)
        if clip.seen is not None:
            inside *= clip.seen[frames.clip(0, count - 1)]
        return values[heard], clip.targets[shown], inside

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Errors in shape parameters, and correlations of mouth opening and width by group.

        The score is the mean correlation, or the share of the variance that is right.
        "loss" is the squared error in the units of training, "mse" in those of the parameters.
        """
        assert isinstance(network, Dsrn)
        figures: dict[str, float] = {}
        errors, targets, correlations = [], [], []
        for group, clips in self._validation.items():
            most = self.listened or len(clips)
            found = []
            for clip in clips[:: max(1, len(clips) // most)]:
                motion = estimate_motion(
                    network, clip, self.normalisation, self.scale, self.speakers
                )
                seen = slice(None) if clip.seen is None else clip.seen
                errors.append((motion - clip.targets)[seen])
                targets.append(clip.targets[seen])
                found.append(mouth_correlation(motion, clip, self.shape_model))
            figures[f"{group}_opening"], figures[f"{group}_width"] = np.mean(found, 0).tolist()
            correlations += [figures[f"{group}_opening"], figures[f"{group}_width"]]
        mse = float(np.square(np.concatenate(errors)).mean())
        variance = float(np.concatenate(targets).var(axis=0).mean())
        right = 1 - mse / max(variance, LEAST_VARIANCE)
        score = float(np.mean(correlations)) if self.judged_by == "correlation" else right
        return figures | {"score": score, "loss": mse / self.scale**2, "mse": mse}


def _stacked(rows: list[Row]) -> Row:
    features, targets, inside = zip(*rows, strict=True)
    return np.stack(features), np.stack(targets), np.stack(inside)


def _joined(rows: list[Row]) -> Row:
    """Rows of any length behind one another as one, in step with the windows of the features."""
    features, targets, inside = zip(*rows, strict=True)
    gap = 2 * CONTEXT  # windows that see two clips
    apart = [np.pad(row, ((0, gap - 2 * HALF), (0, 0))) for row in targets]
    weights = np.concatenate([np.pad(row, (0, gap)) for row in inside])[:-gap]
    return np.concatenate(features)[None], np.concatenate(apart)[None], weights[None]
