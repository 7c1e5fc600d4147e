"""PNG sequence: a folder `NAME_png` with `NAME_000001.png` and so on, and what they show.

`NAME.meta.json` in it names the sound, the frame rate and the settings; by it an
earlier export is known, which may be replaced.
"""

import json
import re
from io import BytesIO
from pathlib import Path

from PIL import Image

from app.pictures.folder import atomic_folder, write_file
from app.pictures.frames import SCHEMA, Picture, description, pictures
from app.pictures.settings import PictureSettings
from core.animation import Animation
from core.export import ExportSettings
from core.export.exporter import fitted_name
from core.export.metadata import as_json
from core.monitor import Monitor

SUFFIX = "_png"
STAGE = "writing png"
_ABOUT = ".meta.json"
_DIGITS = 6
_COMPRESSION = 4  # of 9; more takes twice the time for a twentieth less


def write(
    animation: Animation,
    path: Path,
    settings: ExportSettings,
    monitor: Monitor,
    picture: PictureSettings,
) -> list[Path]:
    """Write the folder `path`; returns it alone. Raises ExportError as other formats do."""
    stem = path.name.removesuffix(SUFFIX)
    about = as_json(description(animation, settings, picture))
    with atomic_folder(path, _is_ours) as folder:
        write_file(folder / fitted_name(stem, _ABOUT), about.encode() + b"\n")
        frames = pictures(animation, settings, picture, monitor, STAGE)
        for number, frame in enumerate(frames, start=1):
            name = fitted_name(stem, f"_{number:0{_DIGITS}}.png")
            write_file(folder / name, _encoded(frame))
    return [path]


def _encoded(frame: Picture) -> bytes:
    data = BytesIO()
    Image.fromarray(frame).save(data, "PNG", compress_level=_COMPRESSION)
    return data.getvalue()


def _is_ours(folder: Path) -> bool:
    """Whether all in a folder is from an earlier export."""
    files = list(folder.iterdir())
    about = [file for file in files if file.name.endswith(_ABOUT)]
    pictured = re.compile(r".*_\d{6,}\.png", re.DOTALL)
    if len(about) != 1 or not all(
        file.is_file() and (file == about[0] or pictured.fullmatch(file.name)) for file in files
    ):
        return False
    try:
        content = json.loads(about[0].read_bytes())
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("schema") == SCHEMA
