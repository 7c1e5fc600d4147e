"""Making the stimuli of a study, once, and looking after them.

All conditions go the same way: the sound is stored first, each face is made for the
stored sound, and its track is kept in the same form. There is the whole study's
folder or none: it is put together beside and takes its name at the end.
"""

import hashlib
import math
import os
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.animation import Animation
from core.animation_pack import pack, unpack
from core.atomic import atomic_binary
from core.audio_file import decoding
from core.clip import Source
from core.errors import ExportError, RatingError
from core.monitor import SILENT, Monitor
from core.rating import checks, design
from core.rating.design import Plan
from core.rating.reference import reference_animation
from core.rating.sources import SourceClip
from core.rating.study import Condition, Stimulus, Study
from core.rating.study_file import safe_file, write_study
from core.rating.whole_folder import disk_explained, whole_folder
from core.segments import AUTOMATIC
from core.timeline import FRAMES_PER_SECOND

STAGE = "freezing"
MOST_BYTES = 256 << 20  # of a file of a study
TRACK = "track-1 "  # counted up when the layout of tracks changes
_FOR_A_VOTE = 6.0  # seconds
_BLOCK = 1 << 20
_EDGE = 0.1  # seconds at either end of a sound that need no frames

Animate = Callable[[Path, Condition], Animation]


def freeze(plan: Plan, folder: Path, animate: Animate, monitor: Monitor = SILENT) -> Study:
    """Make all stimuli of a plan and write the study into a new folder.

    `animate` makes the face for a sound under a condition; it gets the stored sound.
    Raises RatingError where the plan or what comes of it cannot be used or written, and
    what `animate` and `monitor.step` raise; then there is no folder.
    """
    design.check_plan(plan)
    folder = Path(folder).absolute()
    with whole_folder(folder) as made:
        for part in ("sounds", "tracks"):
            with disk_explained(made):
                (made / part).mkdir()
        stimuli: dict[str, Stimulus] = {}
        clips = {clip.id: clip for clip in plan.clips}
        conditions = {condition.id: condition for condition in plan.study.conditions}
        for stimulus in plan.study.stimuli:
            monitor.step(STAGE, len(stimuli), len(plan.study.stimuli))
            clip, condition = clips[stimulus.clip], conditions[stimulus.condition]
            sound = made / stimulus.sound
            if not sound.exists():
                store_sound(clip, sound, monitor)
            frozen = replace(stimulus, sound_sha256=_sha256(sound))
            animation = _animation(plan, clip, condition, sound, animate)
            _check_animation(animation, frozen, condition)
            data = pack(TRACK + stimulus.id, animation)
            _write(made / stimulus.track, data)
            digest = hashlib.sha256(data).hexdigest()
            stimuli[stimulus.id] = replace(frozen, track_sha256=digest, duration=animation.duration)
        _check_lengths(stimuli)
        study = _finished(replace(plan.study, stimuli=tuple(stimuli.values())))
        write_study(study, made)
        monitor.step(STAGE, len(stimuli), len(stimuli))
    return study


def check_stimuli(study: Study, folder: Path) -> list[str]:
    """A sentence for each file that vanished or changed since the study was frozen."""
    wanted = {}
    for stimulus in study.stimuli:
        wanted[stimulus.sound] = f"the sound of '{stimulus.clip}'", stimulus.sound_sha256
        wanted[stimulus.track] = f"the track of '{stimulus.id}'", stimulus.track_sha256
    found = []
    for name, (what, digest) in wanted.items():
        try:
            if _sha256(safe_file(folder, name)) != digest:
                found.append(f"{what}, '{name}', is not the one that was frozen")
        except RatingError as problem:
            found.append(f"{what}: {str(problem).rstrip('.')}")
    return found


def load_track(folder: Path, stimulus: Stimulus) -> Animation:
    """The face of a stimulus. Raises RatingError where it vanished or changed."""
    data = _bytes(safe_file(folder, stimulus.track))
    if hashlib.sha256(data).hexdigest() != stimulus.track_sha256:
        raise RatingError(_changed(stimulus.track))
    try:
        animation = unpack(TRACK + stimulus.id, data)
    except (ValueError, MemoryError) as problem:
        raise RatingError(
            f"'{stimulus.track}' holds no track of this study: {problem}."
        ) from problem
    if not math.isclose(animation.duration, stimulus.duration, abs_tol=1e-6):
        raise RatingError(f"'{stimulus.track}' does not last as long as the study says.")
    _check_animation(animation, stimulus, None)
    return animation


def sound_file(folder: Path, stimulus: Stimulus) -> Path:
    """The sound of a stimulus. Raises RatingError where it vanished or changed."""
    path = safe_file(folder, stimulus.sound)
    if _sha256(path) != stimulus.sound_sha256:
        raise RatingError(_changed(stimulus.sound))
    return path


def minutes(study: Study) -> int:
    """About how long a session lasts."""
    lengths = {stimulus.id: stimulus.duration for stimulus in study.stimuli}
    trials = (*study.training, *study.trials)
    seconds = sum(lengths[t.stimulus] + 2 * study.grey + _FOR_A_VOTE for t in trials)
    return math.ceil(seconds / 60) + 2  # reading, and setting the volume


def store_sound(clip: SourceClip, path: Path, monitor: Monitor = SILENT) -> None:
    """Store a clip's sound: a WAV as it is, others, and parts of files, as 16-bit WAV.

    Raises RatingError or AudioFileError.
    """
    if clip.path.suffix.lower() == ".wav" and clip.span is None:
        _write(path, _bytes(clip.path))
        return
    first, last = clip.span or (0.0, checks.LONGEST_CLIP)
    with decoding(clip.path, STAGE, monitor) as sound, disk_explained(path):
        start, stop = round(first * sound.rate), round(last * sound.rate)
        parts, done = [np.empty((0, sound.channels), "<i2")], 0
        for block in sound.blocks:
            part = block[max(start - done, 0) : max(stop - done, 0)]
            parts.append(np.clip(np.round(part * 32768.0), -32768, 32767).astype("<i2"))
            done += len(block)
            if done > stop:
                break
        if clip.span is None and done > stop:
            raise RatingError(
                f"'{clip.path.name}' is longer than {checks.LONGEST_CLIP:g} s; cut it shorter."
            )
        with path.open("wb") as stream:
            with wave.open(stream, "wb") as writer:
                writer.setnchannels(sound.channels)
                writer.setsampwidth(2)
                writer.setframerate(sound.rate)
                writer.writeframes(np.concatenate(parts).tobytes())
            stream.flush()
            os.fsync(stream.fileno())


def _animation(
    plan: Plan, clip: SourceClip, condition: Condition, sound: Path, animate: Animate
) -> Animation:
    """The face of one stimulus; of a reference, the recorded track on the first one's face."""
    if condition.reference:
        assert clip.track is not None  # a plan without was refused
        first = next(c for c in plan.study.conditions if not c.reference)
        return reference_animation(clip.track, _told(clip, first, sound, animate))
    return _told(clip, condition, sound, animate)


def _told(clip: SourceClip, condition: Condition, sound: Path, animate: Animate) -> Animation:
    settings = condition.settings
    if clip.told and settings.emotion == AUTOMATIC and not settings.segments:
        settings = replace(settings, emotion=clip.emotion)
    animation = animate(sound, replace(condition, settings=settings))
    if animation.settings != settings:
        raise RatingError(f"'{clip.id}' was animated with other settings than were asked for.")
    return animation


def _check_animation(animation: Animation, stimulus: Stimulus, condition: Condition | None) -> None:
    """Refuse an animation that is of another sound or cannot be drawn."""
    source: Source = animation.source
    model = animation.shape_model
    if source.sha256 != stimulus.sound_sha256:
        raise RatingError(f"The animation of '{stimulus.id}' is of another sound than its own.")
    timeline = animation.timeline
    end = timeline.start + timeline.count / timeline.rate
    beyond = not 0 <= timeline.start < _EDGE or abs(end - animation.duration) > _EDGE
    if timeline.rate != FRAMES_PER_SECOND or beyond:
        raise RatingError(f"The animation of '{stimulus.id}' does not cover its sound.")
    arrays = (animation.shape.parameters, model.mean, model.components, model.head)
    if not all(np.isfinite(array).all() for array in arrays):
        raise RatingError(f"The animation of '{stimulus.id}' holds numbers that are not finite.")
    if condition is not None and not 0 < animation.duration <= checks.LONGEST_CLIP:
        raise RatingError(
            f"The clip '{stimulus.clip}' lasts {animation.duration:.1f} s; expected up to "
            f"{checks.LONGEST_CLIP:g} s."
        )


def _check_lengths(stimuli: dict[str, Stimulus]) -> None:
    lengths: dict[str, float] = {}
    for stimulus in stimuli.values():
        if lengths.setdefault(stimulus.clip, stimulus.duration) != stimulus.duration:
            raise RatingError(f"The clip '{stimulus.clip}' lasts longer under one condition.")


def _finished(study: Study) -> Study:
    """What can only be said now; folders of this machine are nobody else's business."""
    weighed = tuple(
        replace(condition, weights=Path(condition.weights).name) for condition in study.conditions
    )
    consent = study.consent.replace("{minutes}", str(minutes(study)))
    return replace(study, conditions=weighed, consent=consent)


def _write(path: Path, data: bytes) -> None:
    try:
        with atomic_binary(path) as stream:
            stream.write(data)
    except ExportError as problem:
        raise RatingError(str(problem)) from problem


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as problem:
        raise RatingError(f"'{path.name}' cannot be read: {problem.strerror}.") from problem
    if len(data) > MOST_BYTES:
        raise RatingError(f"'{path.name}' is larger than {MOST_BYTES >> 20} MB.")
    return data


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while data := stream.read(_BLOCK):
                digest.update(data)
    except OSError as problem:
        raise RatingError(f"'{path.name}' cannot be read: {problem.strerror}.") from problem
    return digest.hexdigest()


def _changed(name: str) -> str:
    return f"'{name}' is not the one that was frozen; bring the study's own file back."
