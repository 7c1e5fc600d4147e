"""Pictures of an animation: PNG sequence, GIF, MP4 with sound; a new one is a file and a line.

Importing this loads no Qt; writing a picture does.
"""

from functools import partial
from importlib.util import find_spec
from pathlib import Path

from app.pictures import gif, mp4, png
from app.pictures.settings import DEFAULT, PictureSettings
from core.export import EXPORTERS, Exporter

__all__ = [
    "ALL_EXPORTERS",
    "PICTURE_EXPORTERS",
    "PictureSettings",
    "all_exporters",
    "picture_exporters",
    "unavailable",
]


def picture_exporters(
    sound: Path | None = None, picture: PictureSettings = DEFAULT
) -> dict[str, Exporter]:
    """The formats that are pictures. `sound` is the file whose sound goes into a film."""
    return {
        "png": Exporter(png.SUFFIX, "PNG sequence", partial(png.write, picture=picture)),
        "gif": Exporter(".gif", "Animated GIF", partial(gif.write, picture=picture)),
        "mp4": Exporter(".mp4", "MP4 with sound", partial(mp4.write, picture=picture, sound=sound)),
    }


def all_exporters(
    sound: Path | None = None, picture: PictureSettings = DEFAULT
) -> dict[str, Exporter]:
    """Every format."""
    return EXPORTERS | picture_exporters(sound, picture)


def unavailable(name: str) -> str | None:
    """Why a format cannot be written here and what to do about it, or None where it can."""
    return mp4.MISSING if name == "mp4" and find_spec("av") is None else None


PICTURE_EXPORTERS = picture_exporters()
ALL_EXPORTERS = all_exporters()
