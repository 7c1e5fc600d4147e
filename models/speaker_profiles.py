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
    sets = {SET: FeatureStatistics.of(heard.values)}
    return SpeakerProfile("", speech.own, sets, frozenset({clip.source.sha256}))


def lacking(profile: SpeakerProfile) -> str:
    """What recognisers miss in a profile, for people; "" where they all can use it.

    One that some can use and others cannot would have them hear as two different people.
    """
    from core.functionals import NAMES, SET

    own = profile.sets.get(SET)
    if own is None:
        others = ", ".join(sorted(profile.sets)) or "none"
        return f"its features are {others}, and those of this version are {SET}"
    if len(own.mean) != len(NAMES):
        return f"it has {len(own.mean)} features of {SET}, which are {len(NAMES)}"
    if profile.bands.frames == 0 or own.count == 0:
        return "no speech was heard for it"
    return ""
