"""One folder of weights for everything, from what trainings left.

A run of `visemo train` holds a recogniser, or faces; the cascade needs both. Whatever the runs
do not replace comes from other weights, by default those that came along.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from core.affect import ROLE as AFFECT
from core.atomic import atomic_binary, atomic_text, make_folder
from core.emotion import EMOTIONS
from core.errors import CheckpointError
from core.hearing import FIRST, TITLES, recogniser_file
from core.monitor import SILENT, Monitor
from models.affect_recogniser import AffectRecogniser
from models.cascade import Cascade, face_path
from models.checkpoint import load_checkpoint, save_checkpoint
from models.dsrn import Dsrn
from models.face_weights import COMBINED
from models.recognisers import PREFERRED, load_recogniser
from models.recognisers.ensemble import ROLE as ENSEMBLE
from models.recognisers.ensemble import read_settings
from resources import WEIGHTS

FACES = (*EMOTIONS, COMBINED)
_NAMES = {**TITLES, AFFECT: "valence and arousal"}
_Sources = Mapping[str, Path]  # the folder of each of _NAMES


def gather(
    runs: Sequence[Path], out: Path, base: Path = WEIGHTS, monitor: Monitor = SILENT
) -> list[Path]:
    """Put the networks of runs, and of `base` what they do not replace, into the new folder `out`.

    Recognisers, and valence and arousal, are replaced one by one. Where nobody chooses, the best
    recogniser of the runs hears, or with none there who hears in `base`. An ensemble whose
    member was replaced says so in its card. Faces all come from one place: those of two
    trainings have two spaces of shapes. Where a run's faces lack an emotion, its combined one
    stands in. What comes from where is noticed. All but the faces of `base` are read before this
    returns. Raises CheckpointError, saying what would be right; then there is no `out`.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CheckpointError(f"'{out}' is there already; name a new folder for the weights")
    for run in runs:
        if (run / "recipe.toml").is_file() and not (run / "metrics.json").is_file():
            raise CheckpointError(f"'{run}' is not finished; go on with `visemo train --resume`")
    trained = _of_runs(runs)
    moving = _one([run for run in runs if _faces(run)], "a face")
    if not trained and moving is None:
        raise CheckpointError(
            f"there are no networks in {', '.join(map(str, runs))}; expected runs that "
            "`visemo train` has finished"
        )
    there = {name: base for name in _NAMES if recogniser_file(base, name).is_file()}
    sources, faces = there | trained, _faces(moving or base)
    _check(sources, faces if moving is not None else ())
    whole = out.absolute().with_name(f"{out.absolute().name}.part")
    shutil.rmtree(whole, ignore_errors=True)
    make_folder(whole)
    try:
        for path in (*(recogniser_file(folder, name) for name, folder in sources.items()), *faces):
            _copy(path, whole)
        if moving is not None:
            _stand_in(moving, whole, monitor)
        _tell(sources, moving or base, monitor)
        _choose(trained, base, whole, monitor)
        _tell_of_members(sources, whole, monitor)
        Cascade.load(whole, "cpu")
        make_folder(out.parent)
        if out.is_dir():
            out.rmdir()
        whole.rename(out)
    finally:
        shutil.rmtree(whole, ignore_errors=True)
    return sorted(out.iterdir())


def _of_runs(runs: Sequence[Path]) -> dict[str, Path]:
    """Which run each of _NAMES is replaced by, where one is."""
    found = {}
    for name in _NAMES:
        files = [recogniser_file(run, name) for run in runs]
        having = [file.parent for file in files if file.is_file()]
        run = _one(having, f"a {recogniser_file(Path(), name)}")
        if run is not None:
            found[name] = run
    return found


def _faces(folder: Path) -> list[Path]:
    files = (face_path(folder, name) for name in FACES)
    return [path for path in files if path.is_file()]


def _one(having: Sequence[Path], what: str) -> Path | None:
    """The one run that has something, if any has. Raises CheckpointError for several."""
    if len(having) > 1:
        raise CheckpointError(f"'{having[0]}' and '{having[1]}' both have {what}; name one of them")
    return having[0] if having else None


def _check(sources: _Sources, faces: Iterable[Path]) -> None:
    """Read recognisers, and `faces`. Raises CheckpointError, naming the file."""
    for name, folder in sources.items():
        if name == AFFECT:
            AffectRecogniser.load(folder)
        elif name == ENSEMBLE:  # its members lie elsewhere, perhaps
            read_settings(recogniser_file(folder, name))
        else:
            load_recogniser(folder, name)
    for path in faces:
        load_checkpoint(path, "dsrn")


def _copy(path: Path, folder: Path) -> None:
    """A file, with its card where it has one."""
    for own in (path, path.with_suffix(".md")):
        if own.is_file():
            with atomic_binary(folder / own.name) as file:
                file.write(own.read_bytes())


def _tell(sources: _Sources, moving: Path, monitor: Monitor) -> None:
    """What comes from where."""
    for folder in dict.fromkeys((*sources.values(), moving)):
        parts = [_NAMES[name] for name, source in sources.items() if source == folder]
        monitor.notice(f"of '{folder}': {', '.join(parts + ['faces'] * (folder == moving))}")


def _choose(trained: _Sources, base: Path, whole: Path, monitor: Monitor) -> None:
    """Who hears where nobody chooses: whoever was trained, or else nobody would hear him."""
    name = next((name for name in PREFERRED if name in trained), None)
    if name is None:
        if (base / FIRST).is_file():
            _copy(base / FIRST, whole)
        return
    with atomic_text(whole / FIRST) as file:
        file.write(f"{name}\n")
    monitor.notice(f"{TITLES[name]} hears, unless somebody chooses another")


def _tell_of_members(sources: _Sources, whole: Path, monitor: Monitor) -> None:
    """Where an ensemble is not of the members that it was weighed with, its card says so."""
    if ENSEMBLE not in sources:
        return
    path = recogniser_file(whole, ENSEMBLE)
    others = [name for name in read_settings(path).names
              if sources.get(name, sources[ENSEMBLE]) != sources[ENSEMBLE]]  # fmt: skip
    if not others:
        return
    card = path.with_suffix(".md")
    text = card.read_text("utf-8", "replace") if card.is_file() else f"# Ensemble (`{path.name}`)\n"
    heading, _, rest = text.partition("\n")
    told = ", ".join(
        f"{TITLES[name]} is that of `{sources[name].absolute().name}`" for name in others
    )
    with atomic_text(card) as file:
        file.write(
            f"{heading}\n\n**Other members than it was weighed with:** {told}. What follows "
            f"was found with those before.\n{rest}"
        )
    titles = " and ".join(TITLES[name] for name in others)
    monitor.notice(f"the ensemble was weighed with another {titles}; its card says so")


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
