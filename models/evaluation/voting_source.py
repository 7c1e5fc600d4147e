"""What the network that is transferred from learns first: Milde and Biemann 2015, 2.5."""

from collections.abc import Sequence

from core.corpora.splits import Split
from models.training.local_windows import labels_by
from models.training.recordings import Recording


def source_labels(recordings: Sequence[Recording], source: str) -> tuple[list[str], list[int]]:
    """What the network that is transferred from learns to tell."""
    return labels_by(recordings, lambda r: str(getattr(r.utterance, source)))


def lacking_source(recordings: Sequence[Recording], folds: Sequence[Split], source: str) -> str:
    """Why nothing can be transferred in some fold; nothing where it can in all."""
    for split in folds:
        names, _ = source_labels([recordings[i] for i in split.train], source)
        if len(names) < 2:
            return (
                f"rows of transfer are left out: all recordings to learn from in {split.name} have "
                f"the same {source}, and a network to transfer from needs two"
            )
    return ""
