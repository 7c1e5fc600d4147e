"""Shares as people read them."""


def percent(share: float) -> str:
    """0.72 as "72 %"."""
    return f"{100 * share:.0f} %"
