"""Everything that can be wrong with a study, all of it at once, and what would be right."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from core.dice import MOST
from core.emotion import EMOTIONS
from core.errors import RatingError
from core.rating import orders
from core.rating.study import (
    AFTER,
    BALANCED,
    BEFORE,
    CHOICE,
    GOLD,
    KINDS,
    NUMBER,
    ORDERS,
    PLAIN,
    REPEAT,
    SCALE,
    SCORED,
    TEXT,
    TRAINING,
    TRAPPING,
    YES_NO,
    Question,
    Study,
    Trial,
)

MOST_TRIALS = 200  # P.913 wants at most half an hour
MOST_ENTRIES = 1_000  # of conditions, stimuli, questions, texts
LONGEST_TEXT = 20_000  # letters
LONGEST_CLIP = 120.0  # seconds; P.800 and P.910 want 2 to 20
_ROWS_TRIED = 20
_ID = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,139}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)  # of Windows


def check(study: Study, *, frozen: bool = True) -> None:
    """Raise RatingError that lists every problem; `frozen` asks for hashes and lengths too."""
    found = problems(study, frozen=frozen)
    if found:
        raise RatingError(as_message(f"The study '{study.title[:100]}' cannot be used", found))


def as_message(what: str, found: Iterable[str]) -> str:
    """All problems in one message, one a line; the first fifty where there are more."""
    lines = [f"- {line}" for line in found]
    rest = [f"- and {len(lines) - 50} more"] if len(lines) > 50 else []
    return "\n".join([f"{what}:", *lines[:50], *rest])


def problems(study: Study, *, frozen: bool = True) -> list[str]:
    """One sentence for each problem; none where the study can be used."""
    found = [*_settings(study), *_lists(study)]
    if not found:  # a list that is too long, or no list, would only repeat itself
        found = [*_stimuli(study, frozen), *_trials(study), *_questions(study.questions)]
    return found or list(_possible(study))


def safe_name(name: str) -> bool:
    """Whether a name is that of a file below a folder, in any system: "sounds/a.wav"."""
    parts = name.split("/")
    return 1 <= len(parts) <= 3 and all(
        _NAME.fullmatch(part) and not part.endswith(".") and not _DEVICES.fullmatch(part)
        for part in parts
    )


def is_id(text: str) -> bool:
    """Whether a text can name a clip or a condition, and a file after it."""
    return bool(_ID.fullmatch(text)) and not _DEVICES.fullmatch(text) and "--" not in text


def _settings(study: Study) -> Iterator[str]:
    if not re.fullmatch(r"[0-9a-f]{16}", study.id):
        yield f"the id must be 16 hexadecimal digits, not '{study.id[:40]}'"
    if not 0 < len(study.title.strip()) <= 200:
        yield "the title must have 1 to 200 letters"
    if study.order not in ORDERS:
        yield f"the order must be one of {', '.join(ORDERS)}, not '{study.order[:40]}'"
    if study.order == BALANCED and study.no_emotion_twice:
        yield "no emotion twice running can be asked of a shuffle only, not of a balanced design"
    if not 0 <= study.seed <= MOST:
        yield f"the seed must be from 0 to {MOST}, not {study.seed}"
    if len(study.scale) != len(SCALE) or not all(0 < len(label) <= 60 for label in study.scale):
        yield f"the scale must have {len(SCALE)} labels of 1 to 60 letters, worst first"
    elif len(set(study.scale)) != len(study.scale):
        yield "the labels of the scale must differ"
    if not (math.isfinite(study.grey) and 0 <= study.grey <= 30):
        yield f"the grey before and after must last 0 to 30 s, not {study.grey:g}"
    if not all(64 <= side <= 4096 for side in study.picture_size):
        yield f"the picture must have sides of 64 to 4096 pixels, not {study.picture_size}"
    if not 0 <= study.replays <= 100:
        yield f"the replays allowed must be from 0 to 100, not {study.replays}"
    if not (math.isfinite(study.fps) and 10 <= study.fps <= 240):
        yield f"the frame rate must be from 10 to 240, not {study.fps:g}"
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", study.language):
        yield f"the language must be a code such as en or de, not '{study.language[:40]}'"
    texts = (study.task, study.consent, study.instructions, *study.notes)
    texts += tuple(part for pair in study.texts for part in pair)
    texts += (study.created_utc, study.app_version)
    if any(len(text) > LONGEST_TEXT for text in texts):
        yield f"a text must have at most {LONGEST_TEXT} letters"


def _lists(study: Study) -> Iterator[str]:
    for what, entries, most in (
        ("conditions", study.conditions, MOST_ENTRIES),
        ("stimuli", study.stimuli, MOST_ENTRIES),
        ("training trials", study.training, MOST_TRIALS),
        ("scored trials", study.trials, MOST_TRIALS),
        ("questions", study.questions, MOST_ENTRIES),
        ("notes", study.notes, MOST_ENTRIES),
        ("texts", study.texts, MOST_ENTRIES),
    ):
        if len(entries) > most:
            yield f"there are {len(entries)} {what}; expected at most {most}"
    for what, names in (
        ("condition", [condition.id for condition in study.conditions]),
        ("stimulus", [stimulus.id for stimulus in study.stimuli]),
        ("question", [question.id for question in study.questions]),
    ):
        for name, times in Counter(name.casefold() for name in names).items():
            if times > 1:
                yield f"{times} times there is the {what} '{name[:100]}'; expected each once"
    for condition in study.conditions:
        if not is_id(condition.id):
            yield f"'{condition.id[:100]}' cannot name a condition; {_ID_RULE}"
        if not 0 < len(condition.name) <= 200 or len(condition.weights) > 4096:
            yield f"the condition '{condition.id}' needs a name of 1 to 200 letters"


_ID_RULE = "expected up to 64 of a-z, A-Z, 0-9 and single hyphens between them"


def _stimuli(study: Study, frozen: bool) -> Iterator[str]:
    conditions = {condition.id for condition in study.conditions}
    emotions: dict[str, set[str]] = {}
    files: dict[str, str] = {}
    for stimulus in study.stimuli:
        name = f"the stimulus '{stimulus.id[:150]}'"
        if not is_id(stimulus.clip):
            yield f"'{stimulus.clip[:100]}' cannot name a clip; {_ID_RULE}"
        if stimulus.id != f"{stimulus.clip}--{stimulus.condition}":
            yield f"{name} must be named after its clip and condition, 'CLIP--CONDITION'"
        if stimulus.condition not in conditions:
            yield f"{name} is under '{stimulus.condition[:100]}', no condition of the study"
        if stimulus.emotion not in EMOTIONS:
            known = ", ".join(EMOTIONS)
            yield f"{name} has the emotion '{stimulus.emotion[:40]}'; expected one of {known}"
        for file in (stimulus.sound, stimulus.track):
            if not safe_name(file):
                yield (
                    f"{name} names the file '{file[:200]}'; expected one in the study's folder, "
                    "such as sounds/a.wav"
                )
        emotions.setdefault(stimulus.clip, set()).add(stimulus.emotion)
        yield from _own_files(stimulus.sound, stimulus.track, stimulus.clip, stimulus.id, files)
        if frozen and not (
            _SHA256.fullmatch(stimulus.sound_sha256) and _SHA256.fullmatch(stimulus.track_sha256)
        ):
            yield f"{name} lacks the hashes of its files, 64 hexadecimal digits each"
        if frozen and not 0 < stimulus.duration <= LONGEST_CLIP:
            yield f"{name} lasts {stimulus.duration:g} s; expected up to {LONGEST_CLIP:g} s"
    for clip, several in emotions.items():
        if len(several) > 1:
            yield f"the clip '{clip}' has {len(several)} emotions; expected one"


def _own_files(
    sound: str, track: str, clip: str, stimulus: str, files: dict[str, str]
) -> Iterator[str]:
    """The same file is of one clip's sound or of one track."""
    for file, owner in ((sound, f"clip {clip}"), (track, f"track {stimulus}")):
        if files.setdefault(file.casefold(), owner) != owner:
            other = files[file.casefold()]
            yield f"the file '{file[:200]}' is of both {other[:150]} and {owner[:150]}"
    if PurePosixPath(sound).name == "study.json" or PurePosixPath(track).name == "study.json":
        yield "study.json is the study's own file and cannot be a sound or a track"


def _trials(study: Study) -> Iterator[str]:
    stimuli = {stimulus.id: stimulus for stimulus in study.stimuli}
    practice = {condition.id for condition in study.conditions if condition.practice}
    known = True
    for phase, trials in ((TRAINING, study.training), (SCORED, study.trials)):
        for trial in trials:
            found = list(_trial(trial, phase))
            if trial.stimulus not in stimuli:
                known = False
                found.append("shows a stimulus that the study does not have")
            yield from (
                f"the {phase} trial of '{trial.stimulus[:150]}' {problem}" for problem in found
            )
    plain = [trial.stimulus for trial in study.trials if trial.kind == PLAIN]
    if not plain:
        yield "there is no plain scored trial; expected at least one clip that is rated"
    for name, times in Counter(plain).items():
        if times > 1:
            yield f"'{name[:150]}' is scored {times} times; expected once, then as {REPEAT}"
    if known:
        for name in sorted(plain):
            if stimuli[name].condition in practice:
                yield f"'{name}' is scored, but its condition is for practice only"
    repeats = [trial.stimulus for trial in study.trials if trial.kind == REPEAT]
    if repeats and len(plain) < 2 * orders.APART:
        yield f"a repeat needs at least {2 * orders.APART} scored trials, not {len(plain)}"
    for name in repeats:
        if name not in plain:
            yield f"'{name[:150]}' is repeated, but is no plain scored trial itself"


def _trial(trial: Trial, phase: str) -> Iterator[str]:
    if trial.phase != phase:
        yield f"says that its phase is '{trial.phase[:40]}'"
    if trial.kind not in KINDS:
        yield f"is of the kind '{trial.kind[:40]}'; expected one of {', '.join(KINDS)}"
    elif phase == TRAINING and trial.kind != PLAIN:
        yield f"is {trial.kind}; training has plain trials only"
    if len(trial.message) > LONGEST_TEXT:
        yield f"has a message of more than {LONGEST_TEXT} letters"
    if trial.kind in (GOLD, TRAPPING):
        if trial.expected is None or not 1 <= trial.expected <= len(SCALE):
            yield f"is {trial.kind} and must expect a score from 1 to {len(SCALE)}"
        if not 0 <= trial.tolerance < len(SCALE) - 1:
            yield f"must have a tolerance from 0 to {len(SCALE) - 2}, not {trial.tolerance}"
        if trial.kind == TRAPPING and not trial.message.strip():
            yield "is trapping and must say in its message which score to give"
    elif trial.expected is not None:
        yield "expects a score, which only gold and trapping trials do"


def _questions(questions: Iterable[Question]) -> Iterator[str]:
    for question in questions:
        name = f"the question '{question.id[:100]}'"
        if not is_id(question.id):
            yield f"'{question.id[:100]}' cannot name a question; {_ID_RULE}"
        if not 0 < len(question.text.strip()) <= LONGEST_TEXT:
            yield f"{name} has no text, or one of more than {LONGEST_TEXT} letters"
        if question.kind not in (YES_NO, CHOICE, TEXT, NUMBER):
            kinds = f"{YES_NO}, {CHOICE}, {TEXT} or {NUMBER}"
            yield f"{name} is of the kind '{question.kind[:40]}'; expected {kinds}"
        if (question.kind == CHOICE) != (len(question.choices) >= 2):
            yield f"{name} must have at least two choices if it is a {CHOICE}, none otherwise"
        if len(question.choices) > 50 or any(not 0 < len(c) <= 200 for c in question.choices):
            yield f"{name} must have at most 50 choices of 1 to 200 letters"
        if question.when not in (BEFORE, AFTER):
            yield f"{name} is asked '{question.when[:40]}'; expected {BEFORE} or {AFTER}"


def _possible(study: Study) -> Iterator[str]:
    """Whether the first rows have an order; the reason is the same for all."""
    try:
        for row in range(
            min(_ROWS_TRIED, orders.rows_needed(study)) if study.order == BALANCED else 3
        ):
            orders.order(study, row)
    except RatingError as problem:
        yield str(problem).rstrip(".")
