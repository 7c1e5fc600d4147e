"""Where an evaluation's numbers come from: enough to make them again."""

import os
import platform
from collections import Counter
from collections.abc import Sequence

import numpy
import scipy
import torch

from core.corpora.corpus import Corpus
from core.corpora.utterance import Utterance
from core.report.markup import counted
from core.version import program_version
from models.checkpoint import Described

MOST_LISTED = 5  # problems that are named; the others are counted

Rows = list[tuple[str, str]]


def program_rows(command: str, seconds: float, device: str) -> Rows:
    """Command, version, machine, time taken."""
    processor = platform.processor() or platform.machine()
    threads = counted(torch.get_num_threads(), "thread")
    return [
        ("Command", command),
        ("Version", f"visemo {program_version()}; Python {platform.python_version()}, "
         f"numpy {numpy.__version__}, scipy {scipy.__version__}, torch {torch.__version__}"),
        ("Machine", f"{platform.system()} {platform.release()}, {processor}, "
         f"{os.cpu_count()} cores, networks on {device} with {threads}"),
        ("Time taken", f"{seconds:.0f} s"),
    ]  # fmt: skip


def weights_rows(files: Sequence[Described]) -> Rows:
    """Each checkpoint with its hash, recipe and seed."""
    lines = [
        f"{f.path.name}: {f.description.id}, recipe {f.description.provenance.recipe}, seed "
        f"{f.description.provenance.seed}, sha256 {f.sha256}"
        for f in files
    ]
    return [("Weights", "\n".join(lines))]


def data_rows(corpora: Sequence[Corpus], judged: Sequence[Utterance]) -> Rows:
    """What there was, what was judged, and what could not be used."""
    rows: Rows = []
    for corpus in corpora:
        there = set(corpus.utterances)
        own = [u for u in judged if u in there]
        speakers = Counter(u.speaker for u in own)
        lines = [
            f"{len(corpus.utterances)} utterances in {corpus.folder.name}, {len(own)} judged: "
            + (", ".join(f"{name} ({n})" for name, n in sorted(speakers.items())) or "none")
        ]
        lines += problem_lines([(str(p.path), p.reason) for p in corpus.problems])
        rows.append((f"Data: {corpus.name}", "\n".join(lines)))
    return rows


def problem_lines(problems: Sequence[tuple[str, str]]) -> list[str]:
    """The first ones by name, the rest as a count."""
    if not problems:
        return []
    lines = [f"left out, {len(problems)}:"]
    lines += [f"{path}: {reason}" for path, reason in problems[:MOST_LISTED]]
    more = len(problems) - MOST_LISTED
    return [*lines, *([f"and {more} more"] if more > 0 else [])]
