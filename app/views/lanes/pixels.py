"""Columns of numbers as pixels, without a loop over them.

Areas and curves are painted as pictures, column by column, with soft edges above
and below. Qt's own polygons of 2,300 columns took 20 to 180 ms a lane: their cost
grows with how often edges cross.

Large arrays are changed in place here, not by `a * b + c`: to do that in place by
itself, numpy looks up its callers with the dynamic linker, which for 0.3 s is busy with
torch's libraries when the first clip is shown; for as long the window stood still.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPolygonF

Values = NDArray[np.float32]
Pixels = NDArray[np.uint32]  # 0xAARRGGBB, premultiplied, (height, width)


def coverage(top: Values, bottom: Values, height: int) -> Values:
    """How much of each pixel lies between two curves (columns,), y down: (height, columns)."""
    rows = np.arange(height, dtype=np.float32)[:, None]
    covered = np.minimum(bottom, rows + 1)
    covered -= np.maximum(top, rows)
    return np.clip(covered, 0.0, 1.0, out=covered)


def stroke(top: Values, bottom: Values, width: float) -> tuple[Values, Values]:
    """Both edges of a line of a `width` through ranges (columns,), each reaching to the next."""
    joined_top, joined_bottom = top.copy(), bottom.copy()
    half_way = (bottom[:-1] + top[1:]) / 2  # where a falling line meets its neighbour
    joined_bottom[:-1] = np.maximum(joined_bottom[:-1], half_way)
    joined_top[1:] = np.minimum(joined_top[1:], half_way)
    half_way = (top[:-1] + bottom[1:]) / 2  # and a rising one
    joined_top[:-1] = np.minimum(joined_top[:-1], half_way)
    joined_bottom[1:] = np.maximum(joined_bottom[1:], half_way)
    return joined_top - width / 2, joined_bottom + width / 2


def tint(colour: QColor, covered: Values) -> QImage:
    """One colour, as opaque as pixels are covered, (height, columns)."""
    share = covered * (255 * colour.alphaF())
    share += 0.5
    alpha = share.astype(np.uint8)
    shades = np.arange(256, dtype=np.uint32)
    parts = [(shades * part + 127) // 255 for part in (colour.red(), colour.green(), colour.blue())]
    table = (shades << 24) | (parts[0] << 16) | (parts[1] << 8) | parts[2]
    pixels: Pixels = table.astype(np.uint32)[alpha]
    return image(pixels)


def stacked(edges: Values, colours: Sequence[QColor], height: int) -> Pixels:
    """Areas one below the other: `edges` (columns, n - 1), y down, part `n` colours from above."""
    rows = np.arange(height, dtype=np.float32)[:, None] + 0.5
    index = np.zeros((height, len(edges)), np.uint8)
    for edge in edges.T:
        index += rows > edge
    table = np.array([colour.rgb() for colour in colours], np.uint32)
    pixels: Pixels = table[index]
    channels = pixels.view(np.uint8).reshape(height, len(edges), 4)
    shades = table.view(np.uint8).reshape(-1, 4).astype(np.float32)
    columns = np.arange(len(edges))
    for below, edge in enumerate(edges.T, 1):  # soften the pixels that an edge runs through
        row = np.clip(edge, 0, height - 1).astype(np.intp)
        part = np.clip(edge - row, 0, 1)[:, None]
        upper = shades[np.minimum(index[np.maximum(row - 1, 0), columns], below - 1)]
        lower = shades[np.maximum(index[np.minimum(row + 1, height - 1), columns], below)]
        channels[row, columns] = (upper * part + lower * (1 - part) + 0.5).astype(np.uint8)
    return pixels


def image(pixels: Pixels) -> QImage:
    """A picture that owns its memory."""
    rows = np.ascontiguousarray(pixels)
    height, width = rows.shape
    kind = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(rows.data, width, height, width * 4, kind).copy()


def points(places: Sequence[tuple[float, float]]) -> QPolygonF:
    """A small shape."""
    return QPolygonF([QPointF(x, y) for x, y in places])
