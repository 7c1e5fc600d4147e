"""Data sets on disk: `CORPORA` is the table of layouts, `read_corpus` reads any of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from core.corpora.corpus import Corpus
from core.corpora.cremad import parse_cremad
from core.corpora.emodb import parse_emodb
from core.corpora.grid import parse_grid, read_grid_corpus
from core.corpora.listing import Listing, list_files
from core.corpora.manifest import FILE as MANIFEST_FILE
from core.corpora.manifest import LAYOUT as MANIFEST_LAYOUT
from core.corpora.manifest import manifest_fits, read_manifest
from core.corpora.named import Parse, read_named
from core.corpora.ravdess import parse_ravdess
from core.corpora.savee import parse_savee
from core.corpora.tracked import with_tracks
from core.errors import CorpusError
from core.monitor import SILENT, Monitor

MANIFEST = "manifest"
CLEARLY = 0.9  # of all files that any layout knows, where one is taken for the corpus


@dataclass(frozen=True, slots=True)
class Reader:
    """One layout: how it looks, how many files of a listing fit, and how it is read."""

    title: str
    layout: str
    fits: Callable[[Listing], int]
    read: Callable[[Listing, Monitor], Corpus]


def _fitting(parse: Parse, listing: Listing) -> int:
    """How many files are named as `parse` expects."""
    count = 0
    for path in listing.files:
        try:
            parse(path.absolute())
        except CorpusError:
            continue
        count += 1
    return count


def _named(name: str, title: str, layout: str, parse: Parse) -> Reader:
    """A corpus whose file names tell everything."""
    return Reader(title, layout, partial(_fitting, parse), partial(read_named, name, parse))


CORPORA: dict[str, Reader] = {
    "savee": _named("savee", "SAVEE", "AudioData/DC/a01.wav or DC_a01.wav", parse_savee),
    "ravdess": _named("ravdess", "RAVDESS", "Actor_12/03-01-05-02-01-01-12.wav", parse_ravdess),
    "cremad": _named("cremad", "CREMA-D", "AudioWAV/1001_DFA_ANG_XX.wav", parse_cremad),
    "emodb": _named("emodb", "EmoDB", "wav/03a01Fa.wav", parse_emodb),
    "grid": Reader("GRID", "s1/bbaf2n.wav", partial(_fitting, parse_grid), read_grid_corpus),
    MANIFEST: Reader("a manifest", MANIFEST_LAYOUT, manifest_fits, read_manifest),
}


def read_corpus(
    path: Path, name: str | None = None, monitor: Monitor = SILENT, tracks: Path | None = None
) -> Corpus:
    """The corpus at a path, by the layout of a name in CORPORA or the one that fits.

    Every file is opened, and what is wrong with one becomes a problem of the corpus.
    `tracks` is where `visemo track --corpus` wrote, if not to the corpus's own folder.
    Raises CorpusError when nothing there can be used, or it is not clear which layout it
    is, saying what the known ones look like.
    """
    corpus = survey(path, name, monitor, tracks)
    if not corpus.utterances:
        counts = Counter(problem.kind for problem in corpus.problems)
        wrong = "; ".join((*(f"{kind}: {n}" for kind, n in counts.items()), *corpus.notes))
        first = corpus.problems[0] if corpus.problems else None
        raise CorpusError(
            f"'{path}' holds nothing of {corpus.name} that can be used"
            + (f" ({wrong})" if wrong else "")
            + (f"; the first is '{first.path}', which {first.reason}" if first else "")
            + f". Expected {CORPORA[name].layout if name else 'whole recordings'}."
        )
    return corpus


def survey(
    path: Path, name: str | None = None, monitor: Monitor = SILENT, tracks: Path | None = None
) -> Corpus:
    """As `read_corpus`, but a corpus of which nothing can be used is no error."""
    if name is not None and name not in CORPORA:
        raise CorpusError(f"There is no layout '{name}'; expected one of {', '.join(CORPORA)}.")
    listing = list_files(Path(path), monitor)
    layout, notes = (name, ()) if name else _recognised(listing)
    corpus = with_tracks(CORPORA[layout].read(listing, monitor), tracks)
    return replace(corpus, layout=layout, notes=(*corpus.notes, *notes))


def _recognised(listing: Listing) -> tuple[str, tuple[str, ...]]:
    """The layout of a listing, and what to tell of it. Raises CorpusError for none or several.

    A table called as manifests are is there on purpose, and goes before names of files.
    """
    counts = {name: reader.fits(listing) for name, reader in CORPORA.items()}
    found = {name: count for name, count in counts.items() if count}
    if found.pop(MANIFEST, 0):
        return MANIFEST, tuple(
            f"files named as those of {name}, read as {MANIFEST_FILE} says (for their names, "
            f"`visemo corpus --name {name}`, or another name for the table): {count}"
            for name, count in found.items()
        )
    for name, count in found.items():
        if count >= CLEARLY * sum(found.values()):
            return name, ()
    known = "; ".join(f"{name}: {reader.layout}" for name, reader in CORPORA.items())
    if not found:
        what = f"{len(listing.files)} recordings" if listing.files else "no recordings"
        raise CorpusError(
            f"'{listing.path}' is no corpus of a known layout: it holds {what}, and none is named "
            f"as one expects. Known are {known}.{_hint(listing)}"
        )
    fitting = ", ".join(f"{name} ({count} files)" for name, count in found.items())
    raise CorpusError(
        f"'{listing.path}' may be any of {fitting}; name a folder that holds one corpus, or one "
        f"of them with `visemo corpus --name`. Known are {known}."
    )


def _hint(listing: Listing) -> str:
    """That a table in the folder may be meant, under another name than that of manifests."""
    table = next((path for path in listing.others if path.suffix.lower() == ".csv"), None)
    return f" If '{table.name}' is a manifest, name it instead of the folder." if table else ""
