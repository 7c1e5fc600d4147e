"""Animating many files: which ones, where their exports go, and what to do when one is bad."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Report
from app.export_job import Claims, ExportRequest, export
from app.progress import FilesProgress, Interrupts, Progress
from app.voices import Voices, is_enough, too_little
from core.animation import AnimationSettings
from core.audio_file import read_clip
from core.errors import AudioFileError, Cancelled, ProfileError, ProjectError, VisemoError
from core.hearing import BEST, TITLES, Hearing
from core.profile_file import write_profile
from core.project import AS_HEARD, BY_ITSELF, Listening
from core.project_file import SUFFIX, read_project
from core.speaker_profile import SpeakerProfile

if TYPE_CHECKING:
    from models.cascade import Cascade  # and with it torch, only once there is work for it

# Of a folder's files, those taken for sound; a file that is named may be called anything.
SOUND_SUFFIXES = {
    ".wav", ".wave", ".rf64", ".w64", ".flac", ".ogg", ".oga", ".opus", ".mp3",
    ".aif", ".aiff", ".au", ".caf",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """One sound and the face it is to get."""

    path: Path
    settings: AnimationSettings = AS_HEARD
    smoothing: float | None = None  # Hz, where the request leaves it to the clip
    sha256: str = ""  # of the sound when its settings were chosen, "" where nobody knows
    listening: Listening = BY_ITSELF


@dataclass(frozen=True, slots=True)
class Job:
    """What is done to every sound."""

    request: ExportRequest
    load: Callable[[], "Cascade"]
    profile: SpeakerProfile | None = None  # of whoever speaks in all of them, as `keep` has it
    keep: Path | None = None  # where the profile is to be kept


@dataclass(slots=True)
class Tally:
    """How many files came to what end."""

    done: int = 0
    failed: int = 0  # something the person can cure
    faults: int = 0  # of ours


def tasks(
    inputs: Sequence[Path],
    settings: AnimationSettings,
    report: Report,
    recogniser: str = BEST,
    speaker: str | None = None,
) -> tuple[list[Task], int]:
    """What to animate, each sound once, and how many of `inputs` gave none, which are reported.

    Of a folder, the sound files directly in it, by name; its sub-folders and
    hidden files are left alone. Of a project, its clips as they were left there;
    `settings`, `recogniser` and `speaker`, who speaks in them all, are for all other sounds.
    """
    found: dict[str, Task] = {}
    named: set[str] = set()  # by themselves, not in a project
    failed = 0
    for given in inputs:
        try:
            tasks = _tasks(given, settings)
        except (VisemoError, OSError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else problem
            report.error(str(given), str(reason))
            failed += 1
            continue
        for task in tasks:
            key = str(task.path.absolute())
            if key not in found and not is_project(given):
                named.add(key)
            found.setdefault(key, task)
    others = tuple(found[key].path for key in found if key in named)
    common = Listening(recogniser, speaker or "", others if speaker is not None else ())
    return [
        replace(task, listening=common) if key in named else task for key, task in found.items()
    ], failed


def is_project(path: Path) -> bool:
    """Whether a path is meant to be a project, by its name."""
    return path.suffix.lower() == SUFFIX


def _tasks(given: Path, settings: AnimationSettings) -> list[Task]:
    if is_project(given):
        project = read_project(given)
        if not project.clips:
            raise ProjectError("there are no clips in this project; add some in the studio.")
        heard = project.listenings()
        return [
            Task(clip.path, clip.settings, clip.smoothing, clip.sha256, heard[clip.speaker])
            for clip in project.clips
        ]
    files = _in_folder(given) if given.is_dir() else [given]
    return [Task(file, settings) for file in files]


def _in_folder(folder: Path) -> list[Path]:
    files = [
        file
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in SOUND_SUFFIXES
        and not file.name.startswith(".")
        and not file.is_dir()
    ]
    if not files:
        raise AudioFileError(
            "there are no sound files in this folder; expected WAV, FLAC, OGG or MP3 files. Videos "
            "are named one by one."
        )
    return files


def attempt(file: Path, report: Report, tally: Tally, work: Callable[[], None]) -> None:
    """Do what there is to do for one file; what goes wrong is reported, and counted."""
    try:
        work()
        tally.done += 1
    except (Cancelled, BrokenPipeError):
        raise
    except VisemoError as problem:
        report.error(str(file), str(problem))
        tally.failed += 1
    except MemoryError:
        report.error(str(file), "there is not enough memory for it; close other programs")
        tally.failed += 1
    except Exception as fault:  # the other files shall not suffer for it
        report.error(str(file), f"a fault of this program: {fault!r}; please report it")
        traceback.print_exc()
        tally.faults += 1


class Batch:
    """One run over some files. A bad one is reported, and the others are done."""

    def __init__(self, job: Job, report: Report, interrupts: Interrupts) -> None:
        self._job, self._report, self._interrupts = job, report, interrupts
        self._cascade: Cascade | None = None
        self._claims = Claims()
        self._voices = Voices()
        self._profiles: dict[Listening, SpeakerProfile | None] = {}

    def run(self, tasks: Sequence[Task]) -> Tally:
        """Do `tasks`. Raises VisemoError when the weights or the device are of no use."""
        tally = Tally()
        files = [task.path for task in tasks]
        if self._cascade is None and any(file.is_file() for file in files):
            # Before the first, because without it there is nothing to be done for any.
            self._cascade = self._job.load()
            meeting = Progress(self._report, self._interrupts)
            self._profiles = {
                listening: self._profile(listening, meeting)
                for listening in dict.fromkeys(task.listening for task in tasks)
            }
        formats = len(self._job.request.formats)
        progress = FilesProgress(self._report, self._interrupts, files, formats)
        for number, task in enumerate(tasks, start=1):
            progress.begin(number, task.path)
            attempt(task.path, self._report, tally, partial(self._animate, task, progress))
        return tally

    def _profile(self, listening: Listening, progress: Progress) -> SpeakerProfile | None:
        """Of the speaker, where that makes a difference."""
        assert self._cascade is not None
        if not self._cascade.uses_profile(listening.recogniser):
            if self._job.profile is not None or listening.speaker:
                title = TITLES[self._cascade.recogniser(listening.recogniser).name]
                progress.notice(f"{title} hears all speakers alike; who speaks makes no difference")
            return None
        name, company = listening.speaker, listening.company
        if self._job.keep is None:
            found = self._voices.profile(name, company, progress)
            if found is None and name:
                progress.notice(too_little(name, len(company)))
            return found
        kept = self._kept(self._job.keep)
        if kept is not None and is_enough(kept):
            return kept  # and stays as it is: the same sounds get the same faces
        made = self._voices.together(name, company, progress, kept)
        if made is not None:
            write_profile(self._job.keep, made)
            if is_enough(made):
                return made
        progress.notice(too_little(name, len(made.sounds) if made is not None else 0))
        return None

    def _kept(self, path: Path) -> SpeakerProfile | None:
        """What there was of a profile. Raises ProfileError where it is of other features."""
        from models.speaker_profiles import lacking

        kept = self._job.profile
        if kept is not None and kept.bands.frames > 0 and (reason := lacking(kept)):
            raise ProfileError(
                f"'{path}' is of no use here: {reason}; name a file that is not there yet, and the "
                "speaker's sounds, to make it anew."
            )
        return kept

    def _animate(self, task: Task, progress: FilesProgress) -> None:
        clip = read_clip(task.path, progress)
        if task.sha256 not in ("", clip.source.sha256):
            progress.notice("the sound is not the one that the project was made with")
        self._claims.take(task.path, self._job.request)  # what cannot be written is not animated
        assert self._cascade is not None, "a file that can be read is there"
        hearing = Hearing(task.listening.recogniser, self._profiles[task.listening])
        animation = self._cascade.animate(clip, task.settings, progress, hearing)
        written = export(animation, task, self._job.request, progress, self._claims)
        self._report.written(str(task.path), written, animation.utterance)
