"""Undo and redo over states that never change: a list of them and a place in it."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")
MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class _Step(Generic[T]):
    """One thing a person did."""

    label: str
    before: T
    after: T
    merge: Hashable | None


class History(Generic[T]):
    """The present state, the steps that led to it, and those taken back.

    States are frozen and compared with ==. The oldest steps go once there are more
    than `limit`. A new history is clean, unless it begins with something unsaved.
    """

    def __init__(self, state: T, *, clean: bool = True, limit: int = MOST_STEPS) -> None:
        if limit < 1:
            raise ValueError(f"a history must hold at least one step, not {limit}")
        self._state = state
        self._limit = limit
        self._done: list[_Step[T]] = []
        self._undone: list[_Step[T]] = []
        self._merging: Hashable | None = None
        self._saved: T | None = state if clean else None
        self._has_saved = clean

    @property
    def state(self) -> T:
        """What is so now."""
        return self._state

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back and nothing was done since."""
        return bool(self._undone)

    @property
    def undo_label(self) -> str:
        """What undo would take back, or ""."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """What redo would do again, or ""."""
        return self._undone[-1].label if self._undone else ""

    def push(self, label: str, state: T, merge: Hashable | None = None) -> None:
        """Do a step; what was undone before is gone. A state equal to the present is no step.

        Steps in a row with the same `merge` key, as a drag makes them, are one step,
        until `end_merge`, an undo, or a save.
        """
        if state == self._state:
            return
        if merge is not None and merge == self._merging:
            before = self._done.pop().before
        else:
            self.end_merge()
            before = self._state
        self._done.append(_Step(label, before, state, merge))
        del self._done[: -self._limit]
        self._undone.clear()
        self._merging = merge
        self._state = state

    def amend(self, state: T) -> None:
        """Correct the present without a step: something was found out that nobody did.

        A drag goes on, and what was saved still is.
        """
        if self.is_clean:
            self._saved = state
        if self._done:
            self._done[-1] = replace(self._done[-1], after=state)
        if self._undone:
            self._undone[-1] = replace(self._undone[-1], before=state)
        self._state = state

    def end_merge(self) -> None:
        """The next push is a step of its own; a drag back to where it began was no step."""
        if self._merging is not None and self._done[-1].before == self._done[-1].after:
            self._done.pop()
        self._merging = None

    def undo(self) -> T:
        """Take the last step back and return the state before it; the present if there is none."""
        self.end_merge()
        if self._done:
            step = self._done.pop()
            self._undone.append(step)
            self._state = step.before
        return self._state

    def redo(self) -> T:
        """Do again what undo took back and return the state; the present if there is none."""
        self.end_merge()
        if self._undone:
            step = self._undone.pop()
            self._done.append(step)
            self._state = step.after
        return self._state

    @property
    def is_clean(self) -> bool:
        """Whether the present state equals the one last saved."""
        return self._has_saved and self._state == self._saved

    def mark_clean(self) -> None:
        """The present state has been saved."""
        self.end_merge()
        self._saved, self._has_saved = self._state, True
