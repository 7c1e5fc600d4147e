"""Numbers and cells of text formats: the same bytes on every run, whatever the locale."""

import numpy as np
from numpy.typing import NDArray

POINT_DECIMALS = 5  # of inter-ocular units, less than a micrometre
SHARE_DECIMALS = 6  # of probabilities and weights
TIME_DECIMALS = 6  # of seconds
# Spreadsheets run cells that begin so; the wide forms are how East Asian input writes them.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """`text` from outside as a table cell that no spreadsheet takes for a formula.

    Only for text: numbers stay numbers. Quoting is left to the `csv` module.
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def rounded(values: NDArray[np.floating], decimals: int) -> NDArray[np.float64]:
    """Values as they will read with `decimals` decimals; never a negative zero."""
    exact: NDArray[np.float64] = values.astype(np.float64)
    return exact.round(decimals) + 0.0


def number(decimals: int) -> str:
    """The `%` format of a number; `%` knows no locale."""
    return f"%.{decimals}f"
