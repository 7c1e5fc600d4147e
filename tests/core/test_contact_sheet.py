"""The page of faces: drawn from the file alone, at the moments asked for."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from core.animation import Animation
from core.contact_sheet import contact_sheet, read_landmarks, telling_moments
from core.errors import ExportError
from core.export import EXPORTERS
from core.export.exporter import ExportSettings
from core.face import mouth_opening

SVG = "{http://www.w3.org/2000/svg}"


def document_of(animation: Animation, folder: Path) -> dict[str, object]:
    EXPORTERS["json"].write(animation, folder / "clip.json", ExportSettings())
    return read_landmarks(folder / "clip.json")


def test_a_face_for_every_moment(animation: Animation, tmp_path: Path) -> None:
    document = document_of(animation, tmp_path)
    page = ElementTree.fromstring(contact_sheet(document, [0, 2, 5]))
    cells = page.findall(f"{SVG}g")
    assert len(cells) == 3
    texts = [cell.findtext(f"{SVG}text") or "" for cell in cells]
    assert [text.split(" s")[0] for text in texts] == ["0.02", "0.10", "0.22"]


def test_telling_moments_are_the_most_closed_and_most_open(
    animation: Animation, tmp_path: Path
) -> None:
    document = document_of(animation, tmp_path)
    frames = document["frames"]
    assert isinstance(frames, list)
    openings = [float(mouth_opening(np.array(frame["xy"]))) for frame in frames]
    chosen = telling_moments(document, 2)
    assert {openings[i] for i in chosen} == {min(openings), max(openings)}


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"schema": "something"}')
    with pytest.raises(ExportError, match="is not a landmark file; expected JSON of schema"):
        read_landmarks(other)
    with pytest.raises(ExportError, match="cannot be read as landmarks"):
        read_landmarks(tmp_path / "missing.json")
