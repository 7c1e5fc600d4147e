"""Studies with files, and participants who vote in a store, for tests."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.rating.records import Position
from core.rating.store import VoteStore
from core.rating.study import (
    BEFORE,
    GOLD,
    TRAINING,
    TRAPPING,
    Condition,
    Question,
    Stimulus,
    Study,
    Trial,
)
from core.rating.study_file import write_study

EMOTIONS = ("neutral", "happy", "sad", "angry")
CONDITIONS = ("dependent", "combined")


def make_study(folder: Path, clips: int = 4, study_id: str = "00112233445566aa") -> Study:
    """A frozen study in `folder`: 2 training trials, 2 per clip, one gold and one trapping."""
    stimuli = tuple(
        _stimulus(folder, EMOTIONS[number % len(EMOTIONS)], number, condition)
        for number in range(clips)
        for condition in CONDITIONS
    )
    names = [stimulus.id for stimulus in stimuli]
    study = Study(
        id=study_id,
        title="Mouths",
        created_utc="2026-01-02T03:04:05Z",
        app_version="0.1.0",
        conditions=tuple(Condition(name, name.title()) for name in CONDITIONS),
        stimuli=stimuli,
        training=tuple(Trial(name, phase=TRAINING) for name in names[:2]),
        trials=(
            *(Trial(name) for name in names),
            Trial(names[0], kind=GOLD, expected=5, tolerance=1),
            Trial(names[-1], kind=TRAPPING, expected=2, message="Please choose 2, Poor"),
        ),
        seed=7,
        questions=(Question("age", "How old are you?", when=BEFORE), Question("note", "And?")),
    )
    write_study(study, folder)
    return study


def _stimulus(folder: Path, emotion: str, number: int, condition: str) -> Stimulus:
    clip = f"{emotion}{number}"
    sound, track = f"sounds/{clip}.wav", f"tracks/{clip}--{condition}.track"
    return Stimulus(
        id=f"{clip}--{condition}",
        clip=clip,
        emotion=emotion,
        condition=condition,
        sound=sound,
        track=track,
        sound_sha256=_written(folder / sound, f"sound of {clip}" * 100),
        track_sha256=_written(folder / track, f"track of {clip}, {condition}" * 100),
        duration=3.0,
    )


def _written(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return hashlib.sha256(text.encode()).hexdigest()


def changed(study: Study, sha256: str = "f" * 64) -> Study:
    """The same study with another sound in its first clip."""
    first = replace(study.stimuli[0], sound_sha256=sha256)
    return replace(study, stimuli=(first, *study.stimuli[1:]))


def vote(store: VoteStore, position: Position | None) -> Position | None:
    """The score that belongs to a place, so that any test can tell it."""
    assert position is not None
    return store.commit_vote(position, score(position.place), 1000 + position.place, 1)


def score(place: int) -> int:
    """What `vote` gives."""
    return place % 5 + 1


def take_part(store: VoteStore, trials: int | None = None) -> str:
    """A new session with `trials` votes, or all and an end; its id."""
    session = store.begin().session_id
    position = store.position(session)
    while position is not None and trials != 0:
        position = vote(store, position)
        trials = None if trials is None else trials - 1
    if trials is None:
        store.finish(session)
    return session


class Clock:
    """One that is set by hand and moves a second at each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def bytes_in(folder: Path, parts: Iterable[str]) -> list[tuple[str, str]]:
    """(file, part) wherever a file below a folder holds one of the texts."""
    return [
        (path.name, part)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for part in parts
        if part.encode() in path.read_bytes()
    ]
