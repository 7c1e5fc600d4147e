"""`python -m tests.benchmarks.dsrn_training`: DSRN on whole utterances against windows.

The same clips (GRID's, or made ones where it is not beside the checkout), network, loss,
optimiser, precision and threads. Window by window every frame's 40 x 15 image goes through the
network in batches of 128; whole utterances go through `Dsrn.dense` in batches of 12, as
`MotionTask` makes them. Steps are timed in turn, in processor time, and scaled to an epoch:
once through the clips. A stride of 4 is that of the video, 25 frames a second, which were
interpolated to 100; which of the four phases is learned from changes by chance from batch
to batch.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.corpora import read_corpus
from models.device import half_precision
from models.dsrn import CONTEXT, TARGET_FRAMES, WINDOW_FRAMES, Dsrn
from models.training.augmentation import Augmentation
from models.training.face_shapes import FaceShapes, face_shapes
from models.training.faces import filmed
from models.training.heard_clip import normalised
from models.training.motion import MotionTask
from models.training.motion_data import MotionClip
from models.training.recordings import Recording, listen
from tests.models.training_sets import make_recording
from tests.weights import make_normalisation

GRID = Path(__file__).parents[3] / "shared" / "data" / "grid_s1"
CLIPS, WINDOWS, UTTERANCES, ROUNDS = 24, 128, 12, 4
CPU = torch.device("cpu")


def recordings() -> list[Recording]:
    """Clips with faces."""
    if GRID.is_dir():
        return filmed(listen(read_corpus(GRID).utterances[:CLIPS]).recordings).recordings
    return [make_recording("a", "neutral", take, 300, face=True) for take in range(CLIPS)]


def clips_of(found: Sequence[Recording], shapes: FaceShapes) -> list[MotionClip]:
    """As a task takes them."""
    return [
        MotionClip("clips", "a", "train", r.values, r.voiced, shapes.parameters(r)) for r in found
    ]


class WindowTask:
    """The paper's way: windows in random order."""

    def __init__(self, task: MotionTask) -> None:
        self.network, images, targets = Dsrn(), [], []
        for clip in task.clips:
            heard = normalised(clip, clip.values, task.normalisation)
            heard = np.pad(heard, ((CONTEXT, CONTEXT), (0, 0)), mode="edge")
            half = TARGET_FRAMES // 2
            shown = np.pad(clip.targets, ((half, half), (0, 0)), mode="edge") / task.scale
            images.append(torch.from_numpy(heard).unfold(0, WINDOW_FRAMES, 1))
            targets.append(torch.from_numpy(shown).unfold(0, TARGET_FRAMES, 1).transpose(1, 2))
        self.images, self.targets = torch.cat(images), torch.cat(targets)

    def loss(self, choice: np.random.Generator) -> Tensor:
        """Of one batch."""
        rows = torch.from_numpy(choice.integers(len(self.images), size=WINDOWS))
        with half_precision(CPU):
            output = self.network(self.images[rows])
        error: Tensor = (output.float() - self.targets[rows]).square().mean()
        return error


def stepper(network: torch.nn.Module, loss: Callable[[], Tensor]) -> Callable[[], None]:
    """One step of training."""
    optimiser = torch.optim.AdamW(network.parameters(), 1e-3, fused=True)
    network.train()

    def step() -> None:
        optimiser.zero_grad()
        loss().backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    return step


def main() -> None:
    """Print seconds per epoch and their ratios."""
    found = recordings()
    shapes = face_shapes(found, [])
    clips, choice = clips_of(found, shapes), np.random.default_rng(0)
    frames = sum(len(clip.values) for clip in clips)
    tasks = {
        stride: MotionTask(
            "dense", clips, {"clips": 1.0}, shapes.model, make_normalisation("utterance"),
            Augmentation(chance=0.0), UTTERANCES, whole=True, stride=stride, importance=0.0,
        )
        for stride in (1, 4)
    }  # fmt: skip
    windows = WindowTask(tasks[1])
    rows = [("window by window", WINDOWS, stepper(windows.network, lambda: windows.loss(choice)))]
    for stride, task in tasks.items():
        learn = stepper(task.network, lambda task=task: task.loss(task.batch(choice)))  # type: ignore[misc]
        rows.append((f"whole, stride {stride}", UTTERANCES * frames // len(clips), learn))
    seconds = dict.fromkeys((name for name, _, _ in rows), 0.0)
    for round_ in range(ROUNDS + 1):
        for name, drawn, step in rows:
            began = time.process_time()
            step()
            if round_:  # the first warms up
                seconds[name] += (time.process_time() - began) / ROUNDS * frames / drawn
    print(f"{len(clips)} clips, {frames} frames, {torch.get_num_threads()} threads, "
          f"{'GRID' if GRID.is_dir() else 'made'}")  # fmt: skip
    for name, spent in seconds.items():
        ratio = seconds["window by window"] / spent
        print(f"{name:20} {spent:8.2f} s an epoch   {ratio:5.1f} times as fast")


if __name__ == "__main__":
    main()
