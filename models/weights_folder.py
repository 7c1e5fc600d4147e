"""One folder of weights for everything, from what trainings left.

A run of `visemo train` holds a recogniser, or faces; the cascade needs both. What no run
has comes from other weights, by default those that came along.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from core.atomic import atomic_binary, make_folder
from core.emotion import EMOTIONS
from core.errors import CheckpointError
from core.hearing import recogniser_file
from core.monitor import SILENT, Monitor
from models.cascade import Cascade, face_path
from models.checkpoint import load_checkpoint, save_checkpoint
from models.dsrn import Dsrn
from models.face_weights import COMBINED
from models.recognisers import RECOGNISERS
from resources import WEIGHTS

FACES = (*EMOTIONS, COMBINED)


def gather(
    runs: Sequence[Path], out: Path, base: Path = WEIGHTS, monitor: Monitor = SILENT
) -> list[Path]:
    """Put the networks of runs, and of `base` what they lack, into the new folder `out`.

    Recognisers and faces each come from one place: faces of two trainings have two spaces of
    shapes. Where a run's faces lack an emotion, its combined one stands in, which is
    noticed. The result is loaded before this returns. Raises CheckpointError, saying
    what would be right; then there is no `out`.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CheckpointError(f"'{out}' is there already; name a new folder for the weights")
    hearing = _source(runs, "recogniser", _recognisers) or base
    moving = _source(runs, "face", _faces) or base
    if hearing is base and moving is base:
        raise CheckpointError(
            f"there are no networks in {', '.join(map(str, runs))}; expected runs that "
            "`visemo train` has finished"
        )
    whole = out.absolute().with_name(f"{out.absolute().name}.part")
    shutil.rmtree(whole, ignore_errors=True)
    make_folder(whole)
    try:
        heard = _recognisers(hearing)
        if hearing is base:  # what is heard of pleasure and excitement hangs on no face
            heard += [path for path in [base / "valence-arousal.safetensors"] if path.is_file()]
        for path in (*heard, *_faces(moving)):
            _copy(path, whole)
        if moving is not base:
            _stand_in(moving, whole, monitor)
        Cascade.load(whole, "cpu")
        make_folder(out.parent)
        if out.is_dir():
            out.rmdir()
        whole.rename(out)
    finally:
        shutil.rmtree(whole, ignore_errors=True)
    monitor.notice(f"emotions are heard by {hearing}, faces moved by {moving}")
    return sorted(out.iterdir())


def _recognisers(folder: Path) -> list[Path]:
    files = (recogniser_file(folder, name) for name in RECOGNISERS)
    return [path for path in files if path.is_file()]


def _faces(folder: Path) -> list[Path]:
    files = (face_path(folder, name) for name in FACES)
    return [path for path in files if path.is_file()]


def _source(runs: Sequence[Path], what: str, files: Callable[[Path], list[Path]]) -> Path | None:
    """The one run that has some. Raises CheckpointError for several, and for one not finished."""
    having = [run for run in runs if files(run)]
    if len(having) > 1:
        raise CheckpointError(
            f"'{having[0]}' and '{having[1]}' both have a {what}; name one of them"
        )
    if having and not (having[0] / "metrics.json").is_file():
        raise CheckpointError(f"'{having[0]}' is not finished; go on with `visemo train --resume`")
    return having[0] if having else None


def _copy(path: Path, folder: Path) -> None:
    """A file, with its card where it has one."""
    for own in (path, path.with_suffix(".md")):
        if own.is_file():
            with atomic_binary(folder / own.name) as file:
                file.write(own.read_bytes())


def _stand_in(run: Path, folder: Path, monitor: Monitor) -> None:
    """The combined face in place of those that there was nothing to learn from."""
    missing = [name for name in EMOTIONS if not face_path(run, name).is_file()]
    if not missing:
        return
    combined = load_checkpoint(face_path(run, COMBINED), "dsrn")
    network = Dsrn()
    combined.fill(network)
    for emotion in missing:
        save_checkpoint(
            face_path(folder, emotion),
            network,
            msgspec.structs.replace(combined.description, labels=[emotion]),
            combined.normalisation,
            combined.shape_model,
        )
    monitor.notice(f"no face of {', '.join(missing)} in '{run}': the combined one stands in")
