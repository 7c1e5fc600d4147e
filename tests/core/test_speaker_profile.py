"""Statistics of a speaker, and their file."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import ProfileError
from core.mfsc import BANDS
from core.normalisation import BandStatistics
from core.profile_file import MOST_BYTES, read_profile, write_profile
from core.speaker_profile import FeatureStatistics, SpeakerProfile


def profile() -> SpeakerProfile:
    choice = np.random.default_rng(0)
    bands = BandStatistics.of([choice.normal(size=(30, BANDS))])
    return SpeakerProfile("Ängström", bands, {"functionals/2": FeatureStatistics.of(
        choice.normal(size=(5, 7)))}, frozenset({"0" * 64, "f" * 64}))  # fmt: skip


def test_statistics_are_numpys() -> None:
    rows = np.random.default_rng(1).normal(3.0, 2.0, size=(50, 4))
    found = FeatureStatistics.of(rows)
    np.testing.assert_allclose(found.mean, rows.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(found.std, rows.std(axis=0), rtol=1e-6)
    assert found.count == 50
    assert FeatureStatistics.of(np.zeros((0, 4))).count == 0


def test_few_utterances_lean_on_what_is_usual() -> None:
    usual = FeatureStatistics(np.zeros(1, np.float32), np.ones(1, np.float32), 1_000)
    own = FeatureStatistics(np.full(1, 4, np.float32), np.full(1, 3, np.float32), 2)
    leaning = own.leaning_on(usual, 6.0)  # two of eight are its own
    assert leaning.mean == pytest.approx([1.0])
    assert leaning.std == pytest.approx([np.sqrt(0.25 * 9 + 0.75 * 1)])
    nobody = FeatureStatistics.of(np.zeros((0, 1))).leaning_on(usual, 6.0)
    assert nobody.mean == pytest.approx([0.0])
    assert nobody.std == pytest.approx([1.0])


def test_a_file_gives_back_the_profile(tmp_path: Path) -> None:
    path = tmp_path / "a.speaker.json"
    write_profile(path, profile())
    found = read_profile(path)
    assert found.name == "Ängström"
    np.testing.assert_array_equal(found.bands.mean, profile().bands.mean)
    own = profile().sets["functionals/2"]
    np.testing.assert_array_equal(found.sets["functionals/2"].std, own.std)
    assert found.sets["functionals/2"].count == own.count
    assert found.sounds == profile().sounds


def test_what_is_no_profile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.speaker.json"
    write_profile(path, profile())
    good = json.loads(path.read_text(encoding="utf-8"))
    spoiled = [
        good | {"schema": "visemo-speaker/2"},
        good | {"more": 1},
        good | {"sounds": ["a.wav"]},
        {key: value for key, value in good.items() if key != "bands"},
        good | {"bands": good["bands"] | {"mean": [0.0] * 39}},
        good | {"bands": good["bands"] | {"mean": [0.0] * 39, "std": [1.0] * 39}},
        good | {"sets": {"x": {"mean": [1e99], "std": [1.0], "count": 1}}},
        good | {"sets": {"x": {"mean": [1.0], "std": [-1.0], "count": 1}}},
        good | {"sets": {"x": {"mean": [1.0], "std": [1.0], "count": -1}}},
    ]
    texts = [json.dumps(document) for document in spoiled]
    texts += ["", "nonsense", "[" * 100_000, "\x00", path.read_text(encoding="utf-8")[:200]]
    for text in texts:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ProfileError, match=r"no speaker profile.*of schema.*--profile` writes"):
            read_profile(path)
    path.write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(ProfileError, match="larger than"):
        read_profile(path)
    with pytest.raises(ProfileError, match="cannot be read"):
        read_profile(tmp_path / "missing")
    with pytest.raises(ProfileError, match="folder"):
        write_profile(tmp_path, profile())
