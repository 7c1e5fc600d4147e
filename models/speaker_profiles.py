"""Making a speaker's profile from the clips there are of him."""

from collections.abc import Iterable, Iterator

import numpy as np

from core.clip import Clip
from core.monitor import SILENT, Monitor
from core.normalisation import BandStatistics
from core.speaker_profile import FeatureStatistics, SpeakerProfile
from core.utterance_features import spoken_features
from core.voice_activity import frame_energy, voiced_frames
from models.spectrum import Spectrum, Values


def profile_of(name: str, clips: Iterable[Clip], monitor: Monitor = SILENT) -> SpeakerProfile:
    """Statistics over all speech of `clips`, each of which is read once and let go.

    Clips without speech add nothing; without any, every statistic has a count of 0.
    """
    from core.functionals import NAMES, SET  # brings scipy, see `core.mfsc`

    rows = [np.zeros((0, len(NAMES)), np.float32)]

    def spoken() -> Iterator[Values]:
        for clip in clips:
            spectrum = Spectrum(clip)
            energy = np.concatenate([frame_energy(block) for _, block in spectrum.blocks()])
            voiced = voiced_frames(energy)
            heard = spoken_features(clip.samples, spectrum.frames, voiced, monitor)
            rows.append(heard.values)
            for first, last in heard.pieces:
                yield spectrum.frames(first, last)[voiced[first:last]]

    bands = BandStatistics.of(spoken())
    return SpeakerProfile(name, bands, {SET: FeatureStatistics.of(np.concatenate(rows))})
