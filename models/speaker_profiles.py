"""Making a speaker's profile from the clips there are of him."""

from collections.abc import Iterable

from core.clip import Clip
from core.monitor import SILENT, Monitor
from core.speaker_profile import FeatureStatistics, SpeakerProfile
from core.utterance_features import spoken_features
from models.recognisers.recogniser import listen


def profile_of(name: str, clips: Iterable[Clip], monitor: Monitor = SILENT) -> SpeakerProfile:
    """Statistics over all speech of `clips`, each of which is read once and let go.

    Clips without speech add nothing; without any, every statistic has a count of 0.
    Raises ValueError where there are no clips.
    """
    return SpeakerProfile.together(name, [voice_of(clip, monitor) for clip in clips])


def voice_of(clip: Clip, monitor: Monitor = SILENT) -> SpeakerProfile:
    """What one clip tells of its speaker, whoever that is."""
    from core.functionals import SET  # brings scipy, see `core.mfsc`

    speech = listen(clip, monitor=monitor)
    heard = spoken_features(clip.samples, speech.spectrum.frames, speech.voiced, monitor)
    return SpeakerProfile("", speech.own, {SET: FeatureStatistics.of(heard.values)})
