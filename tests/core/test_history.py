"""Undo and redo, against lists that are kept by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.history import MOST_STEPS, History


def test_steps_back_and_forth() -> None:
    history = History("")
    for state in ("a", "ab", "abc"):
        history.push(f"type {state[-1]}", state)
    assert [history.undo(), history.undo()] == ["ab", "a"]
    assert (history.undo_label, history.redo_label) == ("type a", "type b")
    assert history.redo() == "ab" == history.state
    assert history.undo_label == "type b"


def test_a_new_step_forgets_what_was_undone() -> None:
    history = History(0)
    history.push("one", 1)
    history.undo()
    history.push("two", 2)
    assert not history.can_redo
    assert (history.redo(), history.undo()) == (2, 0)


def test_nothing_to_undo_or_redo_leaves_the_present() -> None:
    history = History(7)
    assert (history.undo(), history.redo()) == (7, 7)
    assert (history.can_undo, history.can_redo) == (False, False)
    assert (history.undo_label, history.redo_label) == ("", "")


def test_a_state_that_is_the_same_is_no_step() -> None:
    history = History(1)
    history.push("nothing", 1)
    assert not history.can_undo


def test_nothing_done_keeps_what_can_be_redone() -> None:
    history = History(1)
    history.push("two", 2)
    history.undo()
    history.push("nothing", 1)
    assert history.redo() == 2


def test_a_drag_is_one_step() -> None:
    history = History(0)
    history.push("before", 1)
    for state in (2, 3, 4):
        history.push("drag", state, merge="edge 1")
    assert history.undo() == 1
    assert history.redo() == 4


def test_another_drag_of_the_same_thing_is_another_step() -> None:
    history = History(0)
    history.push("drag", 1, merge="edge")
    history.end_merge()
    history.push("drag", 2, merge="edge")
    assert [history.undo(), history.undo()] == [1, 0]


def test_dragging_something_else_is_another_step() -> None:
    history = History(0)
    history.push("drag", 1, merge="edge")
    history.push("turn", 2, merge="gain")
    assert [history.undo(), history.undo()] == [1, 0]


@pytest.mark.parametrize("between", ["undo", "redo", "save", "step"])
def test_whatever_comes_between_ends_a_drag(between: str) -> None:
    history = History(0)
    history.push("drag", 1, merge="edge")
    if between == "undo":
        history.undo()
    elif between == "redo":
        history.redo()
    elif between == "save":
        history.mark_clean()
    else:
        history.push("other", 10)
    present = history.state
    history.push("drag", 2, merge="edge")
    assert history.undo() == present


def test_a_drag_back_to_where_it_began_is_no_step() -> None:
    history = History(0)
    for state in (1, 2, 0):
        history.push("drag", state, merge="edge")
    history.end_merge()
    assert not history.can_undo
    assert history.is_clean


def test_a_drag_that_ends_nowhere_leaves_the_step_before() -> None:
    history = History(0)
    history.push("one", 5)
    for state in (6, 5):
        history.push("drag", state, merge="edge")
    history.push("next", 9)
    assert [history.undo(), history.undo()] == [5, 0]


def test_a_correction_is_no_step() -> None:
    history = History("a")
    history.push("add", "ab")
    history.mark_clean()
    history.amend("aB")
    assert history.is_clean
    assert history.undo() == "a"
    assert history.redo() == "aB"


def test_a_correction_after_an_undo_can_be_redone_and_undone() -> None:
    history = History("a")
    history.push("add", "ab")
    history.undo()
    history.amend("A")
    assert history.redo() == "ab"
    assert history.undo() == "A"


def test_a_correction_does_not_end_a_drag() -> None:
    history = History(0)
    history.push("drag", 1, merge="edge")
    history.amend(100)
    history.push("drag", 2, merge="edge")
    assert history.undo() == 0


def test_a_correction_of_something_unsaved_leaves_it_unsaved() -> None:
    history = History(0)
    history.push("one", 1)
    history.amend(2)
    assert not history.is_clean
    assert history.undo() == 0
    assert history.is_clean


def test_clean_is_what_was_saved() -> None:
    history = History(0)
    assert history.is_clean
    history.push("one", 1)
    assert not history.is_clean
    history.mark_clean()
    history.push("two", 2)
    history.undo()
    assert history.is_clean
    history.undo()
    assert not history.is_clean


def test_coming_back_by_another_way_is_clean_too() -> None:
    history = History(0)
    history.push("on", 1)
    history.push("off", 0)
    assert history.is_clean


def test_what_was_recovered_is_not_saved() -> None:
    history = History(0, clean=False)
    assert not history.is_clean
    history.mark_clean()
    assert history.is_clean


def test_none_is_a_state_like_any_other() -> None:
    history: History[int | None] = History(None, clean=False)
    assert not history.is_clean
    history.push("one", 1)
    assert history.undo() is None


def test_the_oldest_steps_go() -> None:
    history = History(0)
    for state in range(1, MOST_STEPS + 101):
        history.push("step", state)
    undone = 0
    while history.can_undo:
        history.undo()
        undone += 1
    assert (undone, history.state) == (MOST_STEPS, 100)
    assert not history.is_clean


def test_a_history_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one step, not 0"):
        History(0, limit=0)


@given(st.lists(st.integers(0, 3)), st.integers(1, 5))
def test_undoing_everything_and_redoing_it_gives_the_same(states: list[int], limit: int) -> None:
    history = History(0, limit=limit)
    for state in states:
        history.push("step", state)
    last = history.state
    while history.can_undo:
        history.undo()
    while history.can_redo:
        history.redo()
    assert history.state == last


class Model(RuleBasedStateMachine):
    """Any order of everything, beside a list of states and a place in it."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History(0)
        self.states, self.place, self.key, self.saved = [0], 0, "", 0

    @rule(state=st.integers(0, 5), merge=st.sampled_from(["", "", "a", "b"]))
    def push(self, state: int, merge: str) -> None:
        self.history.push("step", state, merge or None)
        if state == self.states[self.place]:
            return
        if merge and merge == self.key:
            self.states[self.place] = state
        else:
            self.end()
            self.states = [*self.states[: self.place + 1], state]
            self.place += 1
        self.key = merge

    def end(self) -> None:
        if self.key and self.states[self.place] == self.states[self.place - 1]:
            self.states.pop()
            self.place -= 1
        self.key = ""

    @rule()
    def end_merge(self) -> None:
        self.history.end_merge()
        self.end()

    @rule()
    def undo(self) -> None:
        self.end()
        self.place = max(self.place - 1, 0)
        assert self.history.undo() == self.states[self.place]

    @rule()
    def redo(self) -> None:
        self.end()
        self.place = min(self.place + 1, len(self.states) - 1)
        assert self.history.redo() == self.states[self.place]

    @rule()
    def save(self) -> None:
        self.end()
        self.history.mark_clean()
        self.saved = self.states[self.place]

    @invariant()
    def agrees(self) -> None:
        assert self.history.state == self.states[self.place]
        assert self.history.can_undo == (self.place > 0)
        assert self.history.can_redo == (self.place + 1 < len(self.states))
        assert self.history.is_clean == (self.saved == self.states[self.place])


test_any_order_of_everything = Model.TestCase
