"""Recipes: TOML files that say what is trained and how, frozen and checked before anything runs."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
import tomli_w

from core.atomic import atomic_binary
from core.errors import TrainingError
from models.training.augmentation import Augmentation
from models.training.schedule import Count, Pace, Positive, Schedule, Share, Some, paced
from models.training.waveforms import Copies
from resources import RECIPES

_WHERE = re.compile(r"(?P<what>.*?) - at `\$(?P<path>.*)`$", re.DOTALL)
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]*)`")

OFF = Augmentation(chance=0.0)


class DernSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How DERN sees recordings."""

    windows: Some = 8  # of each recording in a batch
    balanced: bool = True  # every emotion is drawn as often; otherwise every recording
    label_smoothing: Share = 0.05


class DsrnSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How DSRNs see recordings, and where their faces come from."""

    targets: Literal["tracks", "made"] = "tracks"  # filmed, or by models/training/expression.py
    stride: Some = 4  # of the frames that are learned from; 4 is the video's own rate
    importance: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.0  # 0 is plain squared error
    start: Literal["scratch", "combined"] = "scratch"  # where an emotion's network begins


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is trained and how. An epoch is as many draws as there are recordings to learn from."""

    name: str
    about: str = ""
    trains: str  # a row of TRAINABLE
    seed: Count = 0
    protocol: Literal["paper", "speakers", "stated", "none"] = "speakers"  # the split
    normalisation: Literal["training", "level", "utterance", "speaker"] = "utterance"
    epochs: Positive
    batch: Some  # recordings in one step
    validate_every: Positive = 1.0  # epochs
    pace: Pace = Pace()
    augmentation: Copies = Copies()  # of sounds
    bands: Augmentation = OFF  # of features
    dern: DernSettings = DernSettings()
    dsrn: DsrnSettings = DsrnSettings()

    def schedule(self, examples: int) -> Schedule:
        """For so many recordings to learn from."""
        per_epoch = max(1, round(examples / self.batch))
        steps = max(1, round(self.epochs * per_epoch))
        every = max(1, round(self.validate_every * per_epoch))
        return paced(self.pace, steps, every, self.seed)

    def epoch(self, step: int, examples: int) -> float:
        """How many epochs so many steps are."""
        return step / max(1, round(examples / self.batch))


def shipped_recipes() -> dict[str, Path]:
    """The recipes that come with the program, by name."""
    return {path.stem: path for path in sorted(RECIPES.glob("*.toml"))}


def load_recipe(name_or_file: str, trainable: Sequence[str], also: Sequence[str] = ()) -> Recipe:
    """A shipped recipe by name, or one in a file; `also` are other names that would be right.

    Raises TrainingError that names the key, and what would be right.
    """
    shipped = shipped_recipes()
    path = shipped.get(name_or_file, Path(name_or_file))
    if path.suffix != ".toml" and not path.is_file():
        raise TrainingError(
            f"there is no recipe {name_or_file!r}; expected one of {', '.join((*also, *shipped))}, "
            "or a file such as my-recipe.toml"
        )
    try:
        text = path.read_bytes()
    except OSError as error:
        raise TrainingError(f"the recipe '{path}' cannot be read: {error.strerror}") from error
    try:
        recipe: Recipe = msgspec.toml.decode(text, type=Recipe)
    except msgspec.ValidationError as error:
        raise TrainingError(f"the recipe '{path}': {_explained(str(error))}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise TrainingError(f"the recipe '{path}' is not TOML: {error}") from error
    if recipe.trains not in trainable:
        raise TrainingError(
            f"the recipe '{path}': trains is {recipe.trains!r}, "
            f"expected one of {', '.join(trainable)}"
        )
    return recipe


def write_recipe(recipe: Recipe, path: Path) -> None:
    """The recipe with every value, also those that the file it came from left out."""
    with atomic_binary(path) as file:
        tomli_w.dump(msgspec.to_builtins(recipe), file)


def _explained(message: str) -> str:
    """msgspec's words, with the keys and values that would be right."""
    found = _WHERE.match(message)
    what, where = (found["what"], found["path"].strip(".")) if found else (message, "")
    place = _type_at(where)
    unknown = _UNKNOWN.search(what)
    if unknown and isinstance(place, type) and issubclass(place, msgspec.Struct):
        keys = ", ".join(place.__struct_fields__)
        table = f"[{where}]" if where else "it"
        return f"{table} has a key {unknown['field']!r} that is not known, expected one of {keys}"
    if get_origin(place) is Literal:
        what += f", expected one of {', '.join(map(str, get_args(place)))}"
    return f"{where}: {what}" if where else what


def _type_at(where: str) -> Any:
    place: Any = Recipe
    for key in filter(None, where.split(".")):
        if not (isinstance(place, type) and issubclass(place, msgspec.Struct)):
            return None
        place = next((f.type for f in msgspec.structs.fields(place) if f.name == key), None)
    return place
