"""Runs that `visemo train` has finished, judged on what they have not learned from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from core.corpora.splits import Split
from core.corpora.utterance import Utterance, located
from core.errors import ReportError
from core.monitor import SILENT, Monitor
from models.device import choose
from models.evaluation.folds import TEST, VALIDATION, FoldFindings, findings, titled
from models.evaluation.run_judging import Asked, RunFindings, judge_recordings
from models.evaluation.run_networks import RunNetworks
from models.training.recipe_file import Recipe
from models.training.recordings import Recording

OTHERS = "others"  # recordings that the run has never met
_TELLING = 3  # last parts of a path by which a recording is known again


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its folder, its recipe, and what its split was."""

    folder: Path
    recipe: Recipe
    split: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "Run":
        """Raises ReportError for what is none."""
        try:
            recipe = msgspec.toml.decode((folder / "recipe.toml").read_bytes(), type=Recipe)
            split = json.loads((folder / "split.json").read_text(encoding="utf-8"))
            if not (folder / "metrics.json").is_file():
                raise ReportError(f"'{folder}' is not finished; go on with `visemo train`.")
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise ReportError(
                f"'{folder}' is no run of `visemo train` ({error}); name a folder with recipe.toml."
            ) from error
        return cls(folder, recipe, split)

    def parts(self) -> dict[str, str]:
        """The part of each recording, by the end of its path."""
        folder = Path(self.split["folder"])
        return {
            _end(folder / name): part
            for part in ("train", VALIDATION, TEST)
            for name in self.split.get(part, ())
        }


def judge_runs(
    runs: Sequence[Run],
    recordings: Sequence[Recording],
    device: str = "auto",
    monitor: Monitor = SILENT,
) -> list[FoldFindings]:
    """Every split by itself; runs of the same split are judged together.

    On its test, and on recordings it never met, by speakers it never met; where there are
    neither, on its validation. Raises ReportError where there is nothing of these.
    """
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(json.dumps(run.split, sort_keys=True), []).append(run)
    where = choose(device)
    result = []
    for group in groups.values():
        split, others = _split(group[0], recordings)
        parts = [(TEST, i) for i in split.test] + [(OTHERS, i) for i in others]
        parts = parts or [(VALIDATION, i) for i in split.validation]
        folders = [run.folder for run in group]
        judged = RunFindings()
        if recordings:
            if not parts:
                raise ReportError(
                    f"None of the recordings is of the validation or the test of "
                    f"'{group[0].folder}', or of speakers it never met; name its corpora."
                )
            strangers = {recordings[index].utterance.speaker for index in others}
            label = partial(_label, strangers)
            whole = len(split.train) == len(group[0].split["train"])  # or the space is another
            learned = split.train if whole else ()
            asked = Asked(parts, (TEST, OTHERS, VALIDATION), label, learned)
            networks = RunNetworks.read(folders)
            judged = judge_recordings(networks, recordings, asked, where, monitor)
        name = group[0].folder.as_posix()  # folders of one name may lie in several
        result.append(findings(name, folders, split, judged))
    return result


def _label(strangers: set[str], utterance: Utterance) -> str:
    """Speakers never met stand in rows of their own."""
    return titled(utterance) + (" (never met)" if utterance.speaker in strangers else "")


def _split(run: Run, recordings: Sequence[Recording]) -> tuple[Split, list[int]]:
    """The run's split as indices, and who is in none of its parts, nor known to it by voice."""
    known = run.parts()
    parts = [known.get(_end(r.utterance.audio), "") for r in recordings]
    # By name too: a copy of the corpus in other folders holds nobody whom the run never met.
    speakers = run.split.get("speakers", {})
    met = {name for part in ("train", VALIDATION) for name in speakers.get(part, ())}
    met |= {r.utterance.speaker for r, part in zip(recordings, parts, strict=True) if part}
    train, validation, test = (
        tuple(i for i, part in enumerate(parts) if part == wanted)
        for wanted in ("train", VALIDATION, TEST)
    )
    others = [i for i, r in enumerate(recordings)
              if not parts[i] and r.utterance.speaker not in met]  # fmt: skip
    return Split(str(run.split.get("protocol", "")), train, validation, test), others


def _end(path: Path) -> str:
    return "/".join(located(path).parts[-_TELLING:])
