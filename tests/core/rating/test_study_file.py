"""Manifests: the same study comes back; anything else is refused whole, in words."""

import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.animation import AnimationSettings
from core.errors import RatingError
from core.gains import RegionGains
from core.rating.design import PAPER, PRACTICE
from core.rating.study import (
    BALANCED,
    BEFORE,
    CHOICE,
    GOLD,
    REPEAT,
    SCORED,
    TRAINING,
    TRAPPING,
    Condition,
    Question,
    Study,
    Trial,
)
from core.rating.study_file import (
    MOST_BYTES,
    NAME,
    decode_study,
    encode_study,
    read_study,
    study_digest,
    write_study,
)
from core.segments import SegmentChoice
from tests.core.rating.plans import stimulus, study_of

Edit = Callable[[Any], object]


def full() -> Study:
    """A study that uses everything."""
    parts = (SegmentChoice(0.0, 0.5, "sad", 0.3), SegmentChoice(0.5, 2.0))
    odd = Condition("odd", 'Ä "odd" one 😀', AnimationSettings(segments=parts), "weights-2")
    recorded = Condition("recorded", "Recorded", reference=True)
    study = study_of(["happy", "sad"], (*PAPER, odd, recorded), seed=2**32 - 1)
    practice = stimulus("clip-9", "fear", PRACTICE[0].id)
    told = (
        Trial(practice.id, SCORED, TRAPPING, 2, 0, "Bitte 2 wählen"),
        Trial(practice.id, SCORED, GOLD, 1, 1),
        replace(study.trials[0], kind=REPEAT),
    )
    return replace(
        study,
        title="Zwei Gesichter",
        conditions=(*study.conditions, PRACTICE[0]),
        stimuli=(*study.stimuli, practice),
        training=(Trial(practice.id, TRAINING),),
        trials=(*study.trials, *told),
        order=BALANCED,
        grey=1.5,
        picture_size=(640, 480),
        fps=59.94,
        language="de",
        questions=(Question("age-group", "Wie alt?", CHOICE, ("<30", "30+"), BEFORE, True),),
        notes=("made up",),
        texts=(("next", "Weiter"),),
    )


def changed(study: Study, edit: Edit) -> bytes:
    document = json.loads(encode_study(study))
    edit(document["study"])
    return json.dumps(document).encode()


def test_a_study_comes_back_with_everything(tmp_path: Path) -> None:
    study = full()
    write_study(study, tmp_path)
    assert read_study(tmp_path) == study
    assert (tmp_path / NAME).read_bytes() == encode_study(study)
    assert json.loads(encode_study(study))["schema"] == "visemo-study/1"
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_the_digest_tells_whether_a_study_changed() -> None:
    study = full()
    again = decode_study(json.dumps(json.loads(encode_study(study)), indent=4).encode())
    assert study_digest(again) == study_digest(study)
    assert study_digest(replace(study, seed=1)) != study_digest(study)


def assign(*path: Any) -> Edit:
    """Set what is at a path to its last element."""

    def edit(study: Any) -> None:
        for step in path[:-2]:
            study = study[step]
        study[path[-2]] = path[-1]

    return edit


BAD: dict[str, tuple[Edit, str]] = {
    "unknown key": (assign("colour", "red"), "unknown field 'colour'"),
    "unknown key below": (assign("trials", 0, "weight", 2), r"unknown field 'weight' \(in 'trials"),
    "missing key": (lambda s: s.pop("seed"), "missing required field 'seed'"),
    "missing key below": (lambda s: s["stimuli"][1].pop("track"), "missing required field 'track'"),
    "wrong type": (assign("seed", "7"), "Expected 'int', got 'str'"),
    "fraction": (assign("seed", 1.5), "Expected 'int', got 'float'"),
    "huge number": (assign("seed", 10**30), "seed"),
    "below zero": (assign("seed", -1), "seed must be from 0"),
    "gain": (assign("conditions", 0, "settings", "gains", "jaw", 9.0), "gain of the jaw"),
    "emotion of a condition": (
        assign("conditions", 0, "settings", "emotion", "bored"), "unknown emotion 'bored'",
    ),
    "emotion": (assign("stimuli", 0, "emotion", "bored"), "emotion 'bored'; expected one of angry"),
    "up": (assign("stimuli", 0, "sound", "../a.wav"), r"'\.\./a\.wav'; expected one in the study"),
    "up within": (assign("stimuli", 0, "sound", "sounds/../../a.wav"), "expected one in the study"),
    "absolute": (assign("stimuli", 0, "track", "/etc/passwd"), "'/etc/passwd'; expected one in"),
    "drive": (assign("stimuli", 0, "track", "C:/a.track"), "expected one in the study"),
    "backslash": (assign("stimuli", 0, "track", "..\\a.track"), "expected one in the study"),
    "null character": (assign("stimuli", 0, "track", "a\0b"), "expected one in the study"),
    "device": (assign("stimuli", 0, "track", "tracks/nul.track"), "expected one in the study"),
    "share": (assign("stimuli", 0, "sound", "//host/a.wav"), "expected one in the study"),
    "URL": (assign("stimuli", 0, "sound", "http://host/a.wav"), "expected one in the study"),
    "empty name": (assign("stimuli", 0, "sound", ""), "expected one in the study"),
    "dots": (assign("stimuli", 0, "sound", "sounds/."), "expected one in the study"),
    "its own file": (assign("stimuli", 0, "track", "study.json"), "study.json is the study's own"),
    "one file for two": (
        lambda s: s["stimuli"][0].update(track=s["stimuli"][1]["track"]), "is of both",
    ),
    "hash": (assign("stimuli", 0, "sound_sha256", "abc"), "lacks the hashes"),
    "duration": (assign("stimuli", 0, "duration", 1e9), "lasts 1e\\+09 s; expected up to 120 s"),
    "no duration": (assign("stimuli", 0, "duration", 0), "lasts 0 s"),
    "condition": (assign("stimuli", 0, "condition", "x"), "under 'x', no condition of the study"),
    "two emotions": (assign("stimuli", 0, "emotion", "fear"), "'clip-0' has 2 emotions"),
    "stimulus twice": (lambda s: s["stimuli"].append(s["stimuli"][0]), "2 times there is the stim"),
    "unknown stimulus": (assign("trials", 0, "stimulus", "x--y"), "'x--y' shows a stimulus that"),
    "phase": (assign("trials", 0, "phase", "training"), "says that its phase is 'training'"),
    "kind": (assign("trials", 0, "kind", "silver"), "kind 'silver'; expected one of plain, gold"),
    "scored practice": (assign("trials", 9, "kind", "plain"), "for practice only"),
    "twice plain": (assign("trials", 10, "kind", "plain"), "scored 2 times"),
    "score": (assign("trials", 9, "expected", 6), "expect a score from 1 to 5"),
    "no message": (assign("trials", 8, "message", " "), "must say in its message"),
    "plain with a score": (assign("trials", 0, "expected", 3), "only gold and trapping trials do"),
    "no trials": (assign("trials", []), "no plain scored trial"),
    "order": (assign("order", "sorted"), "one of shuffle, balanced, not 'sorted'"),
    "many trials": (lambda s: s["trials"].extend(s["trials"] * 20), "231 scored trials; expected"),
    "both orders": (assign("no_emotion_twice", True), "of a shuffle only"),
    "scale": (assign("scale", ["no", "yes"]), "5 labels"),
    "labels": (assign("scale", ["a", "a", "b", "c", "d"]), "must differ"),
    "picture": (assign("picture_size", [1, 10**9]), "sides of 64 to 4096"),
    "sides": (assign("picture_size", [100, 100, 100]), "picture_size"),
    "fps": (assign("fps", 1e300), "frame rate must be from 10 to 240"),
    "grey": (assign("grey", -2), "0 to 30 s"),
    "replays": (assign("replays", 10**6), "replays allowed"),
    "language": (assign("language", "../x"), "code such as en or de"),
    "id": (assign("id", "1"), "16 hexadecimal"),
    "title": (assign("title", " "), "title must have"),
    "long text": (assign("consent", "x" * 20_001), "at most 20000 letters"),
    "many": (lambda s: s["questions"].extend(s["questions"] * 1_000), "1001 questions"),
    "choices": (assign("questions", 0, "choices", ["one"]), "at least two choices"),
    "when": (assign("questions", 0, "when", "now"), "expected before or after"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_study_is_refused_whole_and_in_words(name: str, tmp_path: Path) -> None:
    edit, message = BAD[name]
    (tmp_path / NAME).write_bytes(changed(full(), edit))
    with pytest.raises(RatingError, match=message) as caught:
        read_study(tmp_path)
    assert str(caught.value).startswith(f"'{NAME}' ")
    assert len(str(caught.value)) < 4_000


def test_every_problem_is_in_one_message() -> None:
    def edit(study: Any) -> None:
        study["stimuli"][0]["sound"] = "../a.wav"
        study["stimuli"][1]["emotion"] = "bored"
        study["trials"][0]["kind"] = "silver"

    with pytest.raises(RatingError) as caught:
        decode_study(changed(full(), edit))
    for word in ("../a.wav", "bored", "silver"):
        assert word in str(caught.value)


def test_thousands_of_problems_make_no_endless_message() -> None:
    def edit(study: Any) -> None:
        study["trials"] = [{**study["trials"][0], "stimulus": f"x{n}--y"} for n in range(200)]

    with pytest.raises(RatingError, match=r"- and \d+ more") as caught:
        decode_study(changed(full(), edit))
    assert str(caught.value).count("\n") < 60


DAMAGED: dict[str, bytes] = {
    "nothing": b"",
    "text": b"hello",
    "a list": b"[]",
    "deep": b'{"schema": "visemo-study/1", "study": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "deep within": b'{"schema":"visemo-study/1","study":{"id":' + b'{"a":' * 10_000,
    "deep before": b"[" * 10_000,
    "NaN": encode_study(full()).replace(b"59.94", b"NaN"),
    "infinity": encode_study(full()).replace(b"59.94", b"Infinity"),
    "out of range": encode_study(full()).replace(b"59.94", b"1e999"),
    "no UTF-8": encode_study(full()).replace(b"Zwei", b"\xff\xfe"),
    "another schema": b'{"schema": "visemo-project/1", "study": {}}',
    "no schema": b'{"study": {}}',
    "beside": encode_study(full()).replace(b'"schema"', b'"extra": 1, "schema"', 1),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_manifest_is_refused_in_words(name: str) -> None:
    with pytest.raises(RatingError, match=r"^'study\.json' "):
        decode_study(DAMAGED[name])


@settings(max_examples=200)
@given(st.data())
def test_a_manifest_that_was_cut_or_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(encode_study(full()))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    try:
        study = decode_study(bytes(content[: data.draw(st.integers(0, len(content)))]))
    except RatingError:
        return
    assert decode_study(encode_study(study)) == study


def test_a_newer_format_says_so() -> None:
    with pytest.raises(RatingError, match=r"newer version of Visemo.*study format 2"):
        decode_study(encode_study(full()).replace(b"visemo-study/1", b"visemo-study/2"))


def test_a_manifest_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(RatingError, match="larger than the 4 MB"):
        read_study(tmp_path)


def test_what_cannot_be_used_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(RatingError, match="frame rate must be from 10 to 240, not nan"):
        write_study(replace(full(), fps=float("nan")), tmp_path)
    with pytest.raises(RatingError, match="no Unicode"):
        write_study(replace(full(), consent="\ud800"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_old_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    write_study(full(), tmp_path)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RatingError, match="disk is full"):
        write_study(replace(full(), seed=3), tmp_path)
    assert read_study(tmp_path) == full()


def test_gains_of_a_condition_come_back(tmp_path: Path) -> None:
    gains = AnimationSettings("sad", 1.5, "combined", gains=RegionGains(0.1, 0.2, 0.3))
    study = study_of(["sad"] * 2, (Condition("a", "A", gains),))
    write_study(study, tmp_path)
    assert read_study(tmp_path).conditions[0].settings == gains


def test_a_manifest_behind_a_link_is_not_read(tmp_path: Path) -> None:
    write_study(full(), tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / NAME).symlink_to(tmp_path / NAME)
    with pytest.raises(RatingError, match="is a link"):
        read_study(tmp_path / "other")
    with pytest.raises(RatingError, match=r"study\.json.*is missing"):
        read_study(tmp_path / "nowhere")
