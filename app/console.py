"""What a command says: plain lines for people, or JSON lines for programs."""

import json
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from app.shares import percent

if TYPE_CHECKING:
    from core.emotion import EmotionMix

SPARSE = 10.0  # seconds between lines of progress where they cannot be overwritten
NAME_COLUMNS = 40  # of the line of progress
SHOWN = ("epoch", "loss", "validation_loss", "score")  # of the figures, on that line


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of one file, or of one stage where there are no files."""

    file: str  # as given; "" where there is none
    number: int  # of the file, from 1
    files: int
    stage: str
    done: float  # of `total` units of the stage
    total: float
    part: float  # done of everything that `seconds_left` is about, 0 to 1
    elapsed: float  # seconds since the start
    seconds_left: float | None  # None while nobody can know
    figures: Mapping[str, float] = field(default_factory=dict)  # such as the loss


class Report:
    """Where a command's words go."""

    def progress(self, step: Step) -> None:
        """Work goes on."""

    def note(self, file: str, message: str) -> None:
        """Something changed how the result was made."""

    def error(self, file: str, message: str) -> None:
        """A file, or with "" the whole run, could not be done."""

    def written(self, file: str, paths: Sequence[Path], heard: "EmotionMix") -> None:
        """A file is done."""

    def made(
        self, file: str, paths: Sequence[Path], words: str, figures: Mapping[str, object]
    ) -> None:
        """A file is done: what came of it in words, and as figures."""

    def finished(self, done: int, failed: int) -> None:
        """So many files are done, so many could not be."""


class TextReport(Report):
    """Results on one stream, all else on another; `quiet` leaves out results and progress."""

    def __init__(self, out: TextIO, err: TextIO, quiet: bool = False) -> None:
        self._out, self._err, self._quiet = out, err, quiet
        self._live = err.isatty()
        self._columns = 0  # that the line of progress takes up at present
        self._next = SPARSE

    def progress(self, step: Step) -> None:
        """A line that is overwritten on a terminal; one every ten seconds elsewhere."""
        if self._quiet:
            return
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            line = _clipped(_progress_line(step), width)
            columns = _columns(line)
            self._err.write("\r" + line + " " * max(self._columns - columns, 0))
            self._columns = columns
        elif step.elapsed >= self._next:
            self._next = step.elapsed + SPARSE
            self._err.write(_progress_line(step) + "\n")
        self._err.flush()

    def note(self, file: str, message: str) -> None:
        """On the second stream, also when quiet: the result is not what it seems."""
        self._tell(f"{_prefix(file)}note: {message}")

    def error(self, file: str, message: str) -> None:
        """On the second stream."""
        self._tell(f"{_prefix(file)}error: {message}")

    def written(self, file: str, paths: Sequence[Path], heard: "EmotionMix") -> None:
        """What was heard and where the files are, in one line."""
        self.made(file, paths, heard_as(heard), {})

    def made(
        self, file: str, paths: Sequence[Path], words: str, figures: Mapping[str, object]
    ) -> None:
        """The words and where the files are, in one line."""
        del figures
        if not self._quiet:
            self._clear()
            names = ", ".join(str(path) for path in paths)
            print(one_line(f"{file}: {words} -> {names}"), file=self._out, flush=True)

    def finished(self, done: int, failed: int) -> None:
        """A sum, where something failed among several."""
        self._clear()
        if failed and done + failed > 1:
            self._tell(f"visemo: {done} done, {failed} not")

    def _tell(self, line: str) -> None:
        self._clear()
        print(one_line(line), file=self._err, flush=True)

    def _clear(self) -> None:
        """Take the line of progress away."""
        if self._columns:
            self._err.write("\r" + " " * self._columns + "\r")
            self._err.flush()
            self._columns = 0


class JsonReport(Report):
    """One JSON object a line on one stream; errors also in plain words on another."""

    def __init__(self, out: TextIO, err: TextIO, quiet: bool = False) -> None:
        self._out, self._err, self._quiet = out, err, quiet

    def progress(self, step: Step) -> None:
        """`seconds_left` is null at first."""
        if not self._quiet:
            left = None if step.seconds_left is None else round(step.seconds_left, 1)
            figures = {"figures": dict(step.figures)} if step.figures else {}
            self._send(
                "progress", step.file, stage=step.stage,
                done=round(step.done, 3), total=round(step.total, 3), seconds_left=left, **figures,
            )  # fmt: skip

    def note(self, file: str, message: str) -> None:
        """As the object's `message`."""
        self._send("note", file, message=message)

    def error(self, file: str, message: str) -> None:
        """On both streams."""
        self._send("error", file, message=message)
        print(one_line(f"{_prefix(file)}error: {message}"), file=self._err, flush=True)

    def written(self, file: str, paths: Sequence[Path], heard: "EmotionMix") -> None:
        """With the utterance's two emotions and their weights."""
        emotion = {"top2": [heard.first, heard.second], "weights": list(heard.weights)}
        self.made(file, paths, "", {"utterance": emotion})

    def made(
        self, file: str, paths: Sequence[Path], words: str, figures: Mapping[str, object]
    ) -> None:
        """With the figures."""
        del words
        self._send("written", file, paths=[str(path) for path in paths], **figures)

    def finished(self, done: int, failed: int) -> None:
        """The last line."""
        self._send("finished", "", done=done, failed=failed)

    def _send(self, event: str, file: str, **rest: object) -> None:
        line = {"event": event, **({"file": file} if file else {}), **rest}
        print(json.dumps(line, allow_nan=False), file=self._out, flush=True)


def one_line(text: str) -> str:
    """`text` without line ends and other control characters, which a file name may hold."""
    printable = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter
        for letter in printable
    )


def heard_as(mix: "EmotionMix") -> str:
    """The utterance's emotions in words: "happy 80 %, sad 20 %"."""
    pairs = zip((mix.first, mix.second), mix.weights, strict=True)
    return ", ".join(f"{emotion} {percent(weight)}" for emotion, weight in pairs if weight)


def duration(seconds: float) -> str:
    """A time left in words, no more exact than it is."""
    if seconds < 60:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _prefix(file: str) -> str:
    return f"{file}: " if file else "visemo: "


def _progress_line(step: Step) -> str:
    name = _clipped(one_line(step.file), NAME_COLUMNS)
    count = f" ({step.number} of {step.files})" if step.files > 1 else ""
    left = "" if step.seconds_left is None else f", {duration(step.seconds_left)} left"
    numbers = "".join(
        f", {key.replace('_', ' ')} {step.figures[key]:.4g}" for key in SHOWN if key in step.figures
    )
    begin = f"{name}{count}{': ' if name else ''}{step.stage}"
    return f"{begin}, {percent(step.part)}{left}{numbers}"


def _columns(text: str) -> int:
    """Columns of a terminal that `text` takes; ideographs and emoji take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _clipped(text: str, columns: int) -> str:
    while _columns(text) > columns:
        text = text[:-1]
    return text
