"""Tracking many videos: which ones, where their tracks go, and what to do when one is bad."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.batch import Tally, attempt
from app.console import Report
from app.progress import FilesProgress, Interrupts, Progress
from core.atomic import make_folder
from core.corpora import read_corpus
from core.corpora.tracked import untracked
from core.errors import ExportError, TrackError
from core.export.exporter import MAX_FPS, MIN_FPS, output_path
from core.tracks import (
    ASSUMED_FPS,
    TRACK_SUFFIX,
    TRACK_WRITERS,
    FaceTrack,
    at_rate,
    fill_gaps,
    gaps,
    is_track,
    read_track,
)  # fmt: skip
from core.tracks.face_track import GAP_LIMIT
from core.video_file import VIDEO_SUFFIXES
from models.face_tracker import STAGE, FaceTracker

_SHARES = {STAGE: 0.98}


@dataclass(frozen=True, slots=True)
class TrackRequest:
    """All that is asked of a track. Raises TrackError for what cannot be."""

    formats: tuple[str, ...]  # some of TRACK_WRITERS
    folder: Path | None = None  # None: beside each video
    max_gap: float = GAP_LIMIT  # seconds without a face that are interpolated
    fps: float | None = None  # to which tracks are brought; None: as they were filmed
    input_fps: float = ASSUMED_FPS  # of given tracks that do not say it
    sheet: bool = False  # also a picture of it

    def __post_init__(self) -> None:
        for name in self.formats or ("",):
            if name not in TRACK_WRITERS:
                known = ", ".join(TRACK_WRITERS)
                raise TrackError(f"unknown format '{name}'; expected some of {known}")
        if not (math.isfinite(self.max_gap) and self.max_gap >= 0):
            raise TrackError(f"the longest gap is 0 seconds or more, not {self.max_gap:g}")
        for fps in (self.fps, self.input_fps):
            if fps is not None and not MIN_FPS <= fps <= MAX_FPS:
                raise TrackError(
                    f"frame rate must be from {MIN_FPS:g} to {MAX_FPS:g} frames a second, "
                    f"not {fps:g}"
                )


def videos(inputs: Sequence[Path], report: Report) -> tuple[list[Path], int]:
    """The files to track, each once, and how many of `inputs` gave none, which are reported."""
    found: dict[Path, Path] = {}
    failed = 0
    for given in inputs:
        try:
            for file in _in_folder(given) if given.is_dir() and not is_track(given) else [given]:
                found.setdefault(file.absolute(), file)
        except (TrackError, OSError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else problem
            report.error(str(given), str(reason))
            failed += 1
    return list(found.values()), failed


def _in_folder(folder: Path) -> list[Path]:
    files = [
        file
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in VIDEO_SUFFIXES
        and not file.name.startswith(".")
        and not file.is_dir()
    ]
    if not files:
        raise TrackError("there are no videos in this folder; expected MP4, MOV, MKV, AVI or MPG")
    return files


def corpus_videos(
    paths: Sequence[Path], folder: Path | None, report: Report, interrupts: Interrupts
) -> dict[Path, Path]:
    """Videos of corpora that have no landmarks yet -> where their tracks go.

    What is wrong with a corpus is told. Raises CorpusError for what is none, and TrackError
    where several are to go to one folder.
    """
    if folder is not None and len(paths) > 1:
        raise TrackError("one --out is for one corpus; leave it out, or track one after the other")
    found: dict[Path, Path] = {}
    for path in paths:
        corpus = read_corpus(path, monitor=Progress(report, interrupts), tracks=folder)
        own = dict(untracked(corpus, folder))
        seen = sum(utterance.landmarks is not None for utterance in corpus.utterances)
        told = f"{len(own)} of {len(corpus.utterances)} recordings have a video to track"
        told += f", {seen} have landmarks"
        if corpus.problems:
            told += f", {len(corpus.problems)} files cannot be used (`visemo corpus` names them)"
        report.note(str(path), told)
        found |= own
    return found


class TrackBatch:
    """One run over some videos. A bad one is reported, and the others are done."""

    def __init__(
        self, request: TrackRequest, model: Path, report: Report, interrupts: Interrupts
    ) -> None:
        self._request, self._model = request, model
        self._report, self._interrupts = report, interrupts
        self._tracker: FaceTracker | None = None
        self._places: Mapping[Path, Path] = {}
        self._made: dict[Path, Path] = {}  # a track's path -> the video it is of

    def run(self, files: Sequence[Path], places: Mapping[Path, Path] | None = None) -> Tally:
        """Track `files`; `places` are the .track.npz of those that do not go where all go.

        Raises TrackError where MediaPipe or its model is missing and needed.
        """
        tally = Tally()
        self._places = places or {}
        if any(file.is_file() and not is_track(file) for file in files):
            self._tracker = FaceTracker(self._model)
        progress = FilesProgress(self._report, self._interrupts, files, shares=_SHARES)
        for number, file in enumerate(files, start=1):
            progress.begin(number, file)
            attempt(file, self._report, tally, partial(self._track, file, progress))
        return tally

    def _track(self, file: Path, progress: FilesProgress) -> None:
        targets = self._targets(file)
        if is_track(file):
            track = read_track(file, fps=self._request.input_fps)
        elif not file.exists():
            raise TrackError("there is no such file")
        else:
            assert self._tracker is not None, "a file that is there needs one"
            track = self._tracker.track(file, progress)
        whole = fill_gaps(track, self._request.max_gap)
        progress.step("writing", 0, 1)
        shown = whole if self._request.fps is None else at_rate(whole, self._request.fps)
        for name, target in targets.items():
            if name in TRACK_WRITERS:
                TRACK_WRITERS[name](shown, target)
        if "png" in targets:
            from app.track_sheet import write_sheet

            write_sheet(whole, file, targets["png"], progress)
        self._made |= {target.absolute(): file for target in targets.values()}
        progress.step("writing", 1, 1)
        self._report.made(str(file), list(targets.values()), words(shown), figures(shown))

    def _targets(self, file: Path) -> dict[str, Path]:
        """Where each format goes. Raises ExportError where something is in its place."""
        if self._request.sheet and is_track(file):
            raise TrackError("a page of frames needs the video; name that, or leave out --sheet")
        folder = self._request.folder or file.parent
        place = self._places.get(file) or output_path(file, folder, TRACK_SUFFIX)
        make_folder(place.parent)
        names = [*dict.fromkeys(self._request.formats), *(["png"] if self._request.sheet else [])]
        targets = {name: place.with_suffix(f".{name}") for name in names}
        for target in targets.values():
            other = self._made.get(target.absolute())
            if other is not None or target.absolute() == file.absolute():
                raise ExportError(
                    f"its '{target}' would overwrite that of '{other or file}'; "
                    "rename one of the two, or write them into different folders"
                )
        return targets


def figures(track: FaceTrack) -> dict[str, object]:
    """What a track holds, for programs."""
    stretches = gaps(track)
    return {
        "frames": len(track.points),
        "fps": round(track.fps, 3),
        "with_face": round(float(track.detected.mean()), 4),
        "gaps_filled": len(stretches.filled),
        "gaps_left": len(stretches.left),
        "frames_filled": int(track.filled.sum()),
        "frames_left": int((~track.detected).sum()),
    }


def words(track: FaceTrack) -> str:
    """The same for people: "75 frames at 25 fps, a face in 100 %, no gaps"."""
    stretches = gaps(track)
    text = f"{len(track.points)} frames at {track.fps:.4g} fps, "
    text += f"a face in {100 * track.detected.mean():.4g} %, "
    if not stretches.filled and not stretches.left:
        return text + "no gaps"
    left = sum(beyond - first for first, beyond in stretches.left) / track.fps
    text += f"{_count(stretches.filled)} filled"
    return text + f", {len(stretches.left)} left" + (f" ({left:.2f} s)" if left else "")


def _count(stretches: Sequence[object]) -> str:
    return f"{len(stretches)} gap" + ("" if len(stretches) == 1 else "s")
