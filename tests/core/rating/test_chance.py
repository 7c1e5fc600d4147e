"""Chance that anybody can recompute, and orders counted exactly."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dice import Dice
from core.rating import arrangements
from tests.core.rating.pcg64 import M32, Recomputed


@pytest.mark.parametrize("name", [(0,), (7, 0), (7, 13), (M32, M32), (1, 0, 2)])
def test_chance_can_be_recomputed_elsewhere(name: tuple[int, ...]) -> None:
    bounds = (1, 2, 3, 14, 2**64, 2**64 + 1, 10**40)
    ours, theirs = Dice(*name), Recomputed(*name)
    assert [ours.below(b) for b in bounds] == [theirs.below(b) for b in bounds]


@pytest.mark.parametrize("name", [(-1,), (0, M32 + 1)])
def test_dice_refuse_what_would_not_be_recomputed(name: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must be from 0 to 4294967295"):
        Dice(*name)


@given(st.lists(st.integers(1, 3), min_size=1, max_size=4), st.integers(0, 10**6))
def test_arrangements_are_counted_right(amounts: list[int], seed: int) -> None:
    letters = [kind for kind, amount in enumerate(amounts) for _ in range(amount)]
    if len(letters) > 8:
        letters, amounts = letters[:8], [letters[:8].count(k) for k in range(len(amounts))]
    words = {w for w in permutations(letters) if all(a != b for a, b in pairwise(w))}
    assert arrangements.count(amounts) == len(words)
    if words:
        assert tuple(arrangements.draw(amounts, Dice(seed))) in words
    else:
        with pytest.raises(ValueError, match="no such order"):
            arrangements.draw(amounts, Dice(seed))


def test_two_of_each_kind_are_the_published_sequence() -> None:
    counts = [arrangements.count([2] * kinds) for kinds in range(8)]
    assert counts == [1, 0, 2, 30, 864, 39_480, 2_631_600, 241_133_760]  # OEIS A114938
