"""Chance that anybody can recompute: seeded, unbiased, and the same in every version of numpy.

Words of 64 bits come from PCG64 (O'Neill 2014, XSL-RR, 128-bit state), which numpy
seeds from 32-bit numbers by `SeedSequence`; both are specified to the bit and do not
change. All else is done here, because numpy's own `shuffle` and `integers` may change
with its version.
"""

from collections.abc import Sequence
from typing import TypeVar

from numpy.random import PCG64, SeedSequence

MOST = (1 << 32) - 1  # of a seed or a row: one word of the seed sequence each
_WORD = 64
T = TypeVar("T")


class Dice:
    """A stream of chance named by numbers from 0 to `MOST`, such as a seed and a row.

    Raises ValueError for other numbers.
    """

    def __init__(self, *name: int) -> None:
        if not all(0 <= number <= MOST for number in name):
            raise ValueError(f"a seed and a row must be from 0 to {MOST}, not {name}")
        self._words = PCG64(SeedSequence(name))

    def below(self, bound: int) -> int:
        """A whole number from 0 to `bound` - 1, all alike.

        As many words as hold the bound, the first the highest, cut to its bits from
        above; a number that is not below the bound is drawn again, which happens less
        than every second time.
        """
        if bound < 1:
            raise ValueError(f"there is no whole number from 0 to {bound - 1}")
        bits = (bound - 1).bit_length()
        words = -(-bits // _WORD)
        while True:
            number = 0
            for _ in range(words):
                number = number << _WORD | int(self._words.random_raw())
            number >>= words * _WORD - bits
            if number < bound:
                return number

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All orders alike (Fisher and Yates; Durstenfeld 1964): from the last place down,
        each place gets one of those not yet placed."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            chosen = self.below(last + 1)
            result[last], result[chosen] = result[chosen], result[last]
        return result
