"""What every recogniser of emotion takes and gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.animation import ModelId
from core.clip import Clip
from core.emotion import EmotionTrack
from core.monitor import SILENT, Monitor
from core.normalisation import BandStatistics, Normalisation
from core.speaker_profile import SpeakerProfile
from core.utterances import split_utterances
from core.voice_activity import frame_energy, voiced_frames
from models.device import Runner
from models.spectrum import Spectrum, Values, chunks


@dataclass(frozen=True, slots=True)
class Speech:
    """A clip as recognisers hear it."""

    clip: Clip
    spectrum: Spectrum
    voiced: NDArray[np.bool_]  # (frames,)
    own: BandStatistics  # of the clip's speech
    profile: SpeakerProfile | None = None  # of its speaker, where it is known

    @property
    def utterances(self) -> list[tuple[int, int]]:
        """Frames (first, last) of each; together they cover the clip."""
        return split_utterances(self.voiced, self.spectrum.timeline.rate)

    def statistics(self, normalisation: Normalisation) -> BandStatistics:
        """What to normalise the features with."""
        if normalisation.method == "speaker" and self.profile is not None:
            return normalisation.statistics(self.profile.bands)
        return normalisation.statistics(self.own)


class Recogniser(Protocol):
    """A trained recogniser, one row of `RECOGNISERS`."""

    name: str

    @property
    def models(self) -> tuple[ModelId, ...]:
        """Every file that takes part."""

    @property
    def uses_profile(self) -> bool:
        """Whether it hears another thing where the speaker is known."""

    def hear(self, speech: Speech, runner: Runner, monitor: Monitor) -> EmotionTrack:
        """The emotions of a clip, on its timeline.

        Probabilities are those of each frame. Whoever knows more of an utterance than its
        frames do says so by `votes`, whose sum over the utterance's speech is what it found.
        """


def listen(
    clip: Clip,
    spectrum: Spectrum | None = None,
    profile: SpeakerProfile | None = None,
    monitor: Monitor = SILENT,
) -> Speech:
    """A clip made ready for recognisers; `spectrum` is the clip's, where it is there already."""
    spectrum = spectrum or Spectrum(clip)
    count = spectrum.timeline.count
    energy = np.empty(count, dtype=np.float32)
    for first, block in spectrum.blocks():
        monitor.step("listening", first, count)
        energy[first : first + len(block)] = frame_energy(block)
    voiced = voiced_frames(energy)

    def spoken() -> Iterator[Values]:
        for first, last in chunks(count):
            chosen = voiced[first:last]
            if chosen.any():
                yield spectrum.frames(first, last)[chosen]

    return Speech(clip, spectrum, voiced, BandStatistics.of(spoken()), profile)
