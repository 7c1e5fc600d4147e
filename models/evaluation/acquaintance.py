"""Whom the weights were trained on, so that no report praises them for remembering."""

from collections.abc import Sequence
from enum import StrEnum

from core.corpora.utterance import Utterance
from models.checkpoint import Described, Provenance
from models.training.recipe import BundledRecipe, filmed_parts, partition_of_speaker

BUNDLED = "bundled"
_ACTED = ("ravdess", "emodb")  # what the bundled recipe learns emotions from
FILMED = "grid-s1"  # whose face it learns motion from


class Known(StrEnum):
    """What a checkpoint knows of a recording before it hears it."""

    NEVER = "never trained on"
    SENTENCE = "speaker known"  # trained on, but not on this sentence
    TRAINED = "trained on"
    UNKNOWN = "perhaps trained on"


UNSEEN = (Known.NEVER, Known.SENTENCE)


def acquaintance(files: Sequence[Described], utterances: Sequence[Utterance]) -> list[Known]:
    """Of each utterance, the worst that is true of any of the files.

    By the speakers that a checkpoint names; the bundled recipe's own split is known here.
    """
    held = _held_sentences(utterances)
    order = (Known.TRAINED, Known.UNKNOWN, Known.SENTENCE, Known.NEVER)
    result = []
    for utterance in utterances:
        found = {_known(f.description.role, f.description.provenance, utterance, held)
                 for f in files}  # fmt: skip
        result.append(next((known for known in order if known in found), Known.UNKNOWN))
    return result


def _known(role: str, provenance: Provenance, utterance: Utterance, held: set[str]) -> Known:
    if provenance.speakers:
        return Known.TRAINED if utterance.speaker in provenance.speakers else Known.NEVER
    if provenance.recipe != BUNDLED:
        return Known.UNKNOWN
    if utterance.speaker == FILMED:
        if role != "dsrn":
            return Known.NEVER
        return Known.SENTENCE if utterance.audio.stem in held else Known.TRAINED
    if utterance.corpus in _ACTED and partition_of_speaker(utterance.speaker) == "train":
        return Known.TRAINED
    return Known.NEVER


def _held_sentences(utterances: Sequence[Utterance]) -> set[str]:
    """The filmed speaker's clips that the bundled recipe keeps for its test."""
    names = sorted(u.audio.stem for u in utterances if u.speaker == FILMED)
    parts = filmed_parts(len(names), BundledRecipe())
    return {name for name, part in zip(names, parts, strict=True) if part == "test"}
