"""The ways of hearing that are judged side by side: recognisers, with the speaker known or not."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from core.audio_file import read_clip
from core.clip import Clip
from core.corpora.utterance import Utterance
from core.errors import AudioFileError, ReportError
from core.hearing import BEST, TITLES, Hearing, recogniser_file
from core.monitor import SILENT, Monitor
from core.speaker_profile import SpeakerProfile
from models.cascade import Cascade
from models.recognisers import RECOGNISERS
from models.speaker_profiles import profile_of

ALL = "all"
KNOWN_SPEAKER = ", speaker known"
Profiles = dict[str, SpeakerProfile]


@dataclass(frozen=True, slots=True)
class Way:
    """One recogniser; with profiles of speakers, or from each clip alone."""

    title: str
    recogniser: str
    profiles: Profiles = field(default_factory=dict)

    def hearing(self, utterance: Utterance) -> Hearing:
        """How an utterance is heard."""
        return Hearing(self.recogniser, self.profiles.get(utterance.speaker))


def ways_of(
    cascade: Cascade, recogniser: str, make_profiles: Callable[[], Profiles] | None = None
) -> list[Way]:
    """Of one recogniser, of the best, or of all that the weights have.

    With `make_profiles`, those that use a profile are judged with one too. Raises
    ReportError for an unknown name.
    """
    if recogniser not in (BEST, ALL, *RECOGNISERS):
        raise ReportError(
            f"There is no recogniser '{recogniser}'; expected {ALL}, {', '.join(RECOGNISERS)}."
        )
    names = [recogniser or cascade.recogniser().name]
    if recogniser == ALL:
        names = [n for n in RECOGNISERS if recogniser_file(cascade.folder, n).is_file()]
    ways = [Way(TITLES[name], name) for name in names]
    knowing = [name for name in names if cascade.recogniser(name).uses_profile]
    if make_profiles is not None and knowing:
        profiles = make_profiles()
        ways += [Way(TITLES[name] + KNOWN_SPEAKER, name, profiles) for name in knowing]
    return ways


def profiles_of(utterances: Sequence[Utterance], monitor: Monitor = SILENT) -> Profiles:
    """Of every speaker, from all his or her recordings that are judged; emotions are not told."""
    by_speaker: dict[str, list[Utterance]] = {}
    for utterance in utterances:
        by_speaker.setdefault(utterance.speaker, []).append(utterance)
    done = 0

    def clips(own: Sequence[Utterance]) -> Iterator[Clip]:
        nonlocal done
        for utterance in own:
            monitor.step("getting to know the speakers", done, len(utterances))
            done += 1
            with suppress(AudioFileError):  # noticed when it is judged
                yield read_clip(utterance.audio)

    return {name: profile_of(name, clips(own)) for name, own in sorted(by_speaker.items())}
