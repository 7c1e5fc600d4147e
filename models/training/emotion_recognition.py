"""Training of DERN on recordings of acted emotions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from core.emotion import EMOTIONS, utterance_shares
from core.normalisation import Normalisation
from models.dern import CONTEXT, WINDOW_FRAMES, Dern, windows_of
from models.device import device_of, half_precision
from models.training.augmentation import Augmentation, augmented
from models.training.heard_clip import (
    LEAST_SPEECH,
    HeardClip,
    Speakers,
    normalised,
    speaker_statistics,
)  # fmt: skip
from models.training.loop import Batch

LABEL_SMOOTHING = 0.05
VALIDATION_STEP = 2  # every other speech frame votes in validation


_Clip = TypeVar("_Clip", bound=HeardClip, covariant=True)


@dataclass(frozen=True, slots=True)
class EmotionClip(Generic[_Clip]):
    """A recording with its label."""

    corpus: str
    emotion: str
    clip: _Clip


def recall_by_emotion(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Recall of each true emotion from pairs (true, found)."""
    return {
        emotion: float(np.mean([found == emotion for true, found in pairs if true == emotion]))
        for emotion in EMOTIONS
        if any(true == emotion for true, _ in pairs)
    }


def logits_of(
    network: Dern,
    clip: HeardClip,
    normalisation: Normalisation,
    speakers: Speakers | None = None,
) -> Tensor:
    """Of every other speech frame, (n, 7), on the CPU."""
    values = normalised(clip, clip.values, normalisation, speakers)
    padded = np.pad(values, ((CONTEXT, CONTEXT), (0, 0)), mode="edge")
    spoken = np.flatnonzero(clip.voiced)[::VALIDATION_STEP]
    windows = windows_of(torch.from_numpy(padded))[torch.from_numpy(spoken)]
    with torch.inference_mode():
        logits: Tensor = network(windows.to(device_of(network)).contiguous()).float().cpu()
    return logits


def emotion_of(logits: Tensor) -> str:
    """The utterance's emotion by equations (1) and (2), from logits of its frames (n, 7)."""
    probabilities = logits.softmax(dim=1).numpy()
    shares = utterance_shares(probabilities, np.ones(len(logits), dtype=bool))
    return EMOTIONS[int(shares.argmax())]


@dataclass
class EmotionTask:
    """Learn labels of recordings."""

    clips: Sequence[EmotionClip[HeardClip]]
    normalisation: Normalisation
    corpus_weights: dict[str, float]  # counts only where emotions are balanced
    augmentation: Augmentation = field(default_factory=Augmentation)
    recordings: int = 32  # in a batch
    windows: int = 8  # of each recording
    balanced: bool = True  # every emotion is drawn as often; otherwise every recording
    label_smoothing: float = LABEL_SMOOTHING
    name: str = "dern"
    network: nn.Module = field(default_factory=Dern)
    speakers: Speakers | None = None  # of all these clips, unless they are given

    def __post_init__(self) -> None:
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._train: dict[tuple[str, str], list[HeardClip]] = {}
        self._validation: dict[str, list[EmotionClip[HeardClip]]] = {}
        for item in self.clips:
            if item.clip.voiced.sum() < LEAST_SPEECH:
                continue
            if item.clip.partition == "train":
                self._train.setdefault((item.corpus, item.emotion), []).append(item.clip)
            elif item.clip.partition == "validation":
                self._validation.setdefault(item.corpus, []).append(item)
        if self.speakers is None:
            self.speakers = speaker_statistics(item.clip for item in self.clips)
        self._classes = sorted(self._train)
        counts = np.array([float(len(self._train[row])) for row in self._classes])
        shares = self._balanced() if self.balanced else counts
        self._shares = shares / shares.sum()

    def _balanced(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Equal chances for the seven emotions, shared by the corpora that have them."""
        rows = []
        for corpus, emotion in self._classes:
            total = sum(self.corpus_weights[c] for c, e in self._classes if e == emotion)
            rows.append(self.corpus_weights[corpus] / total)
        return np.array(rows)

    def batch(self, choice: np.random.Generator) -> Batch:
        """Windows (B, 40, 15) of random recordings, and their labels (B,)."""
        windows, labels = [], []
        for index in choice.choice(len(self._classes), size=self.recordings, p=self._shares):
            members = self._train[self._classes[index]]
            clip = members[choice.integers(len(members))]
            values = augmented(clip.values, clip.voiced, choice, self.augmentation)
            values = normalised(clip, values, self.normalisation, self.speakers)
            padded = np.pad(values, ((CONTEXT, CONTEXT), (0, 0)), mode="edge")
            frames = choice.choice(np.flatnonzero(clip.voiced), size=self.windows)
            windows += [padded[frame : frame + WINDOW_FRAMES].T for frame in frames]
            labels += [EMOTIONS.index(self._classes[index][1])] * self.windows
        return torch.from_numpy(np.stack(windows)), torch.tensor(labels)

    def loss(self, batch: Batch) -> Tensor:
        """Cross-entropy."""
        windows, labels = batch
        with half_precision(windows.device):
            logits = self.network(windows)
        return nn.functional.cross_entropy(
            logits.float(), labels, label_smoothing=self.label_smoothing
        )

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Unweighted average recall per corpus; the loss is cross-entropy, without smoothing."""
        assert isinstance(network, Dern)
        figures: dict[str, float] = {}
        losses: list[Tensor] = []
        for corpus, items in self._validation.items():
            pairs = []
            for item in items:
                logits = logits_of(network, item.clip, self.normalisation, self.speakers)
                pairs.append((item.emotion, emotion_of(logits)))
                losses.append(-logits.log_softmax(dim=1)[:, EMOTIONS.index(item.emotion)])
            recalls = recall_by_emotion(pairs)
            figures[f"{corpus}_uar"] = float(np.mean(list(recalls.values())))
            figures |= {f"{corpus}_{emotion}": recall for emotion, recall in recalls.items()}
        scores = [value for name, value in figures.items() if name.endswith("_uar")]
        loss = float(torch.cat(losses).mean())
        return {"score": float(np.mean(scores)), "loss": loss} | figures
