"""The one call through which long work reports progress and hears of a cancel."""

from collections.abc import Mapping


class Monitor:
    """Subclasses show the progress, and raise `Cancelled` in `step` to stop the work.

    This base class listens to nothing, so functions take ``monitor=SILENT``.
    """

    def step(self, stage: str, done: float, total: float) -> None:
        """Report that `done` of `total` units of `stage` are finished."""

    def figures(self, values: Mapping[str, float]) -> None:
        """Numbers about the work that the next `step` reports, such as the loss."""

    def notice(self, message: str) -> None:
        """Tell the person something that changes how the result was made."""


SILENT = Monitor()
