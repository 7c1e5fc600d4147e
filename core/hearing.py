"""Who hears the emotions of a clip, and what it knows of the speaker."""

from dataclasses import dataclass
from pathlib import Path

from core.errors import CheckpointError
from core.speaker_profile import SpeakerProfile

BEST = ""  # in place of a recogniser's name: the best that there are weights for
FIRST = "recogniser.txt"  # of a folder of weights: who hears where nobody chose
# Every recogniser, as people call it.
TITLES = {
    "dern": "DERN",
    "local-cnn": "Local CNN",
    "functionals": "Functionals",
    "ensemble": "Ensemble",
}


@dataclass(frozen=True, slots=True)
class Hearing:
    """How somebody wishes a clip to be heard. Raises ValueError for an unknown recogniser."""

    recogniser: str = BEST  # or one of TITLES
    profile: SpeakerProfile | None = None  # of the clip's speaker, where it is known

    def __post_init__(self) -> None:
        check_recogniser(self.recogniser)


@dataclass(frozen=True, slots=True)
class HeardBy:
    """How a clip was heard."""

    recogniser: str = "dern"  # one of TITLES
    speaker: str = ""  # whose profile it was given, "" where it used none
    profile: str = ""  # the profile's id


BY_DERN = HeardBy()


def check_recogniser(name: str) -> None:
    """Raise ValueError where `name` is neither BEST nor one of TITLES."""
    if name not in (BEST, *TITLES):
        raise ValueError(f"unknown recogniser {name!r}, expected one of {', '.join(TITLES)}")


def recogniser_file(folder: Path, name: str) -> Path:
    """The file of a recogniser in a folder of weights: a checkpoint, or settings that name some."""
    return folder / (f"{name}.json" if name == "ensemble" else f"{name}.safetensors")


def first_choice(folder: Path) -> str:
    """Whom a folder of weights names to hear where nobody chose, or BEST where it names nobody.

    `visemo weights` names what was trained. Raises CheckpointError for a name that is none.
    """
    path = folder / FIRST
    if not path.is_file():
        return BEST
    try:
        name = path.read_text(encoding="utf-8").strip()
        check_recogniser(name)
    except (OSError, ValueError) as problem:
        raise CheckpointError(f"{path} does not name a recogniser: {problem}") from problem
    return name


def there_are(folder: Path) -> tuple[str, ...]:
    """The recognisers that a folder of weights has files of."""
    return tuple(name for name in TITLES if recogniser_file(folder, name).is_file())
