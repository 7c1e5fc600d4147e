"""Training of DERN on recordings of acted emotions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from core.emotion import EMOTIONS, utterance_shares
from core.normalisation import Normalisation
from models.dern import CONTEXT, WINDOW_FRAMES, Dern, windows_of
from models.device import device_of, half_precision
from models.training.augmentation import Augmentation, augmented
from models.training.loop import Batch
from models.training.motion import normalised
from models.training.motion_data import MotionClip

LEAST_SPEECH = 20  # frames; recordings with less teach nothing
LABEL_SMOOTHING = 0.05
VALIDATION_STEP = 2  # every other speech frame votes in validation


@dataclass(frozen=True, slots=True)
class EmotionClip:
    """A recording with its label."""

    corpus: str
    emotion: str
    clip: MotionClip


def recall_by_emotion(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Recall of each true emotion from pairs (true, found)."""
    return {
        emotion: float(np.mean([found == emotion for true, found in pairs if true == emotion]))
        for emotion in EMOTIONS
        if any(true == emotion for true, _ in pairs)
    }


def recognise(network: Dern, clip: MotionClip, normalisation: Normalisation) -> str:
    """The utterance's emotion by equations (1) and (2)."""
    values = normalised(clip, clip.values, normalisation)
    padded = np.pad(values, ((CONTEXT, CONTEXT), (0, 0)), mode="edge")
    spoken = np.flatnonzero(clip.voiced)[::VALIDATION_STEP]
    windows = windows_of(torch.from_numpy(padded))[torch.from_numpy(spoken)]
    with torch.inference_mode():
        logits = network(windows.to(device_of(network)).contiguous())
        probabilities = logits.softmax(dim=1).cpu().numpy()
    shares = utterance_shares(probabilities, np.ones(len(spoken), dtype=bool))
    return EMOTIONS[int(shares.argmax())]


@dataclass
class EmotionTask:
    """Learn labels of recordings; every emotion of a corpus is drawn equally often."""

    clips: Sequence[EmotionClip]
    normalisation: Normalisation
    corpus_weights: dict[str, float]
    augmentation: Augmentation = field(default_factory=Augmentation)
    recordings: int = 32  # in a batch
    windows: int = 8  # of each recording
    name: str = "dern"
    network: nn.Module = field(default_factory=Dern)

    def __post_init__(self) -> None:
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._train: dict[tuple[str, str], list[MotionClip]] = {}
        self._validation: dict[str, list[EmotionClip]] = {}
        for item in self.clips:
            if item.clip.voiced.sum() < LEAST_SPEECH:
                continue
            if item.clip.partition == "train":
                self._train.setdefault((item.corpus, item.emotion), []).append(item.clip)
            elif item.clip.partition == "validation":
                self._validation.setdefault(item.corpus, []).append(item)
        self._classes = sorted(self._train)
        shares = self._balanced()
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
            values = normalised(clip, values, self.normalisation)
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
        return nn.functional.cross_entropy(logits.float(), labels, label_smoothing=LABEL_SMOOTHING)

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Unweighted average recall per corpus, over speakers never trained on."""
        assert isinstance(network, Dern)
        figures = {}
        for corpus, items in self._validation.items():
            pairs = [(i.emotion, recognise(network, i.clip, self.normalisation)) for i in items]
            recalls = recall_by_emotion(pairs)
            figures[f"{corpus}_uar"] = float(np.mean(list(recalls.values())))
            figures |= {f"{corpus}_{emotion}": recall for emotion, recall in recalls.items()}
        scores = [value for name, value in figures.items() if name.endswith("_uar")]
        return figures | {"score": float(np.mean(scores))}
