"""Tracks beside a corpus: where they go, and that the corpus is read with them."""

import csv
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from core.corpora import read_corpus
from core.corpora.corpus import Kind
from core.corpora.tracked import untracked
from core.corpora.utterance import short_names
from core.tracks import TRACK_WRITERS, FaceTrack, track_of
from tests.core.corpora import layouts
from tests.core.tracks import faces


def put_track(path: Path, seconds: float = layouts.SECONDS) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    TRACK_WRITERS["npz"](faces.track(25.0, round(25 * seconds)), path)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["own folder", "another"])
def test_a_corpus_is_read_with_its_tracks(tmp_path: Path, elsewhere: bool) -> None:
    folder = layouts.savee_folders(tmp_path / "savee")
    tracks = tmp_path / "made" if elsewhere else None
    corpus = read_corpus(folder, tracks=tracks)
    videos = dict(untracked(corpus, tracks))
    assert len(videos) == len(corpus.utterances) == 28
    home = tmp_path / "made" if elsewhere else folder / "tracks"
    assert home / "AudioData" / "DC" / "a01.track.npz" in videos.values()
    for place in list(videos.values())[:5]:
        put_track(place)
    again = read_corpus(folder, tracks=tracks)
    tracked = [u for u in again.utterances if u.landmarks is not None]
    assert len(tracked) == 5
    assert all(isinstance(track_of(utterance), FaceTrack) for utterance in tracked)
    assert len(dict(untracked(again, tracks))) == 23
    assert again.notes == corpus.notes
    assert not again.problems
    without = [replace(utterance, landmarks=None) for utterance in again.utterances]
    assert without == list(corpus.utterances)


@pytest.mark.parametrize("spelled", ["/", ".", "..", "link", "link/..", "table"])
def test_a_folder_has_its_tracks_however_it_is_spelled(
    spelled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = layouts.savee_folders(tmp_path / "all" / "savee")
    places = dict(untracked(read_corpus(folder)))
    for place in places.values():
        put_track(place)
    (tmp_path / "linked").symlink_to(folder)
    (tmp_path / "within").symlink_to(folder / "AudioData")
    monkeypatch.chdir(folder)
    path = {
        "/": folder, ".": Path(), "..": Path("../savee"), "link": tmp_path / "linked",
        "link/..": tmp_path / "within" / "..", "table": Path("../savee/manifest.csv"),
    }[spelled]  # fmt: skip
    if spelled == "table":  # with names that say the whole path
        rows = [
            "file,speaker,emotion",
            *(f"{u.audio},x,sad" for u in read_corpus(folder).utterances),
        ]
        (folder / "manifest.csv").write_text("\n".join(rows))
    found = read_corpus(path)
    assert sum(utterance.landmarks is not None for utterance in found.utterances) == 28
    assert len(found.problems) == 0
    here = short_names(read_corpus(path, tracks=tmp_path).utterances).values()
    assert sorted(here) == sorted(short_names(read_corpus(folder, "savee").utterances).values())


def test_tracks_of_earlier_versions_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They marked a track with the path as it was spelled, in SHA-256."""
    layouts.put(tmp_path / "corpus", "DC_a01.wav")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    spelled = f"{tmp_path}/here/../corpus/DC_a01.wav"
    mark = hashlib.sha256(spelled.encode()).hexdigest()[:8]
    put_track(tmp_path / "corpus" / "tracks" / f"DC_a01-{mark}.track.npz")
    (utterance,) = read_corpus(Path("../corpus")).utterances
    assert utterance.landmarks == Path(f"../corpus/tracks/DC_a01-{mark}.track.npz")


def test_tracks_that_do_not_fit_are_problems(tmp_path: Path) -> None:
    folder = layouts.savee_folders(tmp_path / "savee")
    long, damaged = list(dict(untracked(read_corpus(folder))).values())[:2]
    put_track(long, seconds=3.0)
    damaged.write_bytes(b"PK")
    corpus = read_corpus(folder)
    assert [(p.path, p.kind) for p in corpus.problems] == [
        (long, Kind.LENGTH),
        (damaged, Kind.UNREADABLE),
    ]
    assert "cannot be read as an array" in corpus.problems[1].reason
    assert not any(utterance.landmarks for utterance in corpus.utterances)


def test_files_that_a_table_names_elsewhere_have_places_of_their_own(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    for speaker in ("one", "two"):
        layouts.put(tmp_path / speaker, "clip.wav")
        layouts.put(tmp_path / speaker, "clip.avi", data=layouts.avi(layouts.SECONDS))
    tables.mkdir()
    with (tables / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "speaker", "emotion", "video"])
        for speaker in ("one", "two"):
            rows.writerow([f"../{speaker}/clip.wav", speaker, "sad", f"../{speaker}/clip.avi"])
    places = list(dict(untracked(read_corpus(tables))).values())
    assert len(set(places)) == 2
    assert all(place.parent == tables / "tracks" for place in places)
    put_track(places[1])
    found = read_corpus(tables).utterances
    assert [utterance.landmarks for utterance in found] == [None, places[1]]
