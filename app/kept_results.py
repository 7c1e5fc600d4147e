"""Results of the clips looked at last, so that turning back to one shows it at once."""

from collections import OrderedDict
from collections.abc import Container
from pathlib import Path

from app.result import Result

MOST = 8  # clips
MOST_SECONDS = 20 * 60.0  # of sound in them


class KeptResults:
    """By path; those not looked at for longest go first."""

    def __init__(self) -> None:
        self._results: OrderedDict[Path, Result] = OrderedDict()
        self._short_of_memory: set[Path] = set()

    def get(self, path: Path) -> Result | None:
        """What there is of a clip."""
        return self._results.get(path)

    def keep(self, path: Path, result: Result) -> None:
        """Another result, of the clip looked at now."""
        self._results[path] = result
        self._results.move_to_end(path)
        while len(self._results) > 1 and (
            len(self._results) > MOST or self._seconds() > MOST_SECONDS
        ):
            self._results.popitem(last=False)

    def look_at(self, path: Path) -> None:
        """A clip is looked at again."""
        if path in self._results:
            self._results.move_to_end(path)

    def drop(self, path: Path) -> None:
        """A clip is to be read anew."""
        self._results.pop(path, None)

    def drop_others(self, clips: Container[Path]) -> None:
        """Of the clips that there are, keep all."""
        for path in [path for path in self._results if path not in clips]:
            del self._results[path]

    def keep_sounds(self) -> None:
        """Others are to hear them: the sounds stay, what was heard in them goes."""
        for path, result in self._results.items():
            self._results[path] = Result(result.heard)

    def clear(self) -> None:
        """Drop all."""
        self._results.clear()

    def make_room(self, path: Path) -> bool:
        """Drop all for a clip that memory did not suffice for; False where that was done before."""
        if path in self._short_of_memory:
            return False
        self._short_of_memory.add(path)
        self.clear()
        return True

    def _seconds(self) -> float:
        return sum(result.heard.clip.duration for result in self._results.values())
