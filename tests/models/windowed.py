"""The paper's way, window by window, written from its equations rather than from our code."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.lips import uncrossed
from core.mfsc import mfsc
from core.voice_activity import frame_energy, voiced_frames
from models.cascade import face_path
from models.checkpoint import load_checkpoint
from models.dern import Dern
from models.dsrn import Dsrn
from tests.weights import make_normalisation

Values = NDArray[np.float64]


class Windowed:
    """One clip through networks of one folder."""

    def __init__(self, folder: Path, samples: Values) -> None:
        self.folder = folder
        values = mfsc(samples.astype(np.float32)).values.astype(np.float64)
        self.voiced = voiced_frames(frame_energy(values))
        speech = values[self.voiced]
        own = speech.std(axis=0) ** 2 * len(speech)
        prior = make_normalisation().training.std.astype(np.float64) ** 2
        deviation = np.sqrt((own + 50 * prior) / (len(speech) + 50))
        scores = np.clip((values - speech.mean(axis=0)) / deviation, -4, 4)
        frames = [
            [scores[min(max(i + k, 0), len(scores) - 1)] for k in range(-7, 8)]
            for i in range(len(scores))
        ]
        self.windows = torch.tensor(np.array(frames)).float().transpose(1, 2)  # (T, 40, 15)

    def probabilities(self) -> Values:
        network = Dern()
        load_checkpoint(self.folder / "dern.safetensors", "dern").fill(network)
        with torch.inference_mode():
            logits: Values = network.eval()(self.windows).double().numpy()
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def estimates(self, emotion: str) -> Values:
        network = Dsrn()
        load_checkpoint(face_path(self.folder, emotion), "dsrn").fill(network)
        with torch.inference_mode():
            result: Values = network.eval()(self.windows).double().numpy()
        return result

    def face(self, weights: dict[str, float]) -> Values:
        """Equation (5), then (6), then lips uncrossed (their own test: test_lips.py)."""
        fused = sum(weight * self.estimates(emotion) for emotion, weight in weights.items())
        assert isinstance(fused, np.ndarray)
        count = len(fused)
        rows = []
        for j in range(count):
            voters = [i for i in range(j - 2, j + 3) if 0 <= i < count]
            rows.append(np.mean([fused[i, j - i + 2] for i in voters], axis=0))
        shape_model = load_checkpoint(face_path(self.folder, "neutral"), "dsrn").shape_model
        assert shape_model is not None
        return uncrossed(np.array(rows, dtype=np.float32), shape_model).astype(float)
