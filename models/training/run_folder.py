"""What a training leaves behind: a folder from which it can be understood, and made again.

recipe.toml        with every value
split.json         which utterances were learned from, listened to and kept apart
environment.json   versions, device, cores
NAME/log.jsonl     a line for each validation of network NAME
NAME/state.pt      to go on from, while it is being trained
NAME.safetensors   the network
curves.csv         losses and figures of all networks, by epoch
metrics.json       figures of the networks that were kept
"""

import csv
import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import scipy
import torch

from core.atomic import atomic_text, make_folder
from core.corpora.splits import Split
from core.corpora.utterance import Utterance, shared_folder, short_names
from core.errors import TrainingError
from core.monitor import Monitor
from core.version import program_commit, program_version
from models.training.kept_state import read_log
from models.training.recipe_file import Recipe, write_recipe

PARTS = ("train", "validation", "test")
FIRST_COLUMNS = ("network", "epoch", "step", "loss", "validation_loss", "score")


def begin_run(
    run: Path,
    recipe: Recipe,
    utterances: Sequence[Utterance],
    split: Split,
    device: torch.device,
    monitor: Monitor,
) -> None:
    """Write what is known before the first step, or see that it is what stands there.

    Raises TrainingError when the folder is of another recipe or split.
    """
    make_folder(run)
    told, parts = run / "recipe.toml", run / "split.json"
    now = split_record(utterances, split)
    if told.is_file():
        if _recipe_in(told) != recipe:
            raise TrainingError(f"'{run}' is a run of another recipe; name another folder")
        if not parts.is_file() or _split_in(parts) != now:
            raise TrainingError(
                f"'{run}' is a run on other recordings or another split; name another folder"
            )
    environment, stands = environment_record(device), run / "environment.json"
    if stands.is_file():
        before = json.loads(stands.read_text(encoding="utf-8"))
        changed = [key for key, value in environment.items() if before.get(key) != value]
        if changed:
            monitor.notice(
                f"'{run}' was begun with another {', '.join(changed)}: the weights will not be "
                "the same to the bit as those of a run that was not stopped"
            )
    else:
        write_json(stands, environment)
    write_json(parts, now)
    write_recipe(recipe, told)  # last: what has it has the others


def _recipe_in(path: Path) -> Recipe | None:
    """What a run was begun with; None where this version knows no such recipe."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Recipe)
    except msgspec.DecodeError:
        return None


def _split_in(path: Path) -> dict[str, Any]:
    """What a run was begun with; earlier versions kept its folder as it was spelled."""
    split: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return split | {"folder": str(Path(split.get("folder", "")).resolve())}


def split_record(utterances: Sequence[Utterance], split: Split) -> dict[str, Any]:
    """Files of each part, as paths relative to the folder they share, and their speakers."""
    names = short_names(utterances)
    chosen = {part: [utterances[index] for index in getattr(split, part)] for part in PARTS}
    return {
        "protocol": split.name,
        "folder": str(shared_folder(utterances)),
        "speakers": {part: sorted({u.speaker for u in own}) for part, own in chosen.items()},
        **{part: [names[u] for u in own] for part, own in chosen.items()},
    }


def environment_record(device: torch.device) -> dict[str, Any]:
    """What the numbers hang on beside recipe, split and sounds."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor()
    return {
        "visemo": program_version(),
        "commit": program_commit(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "system": platform.platform(),
        "device": f"{device.type} {name}".strip(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
    }


def write_json(path: Path, values: Any) -> None:
    """Readable, and whole or not at all."""
    with atomic_text(path) as file:
        json.dump(values, file, indent=1, ensure_ascii=False)
        file.write("\n")


def write_curves(run: Path, epochs: Mapping[str, Callable[[int], float]]) -> None:
    """`curves.csv` from the logs of networks; `epochs` turns each one's steps into epochs."""
    rows = [
        {"network": name, "epoch": round(epoch(line["step"]), 4), **line}
        for name, epoch in epochs.items()
        for line in read_log(run / name)
    ]
    columns = list(FIRST_COLUMNS)
    columns += [key for key in dict.fromkeys(k for row in rows for k in row) if key not in columns]
    with atomic_text(run / "curves.csv") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
