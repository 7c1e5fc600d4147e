"""Orders in which no kind follows itself: counted exactly, and drawn all alike.

With m_1, ..., m_k things of k kinds, the number of words with no two equal
neighbours is, by inclusion and exclusion over the runs (sequence A114938 of the OEIS
is two of each kind),

    N = sum over 1 <= j_i <= m_i of prod (-1)^(m_i - j_i) C(m_i - 1, j_i - 1) * (sum j)! / prod j_i!

Of those, the share that starts with kind i has the factor j_i / sum j in each term.
Drawing each next kind with the share of the words that go on with it makes every
word as likely as every other, without trying and rejecting.
"""

from collections.abc import Sequence
from math import comb

from core.dice import Dice

Counts = list[int]  # signed numbers of words made of runs, by how many runs they have


def count(amounts: Sequence[int]) -> int:
    """How many words there are with `amounts` of each kind and no two equal neighbours."""
    counts = [1]
    for amount in amounts:
        counts = _joined(counts, _runs(amount))
    return sum(counts)


def draw(amounts: Sequence[int], dice: Dice) -> list[int]:
    """One of them, all alike: the kind at each place. Raises ValueError where there is none."""
    left, word = list(amounts), list[int]()
    if count(left) == 0:
        raise ValueError("there is no such order")
    while any(left):
        shares = _starting_with(left)
        if word:
            shares[word[-1]] = 0
        place = dice.below(sum(shares))
        kind = 0
        while place >= shares[kind]:
            place -= shares[kind]
            kind += 1
        left[kind] -= 1
        word.append(kind)
    return word


def _starting_with(amounts: Sequence[int]) -> list[int]:
    """How many words start with each kind."""
    runs = [_runs(amount) for amount in amounts]
    before, after = [[1]], [[1]]  # all kinds before the first, the second, ...
    for own, later in zip(runs[:-1], runs[:0:-1], strict=True):
        before.append(_joined(before[-1], own))
        after.append(_joined(after[-1], later))
    others = map(_joined, before, reversed(after))
    return [
        sum(
            comb(rest + own - 1, own - 1) * number * factor
            for rest, number in enumerate(counts)
            for own, factor in enumerate(mine)
            if own and number
        )
        for mine, counts in zip(runs, others, strict=True)
    ]


def _runs(amount: int) -> Counts:
    """Of one kind alone."""
    if amount == 0:
        return [1]
    signed = [(-1) ** (amount - j) * comb(amount - 1, j - 1) for j in range(1, amount + 1)]
    return [0, *signed]


def _joined(one: Counts, other: Counts) -> Counts:
    """Of the kinds of both, their runs in any order."""
    result = [0] * (len(one) + len(other) - 1)
    for i, left in enumerate(one):
        if left:
            for j, right in enumerate(other):
                result[i + j] += comb(i + j, j) * left * right
    return result
