"""Reading speech: any sound file or video becomes a `Clip`, mono at 16 kHz, in bounded memory.

A file is read block by block to its real end; what its header claims is used only
to show progress and to notice that something is missing.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from core.audio_notices import PLAUSIBLE, Found, notices
from core.clip import SAMPLE_RATE, Clip, Samples, Source
from core.errors import AudioFileError
from core.monitor import SILENT, Monitor
from core.spool import Spool
from core.video_file import VIDEO_SUFFIXES
from core.video_sound import VideoSound, video_sound
from core.wav_header import Corrected, DataChunk, find_data, needs_correction

STAGE = "reading"
BLOCK_FRAMES = 1 << 16  # a few seconds, so that a cancel is heard within one
FLAC_FRAMES = 1 << 12  # libsndfile drops the whole block in which it finds damage
HASH_BYTES = 1 << 22
FORMATS = {
    "WAV", "WAVEX", "RF64", "W64", "FLAC", "OGG", "MP3", "AIFF", "AU", "CAF", "NIST",
}  # fmt: skip
LOSSY = {"OGG", "MP3", VideoSound.format}
LOWEST_RATE, HIGHEST_RATE = 4_000, 768_000  # Hz; speech needs 8,000, no sound card does more
MOST_CHANNELS = 64
LONGEST = PLAUSIBLE  # seconds; a small file can unpack to years of silence


class _Stream(soundfile.SoundFile):  # type: ignore[misc]
    """A sound file read from front to end.

    soundfile seeks after each block of a file that it holds for seekable, which costs
    MP3 its accuracy and a damaged FLAC the block.
    """

    def seekable(self) -> bool:
        return False


Stream = _Stream | VideoSound


def read_clip(path: str | os.PathLike[str], monitor: Monitor = SILENT) -> Clip:
    """Read a WAV (also RF64, W64), FLAC, OGG or MP3 file, or a video, as a mono clip at 16 kHz.

    Channels are averaged. Samples that are not numbers become 0 and samples beyond
    full scale are clipped to it, as a sound card would: the monitor gets a notice of
    that, and of a file that is cut short. The clip has at least one sample; more than
    ten minutes of them lie in a temporary file and are read by slices.

    Raises AudioFileError where there is nothing to read, and what `monitor.step` raises.
    """
    file = Path(path)
    name = printable_name(file)
    _check_file(file, name)
    digest = _sha256(file, name, monitor)
    with open_sound(file, name) as (stream, chunk, raw):
        rate, channels = stream.samplerate, stream.channels
        found = Found(claimed=stream.frames / rate, lossy=stream.format in LOSSY)
        found.rough = isinstance(stream, VideoSound)
        samples = _read(stream, found, name, monitor)
        if raw is not None and stream.format == "MP3":
            found.mp3_read = raw.tell()
    if found.duration == 0:
        raise AudioFileError(
            f"'{name}' holds no samples{' that can be decoded' if found.damaged else ''}; "
            "choose a file with some sound in it."
        )
    with _explained(name):
        messages = list(notices(file, name, chunk, found))
    for message in messages:
        monitor.notice(message)
    return Clip(samples, Source(name, digest, rate, channels, found.duration))


@dataclass(frozen=True, slots=True)
class Decoding:
    """A sound file being read from front to end at its own rate."""

    rate: int  # Hz
    channels: int
    blocks: Iterator[NDArray[np.float32]]  # (frames, channels), cleaned, overwritten by the next


@contextmanager
def decoding(
    path: str | os.PathLike[str], stage: str, monitor: Monitor = SILENT
) -> Iterator[Decoding]:
    """Open a file for reading as `read_clip` does, with the same checks and cleaning.

    Raises AudioFileError, also from the blocks, which raise what `monitor.step` does.
    """
    file = Path(path)
    name = printable_name(file)
    with open_sound(file, name) as (stream, _, _):
        found = Found(claimed=stream.frames / stream.samplerate)
        blocks = _blocks(stream, found, name, stage, monitor)
        yield Decoding(stream.samplerate, stream.channels, blocks)


def printable_name(file: Path) -> str:
    """What a file is called in messages."""
    return _printable(file.name or str(file))


def _printable(name: str) -> str:
    """A name that can be written as UTF-8; odd bytes of it become question marks."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _check_file(file: Path, name: str) -> None:
    """Refuse what is not a plain file with something in it."""
    right = "choose a WAV, FLAC, OGG or MP3 file"
    try:
        status = file.stat()
    except FileNotFoundError as problem:
        if file.is_symlink():
            raise AudioFileError(
                f"'{name}' is a link to '{_printable(str(file.readlink()))}', which does not "
                f"exist; {right}."
            ) from problem
        raise AudioFileError(
            f"There is no file '{_printable(str(file))}'; {right} that exists."
        ) from problem
    except (OSError, ValueError) as problem:  # no permission, a null character in the name
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise AudioFileError(f"'{name}' cannot be opened ({reason}); {right}.") from problem
    if stat.S_ISDIR(status.st_mode):
        raise AudioFileError(f"'{name}' is a folder; {right}.")
    if not stat.S_ISREG(status.st_mode):
        raise AudioFileError(f"'{name}' is a device, not a file; {right}.")
    if status.st_size == 0:
        raise AudioFileError(f"'{name}' is empty (0 bytes); {right} with some sound in it.")


def _check_layout(name: str, rate: int, channels: int) -> None:
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise AudioFileError(
            f"'{name}' has a sample rate of {rate} Hz; "
            f"expected one of {LOWEST_RATE} to {HIGHEST_RATE} Hz."
        )
    if not 1 <= channels <= MOST_CHANNELS:
        raise AudioFileError(
            f"'{name}' has {channels} channels; expected 1 to {MOST_CHANNELS} of them."
        )


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn errors of the disk into messages."""
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise AudioFileError(
            f"'{name}' cannot be read ({reason}); check the file, the permission to read it "
            "and the free space for temporary files."
        ) from problem


def _sha256(file: Path, name: str, monitor: Monitor) -> str:
    """Hash of the file's bytes, read by blocks."""
    digest = hashlib.sha256()
    with _explained(name):
        stream = file.open("rb")
    with stream:
        while True:
            monitor.step(STAGE, 0.0, 0.0)
            with _explained(name):
                data = stream.read(HASH_BYTES)
            if not data:
                return digest.hexdigest()
            digest.update(data)


@contextmanager
def open_sound(file: Path, name: str) -> Iterator[tuple[Stream, DataChunk | None, FileIO | None]]:
    """The file as a stream of frames, where its samples lie, and its bytes.

    The last only where soundfile reads it through Python. Raises AudioFileError when it
    is no sound file, nor a video by its name that has sound.
    """
    _check_file(file, name)
    if file.suffix.lower() in VIDEO_SUFFIXES:
        with video_sound(file, name) as sound:
            _check_layout(name, sound.samplerate, sound.channels)
            yield sound, None, None
        return
    with _explained(name):
        chunk = find_data(file)
    with ExitStack() as stack:
        raw: FileIO | None = None
        try:
            with _explained(name):
                if chunk and needs_correction(chunk):
                    raw = stack.enter_context(Corrected(file, chunk))
                # As bytes, which need not be text, except on Windows, which has none.
                path = str(file) if os.name == "nt" else os.fsencode(file)
                stream = stack.enter_context(_Stream(raw or path))
                if stream.format == "MP3":  # of which one wants to know how far it was read
                    raw = stack.enter_context(FileIO(file))
                    stream = stack.enter_context(_Stream(raw))
        except (soundfile.SoundFileError, TypeError) as problem:
            # TypeError: soundfile takes a name that ends in .raw for samples without a header
            raise AudioFileError(
                f"'{name}' is no sound file or its header is damaged; "
                "expected a WAV, FLAC, OGG or MP3 file."
            ) from problem
        if stream.format not in FORMATS:
            raise AudioFileError(
                f"'{name}' is a {stream.format} file; expected a WAV, FLAC, OGG or MP3 file."
            )
        _check_layout(name, stream.samplerate, stream.channels)
        yield stream, chunk, raw


def _read(stream: Stream, found: Found, name: str, monitor: Monitor) -> Samples:
    """All samples of the stream, mono at `SAMPLE_RATE`, at least one."""
    resample = _resampler(stream.samplerate)
    with Spool() as spool:
        for part in _blocks(stream, found, name, STAGE, monitor):
            with _explained(name):
                spool.add(resample(part.mean(axis=1), False))
        with _explained(name):
            spool.add(resample(np.empty(0, dtype=np.float32), True))
            if len(spool) == 0:  # a few frames at a high rate are less than one sample
                spool.add(np.zeros(1, dtype=np.float32))
            return spool.take()


def _blocks(
    stream: Stream, found: Found, name: str, stage: str, monitor: Monitor
) -> Iterator[NDArray[np.float32]]:
    """The stream's frames up to its real end or the first damage, cleaned, in one buffer."""
    length = FLAC_FRAMES if stream.format == "FLAC" else BLOCK_FRAMES
    block = np.empty((length, stream.channels), dtype=np.float32)
    total = found.claimed if found.claimed <= LONGEST else 0.0
    frames = 0
    while found.duration <= LONGEST:
        monitor.step(stage, found.duration, max(total, found.duration))
        try:
            part = stream.read(out=block)
        except soundfile.SoundFileError:
            found.damaged = True  # what came before is kept, and the person told
            return
        if len(part) == 0:
            return
        _clean(part, found)
        frames += len(part)
        found.duration = frames / stream.samplerate
        yield part
    raise AudioFileError(
        f"'{name}' is longer than {LONGEST // 3600} hours; cut it into shorter files."
    )


def _resampler(rate: int) -> Callable[[NDArray[np.float32], bool], NDArray[np.float32]]:
    """A function that takes the next block and whether it is the last one."""
    if rate == SAMPLE_RATE:
        return lambda block, _: block
    stream = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32", quality="HQ")
    return lambda block, last: stream.resample_chunk(block, last=last)


def _clean(part: NDArray[np.float32], found: Found) -> None:
    """Make a block, (frames, channels), finite and within full scale, in place."""
    peak = max(float(part.max()), -float(part.min()))
    if peak <= 1.0:  # false for NaN too
        return
    finite = np.isfinite(part)
    found.not_numbers += part.size - int(finite.sum())
    part[~finite] = 0.0
    loud = np.abs(part)
    found.clipped += int((loud > 1.0).sum())
    found.loudest = max(found.loudest, float(loud.max()))
    np.clip(part, -1.0, 1.0, out=part)
