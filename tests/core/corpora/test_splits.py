"""Splits: the paper's protocol, speakers left out, what a corpus states, and what is missing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.corpora.checks import check_classes, missing_classes, on_both_sides, one_sided
from core.corpora.savee import EMOTION_LETTERS, SPEAKERS
from core.corpora.splits import PROTOCOLS, Split, paper_folds, speaker_folds, stated_split
from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS
from core.errors import TrainingError
from tests.core.rating.pcg64 import Recomputed


def savee() -> list[Utterance]:
    """As many as SAVEE has: 15 sentences of each emotion, 30 neutral, by four men."""
    return [
        Utterance(Path(f"{s}/{letter}{n:02}.wav"), "savee", f"savee-{s}", emotion)
        for s in SPEAKERS
        for letter, emotion in EMOTION_LETTERS.items()
        for n in range(1, 31 if emotion == "neutral" else 16)
    ]


def of_speakers(corpus: str, speakers: int, each: int = 7) -> list[Utterance]:
    return [
        Utterance(Path(f"{s}-{n}.wav"), corpus, f"{corpus}-{s}", EMOTIONS[n % 7])
        for s in range(speakers)
        for n in range(each)
    ]


def emotions(utterances: Sequence[Utterance], indices: Sequence[int]) -> Counter[str]:
    return Counter(utterances[index].emotion for index in indices)


def once(splits: Sequence[Split], count: int) -> None:
    """In every split each index is in one part; every one not in the test is validated once."""
    for split in splits:
        assert sorted((*split.train, *split.validation, *split.test)) == list(range(count))
        assert split.test == splits[0].test
    validated = [index for split in splits for index in split.validation]
    assert sorted((*validated, *splits[0].test)) == list(range(count))


# Sadiq et al. 2019, section III: "10 % ... test", 5 folds, 80 % and 20 % of the rest


def test_the_papers_protocol() -> None:
    data = savee()
    assert len(data) == 480
    splits = paper_folds(data, seed=3)
    assert len(splits) == 5
    once(splits, 480)
    for split in splits:
        assert len(split.test) == 48
        assert emotions(data, split.test) == {**dict.fromkeys(EMOTIONS, 6), "neutral": 12}
        assert len(split.validation) / (480 - 48) == pytest.approx(0.2, abs=1 / 432)
        held = emotions(data, split.validation)
        for emotion in EMOTIONS:  # a fifth of 54, or of 108
            assert abs(held[emotion] - (108 if emotion == "neutral" else 54) / 5) < 1
    speakers = {data[index].speaker for index in splits[0].test}
    assert speakers == {f"savee-{s}" for s in SPEAKERS}  # both sides, as in the paper


def test_two_corpora_are_split_alike() -> None:
    data = [*of_speakers("a", 20), *of_speakers("b", 10)]
    splits = paper_folds(data, seed=0)
    once(splits, 210)
    assert Counter(data[index].corpus for index in splits[0].test) == {"a": 14, "b": 7}
    for split in splits:
        assert Counter(data[index].corpus for index in split.validation)["b"] in (12, 13)  # of 63


def test_no_speaker_is_on_both_sides() -> None:
    data = [*of_speakers("a", 20), *of_speakers("b", 8, 14)]
    splits = speaker_folds(data, seed=1)
    once(splits, len(data))
    for split in splits:
        heard = {data[index].speaker for index in split.train}
        unheard = {data[index].speaker for index in split.validation}
        assert not heard & unheard
        assert len(heard | unheard) == 28
        spread = Counter(speaker[0] for speaker in unheard)
        assert spread["a"] == 4
        assert spread["b"] in (1, 2)


@pytest.mark.parametrize("protocol", list(PROTOCOLS))
def test_a_seed_chooses_and_nothing_else(protocol: str) -> None:
    data = [replace(u, partition="train") for u in of_speakers("a", 10)]
    moved = [replace(u, audio=Path("elsewhere") / u.audio, seconds=2.0) for u in data]
    split = PROTOCOLS[protocol]
    assert split(data, 5) == split(moved, 5)
    assert len({str(split(data, seed)) for seed in range(10)}) > 5
    with pytest.raises(TrainingError, match="seed must be from 0 to 4294967295, not -1"):
        split(data, -1)


def test_chance_is_recomputed_from_its_specification() -> None:
    """Fisher and Yates with words of PCG64, both written anew in tests/core/rating/pcg64.py."""
    data = [replace(u, emotion="sad") for u in of_speakers("a", 5, 4)]
    chance = Recomputed(9, 0)
    order = list(range(20))
    for last in range(19, 0, -1):
        chosen = chance.below(last + 1)
        order[last], order[chosen] = order[chosen], order[last]
    splits = paper_folds(data, seed=9)
    assert splits[0].test == tuple(sorted(order[:2]))
    assert [s.validation for s in splits] == [tuple(sorted(order[2 + k :: 5])) for k in range(5)]


def test_a_fold_for_each_speaker_where_there_are_few() -> None:
    splits = speaker_folds(savee(), seed=0)
    once(splits, len(savee()))
    assert len(splits) == 4
    for split in splits:
        assert len({savee()[index].speaker for index in split.validation}) == 1


def test_too_few_are_refused() -> None:
    with pytest.raises(TrainingError, match="at least 2 of them, and all recordings are of a-0"):
        speaker_folds(of_speakers("a", 1), seed=0)
    with pytest.raises(TrainingError, match="there are no recordings"):
        speaker_folds([], seed=0)
    with pytest.raises(TrainingError, match="there are 3 recordings for 5 folds"):
        paper_folds(of_speakers("a", 1, 3), seed=0)


# What a corpus states


def stated(*parts: str) -> list[Utterance]:
    data = of_speakers("eat", len(parts), 4)
    return [replace(u, partition=parts[int(u.speaker[4:])]) for u in data]


def test_a_stated_split_is_taken() -> None:
    data = stated("train", "validation", "test", "train")
    (split,) = stated_split(data, seed=0)
    assert split.train == (*range(4), *range(12, 16))
    assert (split.validation, split.test) == (tuple(range(4, 8)), tuple(range(8, 12)))


def test_validation_is_taken_from_training_speakers() -> None:
    """iHEARu-EAT states 20 speakers to train with and 10 to test."""
    data = stated(*["train"] * 20, *["test"] * 10)
    (split,) = stated_split(data, seed=4)
    assert len({data[index].speaker for index in split.validation}) == 4
    assert not {data[i].speaker for i in split.validation} & {data[i].speaker for i in split.train}
    assert split.test == tuple(range(80, 120))
    assert sorted((*split.train, *split.validation)) == list(range(80))


def test_a_split_that_says_too_little() -> None:
    with pytest.raises(TrainingError, match=r"4 of 8 recordings have no split, such as '1-0\.wav'"):
        stated_split(stated("train", ""), seed=0)
    with pytest.raises(TrainingError, match="no validation, and its training has 1 speakers"):
        stated_split(stated("train", "test"), seed=0)
    with pytest.raises(TrainingError, match="nothing to train with"):
        stated_split(stated("validation", "test"), seed=0)


def test_speakers_on_both_sides_are_told() -> None:
    data = stated("train", "test")
    assert on_both_sides(data) == []
    data[0] = replace(data[0], partition="test")
    assert on_both_sides(data) == [
        "eat-0 is in train and test: a result on these speakers says little of others"
    ]


def test_many_speakers_are_counted() -> None:
    data = stated(*["train"] * 6)
    both = [*data, *(replace(u, partition="test") for u in data)]
    (told,) = on_both_sides(both)
    assert told.startswith("6 speakers, such as eat-0, are in more than one split")
    single = [replace(u, emotion=EMOTIONS[int(u.speaker[4:])]) for u in data]
    (told,) = one_sided(single)
    assert told.startswith("6 speakers, such as eat-0, have recordings of one label only")


# Classes


def test_a_missing_class_stops_training_unless_allowed() -> None:
    data = [u for u in savee() if u.emotion not in ("fear", "sad")]
    assert missing_classes(data) == ("fear", "sad")
    with pytest.raises(TrainingError, match=r"no recording of fear, sad among the 360 to learn fr"):
        check_classes(data)
    assert check_classes(data, allow_missing=True) == [
        "nothing is learned of fear, sad: there is no recording"
    ]
    assert check_classes(savee()) == []


def test_labels_of_ones_own() -> None:
    data = [replace(u, emotion="apple") for u in savee()[:4]]
    assert check_classes(data, ("apple",)) == []
    with pytest.raises(TrainingError, match="recordings of apple; expected angry, disgust"):
        check_classes(data)
    with pytest.raises(TrainingError, match="no recording of pear"):
        check_classes(data, ("apple", "pear"))


def test_a_speaker_of_one_emotion_is_told() -> None:
    data = savee()
    quiet = [u for u in data if u.speaker != "savee-DC" or u.emotion == "neutral"]
    (told,) = one_sided(quiet)
    assert told.startswith("savee-DC has recordings of neutral only")
    assert check_classes(quiet) == [told]
    assert one_sided([u for u in data if u.emotion == "neutral"]) == []  # then all have one
    assert one_sided(data) == []
