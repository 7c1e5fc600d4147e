"""Exported files as their users read them: with csv, json and numpy, not with our code."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LABELS = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]


@dataclass(frozen=True)
class Read:
    """What a file says, whatever its format."""

    xy: NDArray[np.float64]  # (T, 36 or 68, 2)
    p: NDArray[np.float64]  # (T, 7)
    t: NDArray[np.float64]  # (T,)
    about: dict[str, Any]  # everything but the frames


def read_csv(path: Path) -> Read:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    about = json.loads(path.with_suffix(".meta.json").read_text("utf-8"))
    count = sum(name.startswith("x_") for name in rows[0])
    xy = [[[row[f"x_{i}"], row[f"y_{i}"]] for i in range(count)] for row in rows]
    p = [[row[f"p_{label}"] for label in LABELS] for row in rows]
    t = [row["timestamp"] for row in rows]
    return Read(np.array(xy, float), np.array(p, float), np.array(t, float), about)


def read_json(path: Path) -> Read:
    about = json.loads(path.read_text("utf-8"))
    frames = about.pop("frames")
    xy, p, t = (np.array([frame[key] for frame in frames]) for key in ("xy", "p", "t"))
    return Read(xy, p, t, about)


def read_npz(path: Path) -> Read:
    with np.load(path, allow_pickle=False) as arrays:
        about = json.loads(str(arrays["meta"]))
        return Read(arrays["xy"], arrays["p"], arrays["t"], about)


READERS: dict[str, Callable[[Path], Read]] = {"csv": read_csv, "json": read_json, "npz": read_npz}
