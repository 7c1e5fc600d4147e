"""The bundled classifier of functionals, from real utterances and from made ones.

Two CycleGANs, one of features as they are and one of features by their speakers' profiles,
carry unlabelled speech to each emotion: Bao, Neumann, Vu 2019.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.corpora.utterance import Utterance
from core.monitor import SILENT, Monitor
from core.normalisation import Normalisation
from core.version import program_version
from models.checkpoint import Provenance
from models.functionals import z_scores
from models.training.cards import GRID_SOURCE, RECOGNISER_LICENCE, write_card
from models.training.emotion_transfer import (
    Domains,
    synthetic,
    train_transfer,
)
from models.training.feature_cache import FeatureCache
from models.training.functionals_data import Examples, Rows, hear_copies, hear_functionals
from models.training.functionals_recogniser import FunctionalsTask, Made, known_scores, usual_of
from models.training.heard_clip import HeardClip, speech_statistics
from models.training.learn_functionals import save_functionals
from models.training.loop import fit
from models.training.recipe import FunctionalsRecipe, partition_of_speaker
from models.training.recordings import read_recordings


def make_utterances(
    examples: Examples,
    source: Examples,
    recipe: FunctionalsRecipe,
    cache: FeatureCache,
    monitor: Monitor = SILENT,
) -> Made:
    """What unlabelled speech becomes in every emotion of the examples, as z-scores."""
    usual = usual_of(examples)
    choice = np.random.default_rng(recipe.seed)
    everything = len(examples.rows) + len(source.rows)
    known = [known_scores(one, usual, choice, everything) for one in (source, examples)]
    labels = sorted(set(examples.labels.tolist()))
    transfer = replace(recipe.transfer, seed=recipe.seed)

    def carried(unlabelled: Rows, rows: Rows) -> Rows:
        domains = Domains(unlabelled, tuple(rows[examples.labels == label] for label in labels))

        def make() -> dict[str, Rows]:
            trained = train_transfer(domains, transfer, monitor)
            return {"rows": np.concatenate(synthetic(trained, domains))}

        kept = cache.kept(transfer, (domains.source, *domains.targets), make)
        return kept["rows"].astype(np.float32)

    return Made(
        z_scores(carried(source.rows, examples.rows), usual),
        carried(known[0], known[1]),
        np.repeat(labels, len(source.rows)),
    )


def train_bundled_functionals(
    emotional: Sequence[Utterance],
    unlabelled: Sequence[Utterance],
    out: Path,
    run: Path,
    recipe: FunctionalsRecipe,
    monitor: Monitor = SILENT,
) -> dict[str, float]:
    """Write `functionals.safetensors` and its card to `out`; the figures of the card."""
    parts = {
        part: [u for u in emotional if partition_of_speaker(u.speaker) == part]
        for part in ("train", "validation")
    }
    heard = {part: hear_functionals(own, run / "cache", monitor) for part, own in parts.items()}
    source = hear_functionals(unlabelled, run / "cache", monitor)
    cache = FeatureCache(run / "cache")
    made = make_utterances(heard["train"], source, recipe, cache, monitor)
    copies = hear_copies(parts["train"], run / "cache", monitor)
    task = FunctionalsTask(
        heard["train"], heard["validation"], made, copies, recipe.made_share, seed=recipe.seed
    )
    fitted = fit(task, recipe.schedule, run / "functionals", monitor)
    figures = {f"validation_{name}": value for name, value in fitted.figures.items()}
    clips = (
        HeardClip(r.utterance.corpus, r.utterance.speaker, "train", r.values, r.voiced)
        for r in read_recordings(parts["train"], run / "cache", monitor)
    )
    provenance = Provenance(
        ["RAVDESS speech, actors 01-16", "EmoDB, six of its speakers",
         f"for what CycleGANs made, without labels: {GRID_SOURCE}"],
        "bundled", recipe.seed, program_version(), figures,
        sorted({u.speaker for u in parts["train"]}),
    )  # fmt: skip
    path = out / "functionals.safetensors"
    description = save_functionals(
        path, task, "visemo-functionals", RECOGNISER_LICENCE, provenance,
        Normalisation("training", speech_statistics(clips)),
    )  # fmt: skip
    write_card(path, description)
    return figures
