"""What a file of weights says about itself, read from its header alone: no torch, no numbers."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path

from core.affect import ROLE as AFFECT
from core.emotion import EMOTIONS
from core.errors import CheckpointError
from core.hearing import TITLES, recogniser_file, there_are

LARGEST_HEADER = 1_000_000  # bytes; ours have some 3,000
LARGEST_CARD = 200_000  # bytes of the text beside it
FACES = (*(f"dsrn-{emotion}" for emotion in EMOTIONS), "dsrn-combined")
ENSEMBLE = "ensemble"  # has settings in place of weights


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One file of weights. `text` is the card beside it, Markdown, or one made of the rest."""

    path: Path
    title: str
    id: str
    licence: str
    trained_on: tuple[str, ...]
    metrics: Mapping[str, float]
    text: str


def read_cards(folder: Path) -> tuple[list[ModelCard], list[str]]:
    """The cards of a folder of weights, and what is wrong with it: see `can_be_used`.

    Recognisers first, of which a folder has at least one, then faces, of which it has all, and
    valence and arousal, where there are weights for them.
    """
    cards, problems = list[ModelCard](), list[str]()
    recognisers = there_are(folder)
    missing = [] if recognisers else ["recogniser, such as dern.safetensors"]
    for name in (*recognisers, *FACES, AFFECT):
        path = recogniser_file(folder, name)
        if name in FACES and not path.is_file():
            missing.append(path.name)
        elif path.is_file():
            try:
                cards.append(read_card(path))
            except CheckpointError as problem:
                problems.append(str(problem))
    if missing:
        problems.insert(0, f"{folder} has no {', no '.join(missing)}.")
    return cards, problems


def can_be_used(folder: Path, cards: Sequence[ModelCard]) -> bool:
    """Whether those of a folder's files that could be read are enough.

    One of several recognisers is done without where it is damaged, anything else is not.
    """
    there = {card.path.stem for card in cards}
    needed = {*FACES, *[AFFECT] * recogniser_file(folder, AFFECT).is_file()}
    return there >= needed and not there.isdisjoint({*TITLES} - {ENSEMBLE})


def read_card(path: Path) -> ModelCard:
    """One card. Raises CheckpointError, naming the file."""
    if path == recogniser_file(path.parent, ENSEMBLE):
        return _read_settings(path)
    try:
        with path.open("rb") as file:
            size = struct.unpack("<Q", file.read(8))[0]
            if size > LARGEST_HEADER:
                raise ValueError("its header is too long")
            header = json.loads(file.read(size))
            description = json.loads(header.pop("__metadata__")["visemo"])
            ends = [tensor["data_offsets"][1] for tensor in header.values()]
            if file.seek(0, SEEK_END) < 8 + size + max(ends, default=0):
                raise ValueError("it is cut short")
        provenance = description["provenance"]
        role, label = str(description["role"]), str(description["labels"][0])
        card = ModelCard(
            path=path,
            title=_title(role, label),
            id=str(description["id"]),
            licence=str(description["licence"]),
            trained_on=tuple(map(str, provenance["trained_on"])),
            metrics={str(k): float(v) for k, v in provenance.get("metrics", {}).items()},
            text=_beside(path),
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError,
            AttributeError, struct.error) as problem:  # fmt: skip
        raise CheckpointError(f"{path} cannot be read as a checkpoint: {problem}") from problem
    return card if card.text else _with_text(card)


def _title(role: str, label: str) -> str:
    if role == AFFECT:
        return "Valence and arousal"
    return f"Emotion recogniser, {TITLES[role]}" if role in TITLES else f"Face, {label}"


def _read_settings(path: Path) -> ModelCard:
    """Of an ensemble, which has no weights of its own."""
    try:
        with path.open("rb") as file:
            settings = json.loads(file.read(LARGEST_HEADER))
        members = ", ".join(dict.fromkeys([*settings["alone"], *settings["known"]]))
        card = ModelCard(
            path, _title(ENSEMBLE, ""), str(settings["id"]), "those of its members", (members,), {},
            _beside(path),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise CheckpointError(f"{path} cannot be read as an ensemble: {problem}") from problem
    return card if card.text else _with_text(card)


def _beside(path: Path) -> str:
    try:
        with path.with_suffix(".md").open("rb") as file:
            return file.read(LARGEST_CARD).decode("utf-8", "replace")
    except OSError:
        return ""


def _with_text(card: ModelCard) -> ModelCard:
    rows = "\n".join(f"| {name} | {value:.3f} |" for name, value in card.metrics.items())
    table = f"\n\n## Figures\n\n| figure | value |\n| --- | --- |\n{rows}\n" if rows else "\n"
    text = (
        f"# {card.title} (`{card.path.name}`)\n\n- Licence of the weights: {card.licence}\n"
        f"- Trained on: {'; '.join(card.trained_on)}{table}"
    )
    return ModelCard(
        card.path, card.title, card.id, card.licence, card.trained_on, card.metrics, text
    )
