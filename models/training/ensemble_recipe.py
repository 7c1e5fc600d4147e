"""`visemo train ensemble`: resources/weights/ensemble.json, from what strangers were heard as.

How much each member counts is chosen on the training speakers, each heard by members that
were trained on others of them. Those by whom recognisers are judged take no part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.atomic import atomic_text, make_folder
from core.corpora import read_corpus
from core.corpora.splits import speaker_folds
from core.hearing import TITLES
from core.monitor import SILENT, Monitor
from core.version import program_version
from models.recognisers.ensemble import EnsembleSettings, write_settings
from models.training.cards import RECOGNISER_LICENCE
from models.training.ensemble_weights import (
    GRID,
    Opinions,
    Strangers,
    choose_weights,
    chosen_elsewhere,
)
from models.training.heard_clip import LEAST_SPEECH
from models.training.local_cnn_recipe import CORPORA, labels_of
from models.training.recipe import partition_of_speaker
from models.training.recordings import Recording, read_recordings
from models.training.strangers_heard import CASES, MEMBERS, Fold, MemberRecipes

ID = "visemo-ensemble"


@dataclass(frozen=True, slots=True)
class EnsembleRecipe:
    """About seven minutes a fold on a free core, nearly all of it for the local CNN."""

    seed: int = 0
    folds: int = 3
    heard: int = 2  # of the folds; more takes longer
    members: MemberRecipes = field(default_factory=MemberRecipes)


def train_ensemble(
    data: Path, out: Path, run: Path, recipe: EnsembleRecipe, monitor: Monitor = SILENT
) -> EnsembleSettings:
    """Write settings and card to `out`. `run` keeps features and states.

    Raises CorpusError or TrainingError with what is missing.
    """
    make_folder(out)
    utterances = [
        utterance
        for name in CORPORA
        for utterance in read_corpus(data / name, name, monitor).utterances
        if partition_of_speaker(utterance.speaker) == "train"
    ]
    recordings = [
        recording
        for recording in read_recordings(utterances, run / "features", monitor)
        if recording.voiced.sum() >= LEAST_SPEECH
    ]
    strangers = hear_strangers(recordings, run, recipe, monitor)
    alone, known = (choose_weights(strangers[case]) for case in CASES)
    settings = EnsembleSettings(ID, alone, known)
    path = write_settings(out, settings)
    with atomic_text(path.with_suffix(".md")) as file:
        file.write(card(settings, strangers, recipe))
    return settings


def hear_strangers(
    recordings: Sequence[Recording], run: Path, recipe: EnsembleRecipe, monitor: Monitor = SILENT
) -> dict[str, Strangers]:
    """Alone, and with the speaker known: by members that learned from the other folds."""
    splits = speaker_folds([r.utterance for r in recordings], recipe.seed, recipe.folds)
    found: dict[str, dict[str, list[Opinions]]] = {c: {m: [] for m in MEMBERS} for c in CASES}
    whose: list[Recording] = []
    folds: list[int] = []
    for number, split in enumerate(splits[: recipe.heard], start=1):
        train, own = ([recordings[i] for i in part] for part in (split.train, split.validation))
        fold = Fold(train, own, run / f"fold-{number}")
        for member, hears in MEMBERS.items():
            for case, rows in hears(fold, recipe.members, monitor).items():
                found[case][member].append(rows)
        whose += own
        folds += [number] * len(own)
    labels, numbers = np.array(labels_of(whose)), np.array(folds)
    corpora = np.array([recording.utterance.corpus for recording in whose])
    return {
        case: Strangers(
            {name: np.concatenate(rows) for name, rows in by_member.items()},
            labels, corpora, numbers,
        )
        for case, by_member in found.items()
    }  # fmt: skip


def card(
    settings: EnsembleSettings, strangers: Mapping[str, Strangers], recipe: EnsembleRecipe
) -> str:
    """What the ensemble is and what speaks for its weights, as Markdown."""
    alone, known = (_told(weights) for weights in (settings.alone, settings.known))
    lines = [
        "# Ensemble (`ensemble.json`)\n",
        "The weighted harmonic mean of the recognisers' opinions (Milde and Biemann 2015), of "
        "each frame and of each utterance. It is numbers that say how much each counts; the "
        "licences of its members hold.\n",
        f"- Licence: {RECOGNISER_LICENCE}",
        f"- Made by: `visemo train ensemble`, seed {recipe.seed}, version {program_version()}",
        f"- Of clips alone: {alone}",
        f"- Where the speaker is known: {known}\n",
        "## Figures\n",
        f"Chosen among {', '.join(f'{value:g}' for value in GRID)} for each by unweighted average "
        f"recall on {len(strangers[CASES[0]].labels)} recordings of training speakers, in "
        f"{recipe.heard} of {recipe.folds} folds by speaker. Whoever hears a recording here was "
        "trained on the other folds, otherwise as the bundled one, but for the functionals, "
        "which went without what CycleGANs make. The last row was chosen by what it is judged "
        "by.\n",
        *_figures(settings, strangers),
        "",
    ]
    return "\n".join(lines)


def _told(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{TITLES[name]} {weight:g}" for name, weight in weights.items())


def _figures(settings: EnsembleSettings, strangers: Mapping[str, Strangers]) -> list[str]:
    """The recall of each corpus, alone and with the speaker known, by member and together."""
    found = {
        TITLES[name]: {case: s.opinions[name] for case, s in strangers.items()} for name in MEMBERS
    }
    weights = {"alone": settings.alone, "known": settings.known}
    if len(set(strangers[CASES[0]].folds.tolist())) > 1:
        found["Ensemble, weights of the other folds"] = {
            case: chosen_elsewhere(s) for case, s in strangers.items()
        }
    found["Ensemble"] = {case: s.joined(weights[case]) for case, s in strangers.items()}
    lines: list[str] = []
    for name, by_case in found.items():
        recalls = {
            f"{corpus}, {case}": recall
            for case, rows in by_case.items()
            for corpus, recall in strangers[case].recall(rows).items()
        }
        if not lines:
            lines = [f"| | {' | '.join(recalls)} |", "| --- |" + " --- |" * len(recalls)]
        lines.append(f"| {name} | {' | '.join(f'{recall:.3f}' for recall in recalls.values())} |")
    return lines
