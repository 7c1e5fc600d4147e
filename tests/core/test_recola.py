"""RECOLA, on small files laid out like those of AVEC 2016."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.corpora.recola import read_recola
from core.errors import CorpusError

FRAMES = 51  # 0, 0.04, ... 2 s, as theirs go from 0 to 300 s
DIMENSIONS = ("arousal", "valence")
HEADER = """@relation GOLDSTANDARD_{name}

@attribute Instance_name string
@attribute frameTime numeric
@attribute GoldStandard numeric


@data

"""


def value(dimension: str, frame: int) -> float:
    return round((0.5 if dimension == "arousal" else -0.25) + 0.001 * frame, 3)


def arff(name: str, dimension: str, frames: int = FRAMES) -> str:
    rows = [f"'{name}',{0.04 * k:.2f},{value(dimension, k)}\n" for k in range(frames)]
    return HEADER.format(name=dimension.upper()) + "".join(rows)


def write_session(root: Path, name: str, rated: bool = True) -> None:
    (root / "recordings_audio").mkdir(parents=True, exist_ok=True)
    soundfile.write(root / "recordings_audio" / f"{name}.wav", np.zeros(32_000), 16_000)
    for dimension in DIMENSIONS if rated else ():
        gold = root / "ratings_gold_standard" / dimension
        gold.mkdir(parents=True, exist_ok=True)
        (gold / f"{name}.arff").write_text(arff(name, dimension))
        raters = root / "ratings_individual" / dimension
        raters.mkdir(parents=True, exist_ok=True)
        rows = [f"{0.04 * k:.2f};" + ";".join(["0.1"] * 5 + ["0.4"]) for k in range(FRAMES)]
        (raters / f"{name}.csv").write_text("\n".join(["time;FM1;FM2;FM3;FF1;FF2;FF3", *rows]))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name in ("train_1", "train_2", "train_10", "dev_1"):
        write_session(tmp_path, name)
    write_session(tmp_path, "test_1", rated=False)
    return tmp_path


def gold(corpus: Path, name: str = "train_1", dimension: str = "arousal") -> Path:
    return corpus / "ratings_gold_standard" / dimension / f"{name}.arff"


def reasons(corpus: Path) -> list[str]:
    return [problem.reason for problem in read_recola(corpus).problems]


def test_every_session_has_its_partition_contours_and_raters(corpus: Path) -> None:
    found = read_recola(corpus)
    assert [session.audio.stem for session in found.sessions] == [
        "dev_1", "test_1", "train_1", "train_2", "train_10",
    ]  # fmt: skip
    assert [session.partition for session in found.sessions] == [
        "validation", "test", "train", "train", "train",
    ]  # fmt: skip
    assert found.problems == ()
    first = found.sessions[2]
    assert first.speaker == "recola-train_1"
    assert first.contours is not None
    np.testing.assert_allclose(first.contours.times, 0.04 * np.arange(FRAMES))
    for dimension in DIMENSIONS:
        expected = [value(dimension, k) for k in range(FRAMES)]
        np.testing.assert_allclose(first.contours.values[dimension], expected)
        assert first.raters[dimension].shape == (FRAMES, 6)
        assert first.raters[dimension].mean() == pytest.approx(0.15)


def test_ratings_of_test_files_are_withheld(corpus: Path) -> None:
    withheld = next(s for s in read_recola(corpus).sessions if s.partition == "test")
    assert (withheld.contours, withheld.raters) == (None, {})


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("between", [",", ";"])
def test_a_gold_standard_may_be_a_table(named: bool, between: str, corpus: Path) -> None:
    path = gold(corpus)
    before = read_recola(corpus).sessions[2].contours
    rows = [["'train_1'", f"{0.04 * k:.2f}", str(value("arousal", k))] for k in range(FRAMES)]
    every = [["name", "time", "GoldStandard"], *rows]
    lines = [between.join(row if named else row[1:]) for row in every]
    path.with_suffix(".csv").write_text("\n".join(lines))
    path.unlink()
    after = read_recola(corpus).sessions[2].contours
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(before.values["arousal"], after.values["arousal"])


def test_comments_may_stand_among_the_data(corpus: Path) -> None:
    path = gold(corpus)
    path.write_text(path.read_text().replace("@data\n", "@data\n% mean of six\n") + "%\n%\n")
    found = read_recola(corpus)
    assert found.problems == ()
    assert found.sessions[2].contours is not None
    assert len(found.sessions[2].contours.times) == FRAMES


@pytest.mark.parametrize("frames", [10, FRAMES])
def test_ratings_go_to_the_end_of_their_sound(frames: int, corpus: Path) -> None:
    seconds = 2.0 if frames < FRAMES else 3.5
    sound = corpus / "recordings_audio" / "train_1.wav"
    soundfile.write(sound, np.zeros(round(16_000 * seconds)), 16_000)
    for dimension in DIMENSIONS:
        gold(corpus, dimension=dimension).write_text(arff("train_1", dimension, frames))
    (reason,) = reasons(corpus)
    end = 0.04 * (frames - 1)
    assert f"has ratings to {end:.1f} s and a sound of {seconds} s; expected at most 1 s" in reason


@pytest.mark.parametrize("rows", [0, 20])
def test_ratings_of_annotators_may_be_lacking(rows: int, corpus: Path) -> None:
    """The session stays, and its gold standard, whatever is wrong with them."""
    path = corpus / "ratings_individual" / "arousal" / "train_1.csv"
    path.write_text("\n".join(path.read_text().splitlines()[: rows + 1]) if rows else "")
    found = read_recola(corpus)
    assert [problem.path for problem in found.problems] == [path]
    assert set(found.sessions[2].raters) == {"valence"}
    assert found.sessions[2].contours is not None


def test_a_sound_that_cannot_be_read_is_a_problem(corpus: Path) -> None:
    (corpus / "recordings_audio" / "train_1.wav").write_bytes(b"")
    found = read_recola(corpus)
    assert [problem.path.name for problem in found.problems] == ["train_1.wav"]
    assert len(found.sessions) == 4


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "has no @data"),
        (HEADER, "no rows of a time and a value"),
        (HEADER + "'a',0.00,loud\n", "holds what is not a number: .*loud"),
        (HEADER + "'a',0.00,nan\n", "holds numbers that are not finite"),
        (HEADER + "'a',0.00,0.1\n'a',0.04\n", "all of one length"),
        (HEADER + "'a',0.00,0.1\n'a',0.10,0.1\n", "is not on a grid of 0.04 s"),
        (arff("train_1", "arousal", 40), "has ratings of different lengths: .*51.*40"),
    ],
)
def test_files_that_cannot_be_used_are_named(text: str, reason: str, corpus: Path) -> None:
    gold(corpus).write_text(text)
    found = read_recola(corpus)
    assert [session.audio.stem for session in found.sessions].count("train_1") == 0
    assert [problem.path.name for problem in found.problems] == ["train_1.wav"]
    with pytest.raises(CorpusError, match=reason):
        raise CorpusError(found.problems[0].reason)


def test_missing_ratings_are_a_problem_but_for_tests(corpus: Path) -> None:
    gold(corpus, "dev_1", "valence").unlink()
    assert reasons(corpus) == [
        "cannot be used: there is no ratings_gold_standard/valence/dev_1.arff or .csv"
    ]


def test_a_file_of_another_name_is_a_problem(corpus: Path) -> None:
    write_session(corpus, "holiday", rated=False)
    assert reasons(corpus) == ["cannot be used: 'holiday' is not named train_N, dev_N or test_N"]


def test_a_binary_file_is_named(corpus: Path) -> None:
    gold(corpus).write_bytes(b"\xff\xfe\x00")
    (reason,) = reasons(corpus)
    assert "train_1.arff cannot be read" in reason


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="expected recordings_audio and ratings_gold_standard"):
        read_recola(tmp_path)


def test_a_folder_without_sessions_is_refused(corpus: Path) -> None:
    for path in (corpus / "recordings_audio").iterdir():
        path.unlink()
    with pytest.raises(CorpusError, match="holds no sessions that can be used"):
        read_recola(corpus)
