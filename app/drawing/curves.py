"""Smooth curves through points, and strokes that swell and taper like a pen's."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtGui import QPainterPath

Points = NDArray[np.float64]  # (n, 2)
NEAR = 1e-4  # points nearer than this are told apart by this, so that nothing is divided by 0


def spline(points: ArrayLike, closed: bool = False) -> QPainterPath:
    """A centripetal Catmull-Rom curve through points (n, 2), which has no loops or overshoot."""
    path = QPainterPath()
    add_spline(path, points, closed)
    return path


def add_spline(path: QPainterPath, points: ArrayLike, closed: bool = False) -> None:
    """Go on from where `path` ends (or begin it) through points (n, 2), n >= 2."""
    given = np.asarray(points, np.float64)
    before, after = _handles(given, closed)
    ends = np.concatenate([given[1:], given[:1]]) if closed else given[1:]
    if path.elementCount() == 0:
        path.moveTo(*given[0])
    else:
        path.lineTo(*given[0])
    for (ax, ay), (bx, by), (x, y) in zip(
        before.tolist(), after.tolist(), ends.tolist(), strict=True
    ):
        path.cubicTo(ax, ay, bx, by, x, y)
    if closed:
        path.closeSubpath()


def _handles(points: Points, closed: bool) -> tuple[Points, Points]:
    """Both Bezier handles of every stretch between two points."""
    if closed:
        line = np.concatenate([points[-1:], points, points[:2]])
    else:
        line = np.concatenate(
            [2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]]
        )
    length = np.maximum(np.hypot(*np.diff(line, axis=0).T), NEAR)[:, None]
    root = np.sqrt(length)
    d1, d2, d3 = length[:-2], length[1:-1], length[2:]
    r1, r2, r3 = root[:-2], root[1:-1], root[2:]
    p0, p1, p2, p3 = line[:-3], line[1:-2], line[2:-1], line[3:]
    first = (d1 * p2 - d2 * p0 + (2 * d1 + 3 * r1 * r2 + d2) * p1) / (3 * r1 * (r1 + r2))
    second = (d3 * p1 - d2 * p3 + (2 * d3 + 3 * r3 * r2 + d2) * p2) / (3 * r3 * (r3 + r2))
    return first, second


def between(upper: ArrayLike, lower: ArrayLike) -> QPainterPath:
    """The area between two curves that run the same way from one common end to the other."""
    return enclosed(spline(upper), spline(lower))


def enclosed(upper: QPainterPath, lower: QPainterPath) -> QPainterPath:
    """The same of curves that are already drawn."""
    path = QPainterPath(upper)
    path.connectPath(lower.toReversed())
    path.closeSubpath()
    return path


def swelling(points: ArrayLike, widths: Sequence[float]) -> QPainterPath:
    """The area of a stroke along points (n, 2) that is `widths` (n) wide at them."""
    line = np.asarray(points, np.float64)
    ahead = np.gradient(line, axis=0)
    ahead /= np.maximum(np.hypot(*ahead.T), NEAR)[:, None]
    aside = ahead[:, ::-1] * (-1.0, 1.0) * (np.asarray(widths, np.float64) / 2)[:, None]
    return between(line + aside, line - aside)


def along(points: ArrayLike, count: int) -> Points:
    """`count` points (count, 2) at even steps along the curve through points (n, 2)."""
    path = spline(points)
    places = (path.pointAtPercent(step / (count - 1)) for step in range(count))
    return np.array([(place.x(), place.y()) for place in places])
