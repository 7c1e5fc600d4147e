"""Our icons: single-colour drawings on a grid of 16, in the colours of the theme.

`resources/icons/NAME.svg` are black; black is what gets replaced.
"""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.theme import Theme
from resources import ICONS

SIZES = (16, 32, 64)  # device pixels; 64 serves 32 at twice the density
FADED = 0.4  # opacity of what cannot be chosen
_INK = b"#000000"


def names() -> list[str]:
    """Every icon there is."""
    return sorted(path.stem for path in ICONS.glob("*.svg"))


def icon(name: str, theme: Theme, colour: str | None = None) -> QIcon:
    """The icon in the theme's colour of text, faded where it is disabled, or in `colour`.

    On an accented ground (checked, or selected in a menu) it is in the colour of text there.
    Raises KeyError for an unknown name.
    """
    result = QIcon()
    own = colour or theme.text
    modes = (
        (QIcon.Mode.Normal, QIcon.State.Off, own, 1.0),
        (QIcon.Mode.Disabled, QIcon.State.Off, theme.text, FADED),
        (QIcon.Mode.Disabled, QIcon.State.On, theme.text, FADED),
        (QIcon.Mode.Normal, QIcon.State.On, colour or theme.accent, 1.0),
        (QIcon.Mode.Selected, QIcon.State.Off, theme.on_accent, 1.0),
    )
    for mode, state, ink, opacity in modes:
        for size in SIZES:
            result.addPixmap(_drawn(name, ink, size, opacity), mode, state)
    return result


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """One picture of `size` points across. Raises KeyError for an unknown name."""
    picture = _drawn(name, colour, round(size * ratio), 1.0)
    picture.setDevicePixelRatio(ratio)
    return picture


def _drawn(name: str, colour: str, size: int, opacity: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_source(name).replace(_INK, colour.encode())))
    picture = QPixmap(QSize(size, size))
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setOpacity(opacity)
        renderer.render(painter, QRectF(0, 0, size, size))
    return picture


@cache
def _source(name: str) -> bytes:
    path = ICONS / f"{name}.svg"
    if not path.is_file():
        raise KeyError(f"there is no icon {name!r}, expected one of {', '.join(names())}")
    return path.read_bytes()
