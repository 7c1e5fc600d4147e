"""The lanes along the time axis: see `LanesView`."""

from app.views.lanes.lanes_view import LanesView

__all__ = ["LanesView"]
