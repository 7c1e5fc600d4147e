"""A rating study: what is shown to whom, frozen before the first vote.

After ITU-T P.800, P.910 and P.913, and the subjective test of Sadiq et al. 2019
(section IV-D): clips under hidden conditions, one five-point score each.
"""

from dataclasses import dataclass

from core.animation import AnimationSettings
from core.project import AS_HEARD

SCALE = ("Bad", "Poor", "Fair", "Good", "Very Good")  # 1 to 5
TRAINING, SCORED = "training", "scored"
PLAIN, GOLD, TRAPPING, REPEAT = "plain", "gold", "trapping", "repeat"
KINDS = (PLAIN, GOLD, TRAPPING, REPEAT)  # all but plain stay out of the mean opinion score
SHUFFLE, BALANCED = "shuffle", "balanced"
ORDERS = (SHUFFLE, BALANCED)  # seeded shuffle; rows of a Williams square
BEFORE, AFTER = "before", "after"
YES_NO, CHOICE, TEXT, NUMBER = "yes_no", "choice", "text", "number"


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to animate, hidden from the participant under `id`.

    A `reference` shows a recorded track in place of a face that was animated.
    """

    id: str  # letters, digits and hyphens
    name: str  # for the operator and the report
    settings: AnimationSettings = AS_HEARD
    weights: str = ""  # folder of weights; "" for the bundled
    reference: bool = False
    practice: bool = False  # only for training, gold and trapping trials; not under test


@dataclass(frozen=True, slots=True)
class Stimulus:
    """One clip under one condition, as it is stored in the study's folder."""

    id: str  # of the clip and condition: "clip--condition"
    clip: str
    emotion: str  # intended by the speaker, one of EMOTIONS
    condition: str  # Condition.id
    sound: str  # file in the study's folder, POSIX
    track: str  # animation in the study's folder, POSIX
    sound_sha256: str
    track_sha256: str
    duration: float  # seconds


@dataclass(frozen=True, slots=True)
class Trial:
    """One showing of a stimulus. `expected` is the score that a trapping or gold trial asks for."""

    stimulus: str  # Stimulus.id
    phase: str = SCORED
    kind: str = PLAIN
    expected: int | None = None  # of a trapping trial the score it tells; of gold the least or most
    tolerance: int = 0  # how far from `expected` still passes
    message: str = ""  # what a trapping trial says: "Please choose 2, Poor"


@dataclass(frozen=True, slots=True)
class Question:
    """Asked before or after the trials."""

    id: str
    text: str
    kind: str = TEXT
    choices: tuple[str, ...] = ()
    when: str = AFTER
    required: bool = False


@dataclass(frozen=True, slots=True)
class Study:
    """The manifest. Whoever holds it and the files it names holds the whole study."""

    id: str  # random, 16 hex digits: what bundles are matched by
    title: str
    created_utc: str  # ISO 8601
    app_version: str
    conditions: tuple[Condition, ...]
    stimuli: tuple[Stimulus, ...]
    training: tuple[Trial, ...]  # in this order, unscored
    trials: tuple[Trial, ...]  # scored block, before it is put into an order
    order: str = SHUFFLE
    no_emotion_twice: bool = False  # running, of a shuffle
    seed: int = 0
    task: str = ""  # what is to be rated
    scale: tuple[str, ...] = SCALE
    grey: float = 2.0  # seconds before and after each clip
    picture_size: tuple[int, int] = (720, 720)  # pixels of the face
    fps: float = 60.0
    consent: str = ""
    instructions: str = ""
    language: str = "en"
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()  # how the stimuli were made, for the operator and the report
    replays: int = 0  # times that a participant may see each clip again; 0 is the paper's way
    texts: tuple[tuple[str, str], ...] = ()  # what the window says, by key; see wording.py

    @property
    def rated(self) -> tuple[Stimulus, ...]:
        """The stimuli whose scores count, without those of practice and attention trials."""
        plain = {trial.stimulus for trial in self.trials if trial.kind == PLAIN}
        return tuple(stimulus for stimulus in self.stimuli if stimulus.id in plain)

    @property
    def compared(self) -> tuple[Condition, ...]:
        """The conditions of rated stimuli."""
        used = {stimulus.condition for stimulus in self.rated}
        return tuple(condition for condition in self.conditions if condition.id in used)

    def stimulus(self, name: str) -> Stimulus:
        """By its id; raises KeyError."""
        for stimulus in self.stimuli:
            if stimulus.id == name:
                return stimulus
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Vote:
    """One rating as it comes out of a session; a row of the long table."""

    study_id: str
    session_id: str
    subject_id: str  # automatic, never a name
    phase: str
    trial_index: int  # from 0 within the phase
    stimulus: str
    clip: str
    emotion: str
    condition: str
    kind: str  # of KINDS
    rating: int  # 1 to 5
    rating_time_ms: int  # from when the scale is shown to the vote, pauses left out
    plays: int
    passed: bool | None  # of gold and trapping
    technical_fault: bool
    timestamp_utc: str
    seed: int
    order_row: int
    app_version: str
    complete: bool  # whether the session was finished
