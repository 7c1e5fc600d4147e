"""`python -m tests.benchmarks.few_clips [--data DIR] [--weights DIR] [--draws N]`: how much of a
speaker has to be known.

Unweighted average recall on the speakers by whom recognisers are judged, each recording heard by
a profile of itself and others of its speaker: drawn from all, or from those of its own emotion.
DIR holds `ravdess` and `emodb`; without it, that of ../shared beside the checkout. The members'
opinions are joined as the ensemble does.
"""

import argparse
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.audio_file import read_clip
from core.corpora import read_corpus
from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS
from core.evaluation.recognition import confusion, unweighted_average_recall
from core.hearing import BEST
from core.monitor import SILENT
from core.speaker_profile import SpeakerProfile
from core.timeline import FRAMES_PER_SECOND
from models.cascade import Cascade
from models.device import Runner, choose
from models.recognisers.recogniser import Speech, listen
from models.speaker_profiles import voice_of
from models.training.recipe import VALIDATION_SPEAKERS
from resources import WEIGHTS

CORPORA = ("ravdess", "emodb")
DATA = Path(__file__).parents[3] / "shared" / "data"
CLIPS = (0, 1, 2, 4, 8, 12, 16, 24, 0x7FFF)  # of a profile, none to all
OF_ONE_EMOTION = (2, 4, 8)


class Company:
    """Recordings and what is known of each one's speaker by itself."""

    def __init__(self, data: Path, cascade: Cascade, recogniser: str) -> None:
        self.utterances = [
            utterance
            for name in CORPORA
            for utterance in read_corpus(data / name, name).utterances
            if utterance.speaker in VALIDATION_SPEAKERS
        ]
        self._speech: dict[Utterance, Speech] = {}
        self._voices: dict[Utterance, SpeakerProfile] = {}
        for utterance in self.utterances:
            clip = read_clip(utterance.audio)
            self._speech[utterance] = listen(clip)
            self._voices[utterance] = voice_of(clip)
        self._recogniser = cascade.recogniser(recogniser)
        self._runner = Runner(choose("cpu"))

    def others(self, of: Utterance, same: bool) -> list[Utterance]:
        """Recordings of the same speaker, and of the same emotion."""
        return [
            other
            for other in self.utterances
            if other is not of
            and other.speaker == of.speaker
            and (not same or other.emotion == of.emotion)
        ]

    def heard(self, utterance: Utterance, company: Sequence[Utterance]) -> tuple[int, float]:
        """The emotion that is heard by a profile of `company`, and its seconds of speech."""
        profile = None
        if company:
            profile = SpeakerProfile.together("", [self._voices[other] for other in company])
        speech = replace(self._speech[utterance], profile=profile)
        mix = self._recogniser.hear(speech, self._runner, SILENT).mix()
        frames = 0.0 if profile is None else profile.bands.frames
        return EMOTIONS.index(mix.first), frames / FRAMES_PER_SECOND


def row(company: Company, clips: int, same: bool, draws: Iterable[random.Random]) -> str:
    """Recalls of each corpus: the mean over draws, least and most."""
    found: dict[str, list[float]] = {name: [] for name in CORPORA}
    seconds = []
    for dice in draws:
        labels: dict[str, list[tuple[int, int]]] = {name: [] for name in CORPORA}
        for utterance in company.utterances:
            others = company.others(utterance, same)
            chosen = dice.sample(others, min(max(clips - 1, 0), len(others)))
            heard, speech = company.heard(utterance, [utterance, *chosen] if clips else [])
            labels[utterance.corpus].append((EMOTIONS.index(utterance.emotion), heard))
            seconds.append(speech)
        for name, pairs in labels.items():
            truth, said = zip(*pairs, strict=True)
            matrix = confusion(truth, said, len(EMOTIONS))
            found[name].append(unweighted_average_recall(matrix))
    cells = [f"{100 * np.mean(v):.1f} ({100 * min(v):.1f}-{100 * max(v):.1f})"
             for v in found.values()]  # fmt: skip
    count = "all" if clips == CLIPS[-1] else str(clips)
    what = f"{count}, of one emotion" if same else count
    return f"| {what} | {np.mean(seconds):.1f} | {' | '.join(cells)} |"


def main(arguments: Sequence[str]) -> None:
    """Print the table row by row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--recogniser", default=BEST)
    parser.add_argument("--draws", type=int, default=3)
    options = parser.parse_args(arguments)
    cascade = Cascade.load(options.weights, "cpu")
    company = Company(options.data, cascade, options.recogniser)
    print(f"{cascade.recogniser(options.recogniser).name}, {len(company.utterances)} recordings, "
          f"{options.draws} draws")  # fmt: skip
    print("| clips | s of speech | RAVDESS | EmoDB |\n| --- | --- | --- | --- |")
    rows = [(clips, False) for clips in CLIPS] + [(clips, True) for clips in OF_ONE_EMOTION]
    for clips, same in rows:
        drawn = 1 if clips in (CLIPS[0], 1, CLIPS[-1]) else options.draws
        print(row(company, clips, same, map(random.Random, range(drawn))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
