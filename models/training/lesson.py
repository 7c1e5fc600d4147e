"""What training one network takes, whatever it is: its task, and how it becomes a checkpoint."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.corpora.checks import check_classes
from core.corpora.splits import Split
from core.errors import TrainingError
from core.monitor import SILENT, Monitor
from models.checkpoint import Provenance
from models.training.heard_clip import LEAST_SPEECH, HeardClip, Speakers, speaker_statistics
from models.training.loop import Task
from models.training.recordings import Recording


@dataclass(frozen=True, slots=True)
class Material:
    """Recordings, which of them are learned from, and variants of those."""

    recordings: Sequence[Recording]
    split: Split  # indices into `recordings`
    copies: Sequence[Recording] = ()
    allow_missing: bool = False  # classes that there is nothing to learn of

    @property
    def train(self) -> list[Recording]:
        """What is learned from."""
        return [self.recordings[index] for index in self.split.train]

    @property
    def validation(self) -> list[Recording]:
        """What decides when to stop."""
        return [self.recordings[index] for index in self.split.validation]

    def parted(self) -> list[tuple[str, Recording]]:
        """All that is learned from or listened to, with its part; nothing of the test."""
        parts = [("train", recording) for recording in (*self.train, *self.copies)]
        return parts + [("validation", recording) for recording in self.validation]

    def speakers(self) -> Speakers:
        """Statistics of each speaker, as at judging: of his own voice in all his emotions.

        Copies are other voices, and nobody has them when a recording is judged.
        """
        return speaker_statistics(heard_clip(r, "") for r in (*self.train, *self.validation))


@dataclass(frozen=True, slots=True)
class Lesson:
    """One network to be trained."""

    name: str  # of its checkpoint's file and its folder in the run
    role: str  # a row of CONTEXT_FRAMES
    task: Task
    examples: int  # recordings to learn from: an epoch
    save: Callable[[Path, Provenance], None]  # writes the task's network
    begin_with: str = ""  # the lesson before it whose network it goes on from
    begin: Callable[[Path], None] = lambda _: None  # takes over the checkpoint of that


def heard_clip(recording: Recording, part: str) -> HeardClip:
    """A recording as tasks hear it; it is drawn by its corpus."""
    utterance = recording.utterance
    return HeardClip(utterance.corpus, utterance.speaker, part, recording.values, recording.voiced)


def check(material: Material, monitor: Monitor = SILENT) -> None:
    """Whether there is something of everything to learn from and to listen to.

    Notices recordings without speech and speakers of one emotion. Raises TrainingError,
    saying what is missing.
    """
    if not material.train:
        raise TrainingError("there is no recording to learn from; look at the corpus and the split")
    if not material.validation:
        raise TrainingError(
            f"the split '{material.split.name}' leaves no recording for validation, without which "
            "nobody knows when to stop; choose another --protocol or add recordings"
        )
    silent = [r for r in material.recordings if r.voiced.sum() < LEAST_SPEECH]
    if silent:
        monitor.notice(
            f"{len(silent)} recordings hold no speech and teach nothing, "
            f"such as {silent[0].utterance.audio}"
        )
    spoken = [r.utterance for r in material.train if r.voiced.sum() >= LEAST_SPEECH]
    for note in check_classes(spoken, allow_missing=material.allow_missing):
        monitor.notice(note)
