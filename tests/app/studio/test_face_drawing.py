"""Pictures of faces, held against the landmarks they were drawn from."""

import threading
from itertools import pairwise
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from PySide6.QtCore import QSize, QSizeF
from PySide6.QtGui import QColor, QImage
from scipy.ndimage import binary_dilation, binary_erosion

from app.drawing.curves import spline
from app.drawing.face_drawing import (
    FacePictures,
    FacePose,
    FaceStyle,
    framing_of,
    new_picture,
    render_face,
)
from app.drawing.mouth import THINNEST, mouth_of
from app.drawing.moving import outline_points
from app.drawing.neutral import neutral_head, neutral_pose
from app.drawing.palette import palette_of
from app.theme import DARK, LIGHT, Theme
from core.face import IBUG68, INNER_LIPS, JAW, MIRROR68, OUTER_LIPS

SIZE = 500
STYLE = FaceStyle()
PLAIN = FaceStyle(background=False)
Mask = NDArray[np.bool_]
Pixels = NDArray[np.int16]


def opened(gap: float, wide: float = 1.0) -> FacePose:
    """The neutral face with a mouth that is open by about `gap`, and `wide` times as wide."""
    points = neutral_pose().points.copy()
    moved = [IBUG68.index(i) for i in (*range(55, 60), *range(65, 68), *range(5, 12))]
    points[moved, 1] += gap
    lips = [IBUG68.index(i) for i in range(48, 68)]
    points[lips, 0] *= wide
    return FacePose(points, neutral_head())


def mirrored(pose: FacePose) -> FacePose:
    partners = [IBUG68.index(MIRROR68[i]) for i in IBUG68]
    flip = np.array([-1, 1], np.float32)
    return FacePose(pose.points[partners] * flip, pose.head[list(MIRROR68)] * flip)


def pixels(picture: QImage) -> Pixels:
    """(height, width, 4) red, green, blue, alpha."""
    image = picture.convertToFormat(QImage.Format.Format_RGBA8888)
    data = cast(memoryview, image.constBits())
    rows = np.frombuffer(data, np.uint8).reshape(image.height(), -1, 4)
    return rows.astype(np.int16)


def drawn(pose: FacePose, theme: Theme = LIGHT, style: FaceStyle = STYLE) -> Pixels:
    return pixels(render_face(pose, QSize(SIZE, SIZE), theme, style))


def inside(pose: FacePose, loop: tuple[int, ...]) -> Mask:
    """Where a loop of landmarks is, drawn by another library."""
    framing = framing_of(QSizeF(SIZE, SIZE), pose.head)
    corners = pose.points[list(loop)] * framing.scale + (framing.x, framing.y)
    mask = Image.new("1", (SIZE, SIZE))
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in corners], fill=1)
    return np.array(mask, dtype=np.bool_)


def near(image: Pixels, colour: str | QColor, reach: int) -> Mask:
    name = QColor(colour)
    wanted = np.array([name.red(), name.green(), name.blue()])
    result: Mask = np.abs(image[:, :, :3] - wanted).max(axis=2) <= reach
    return result


def lip_coloured(image: Pixels) -> Mask:
    result: Mask = (image[:, :, 0] - image[:, :, 1] > 50) & (image[:, :, 0] > 120)
    return result


def inner_dark(pose: FacePose, theme: Theme) -> int:
    """Pixels between the lips as dark as only the mouth's inside is."""
    image, colours = drawn(pose, theme), palette_of(theme)
    limit = (colours.seam.red() + colours.mouth.red()) // 2
    within = binary_erosion(inside(pose, OUTER_LIPS), iterations=2)
    return int((within & (image[:, :, 0] < limit)).sum())


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_the_dark_of_the_mouth_is_seen_only_when_it_is_open_and_grows_with_it(theme: Theme) -> None:
    seen = [inner_dark(opened(gap), theme) for gap in (0.0, 0.06, 0.12, 0.2, 0.3)]
    assert seen[0] == 0
    assert all(more > less for less, more in pairwise(seen)), seen


@pytest.mark.parametrize("gap", [0.0, 0.1, 0.25])
@pytest.mark.parametrize("wide", [0.8, 1.0, 1.25])
def test_lips_fill_the_outline_of_their_landmarks_and_no_more(gap: float, wide: float) -> None:
    pose = opened(gap, wide)
    image = drawn(pose)
    lips, outer = lip_coloured(image), inside(pose, OUTER_LIPS)
    assert not (lips & ~binary_dilation(outer, iterations=5)).any()
    ring = binary_erosion(outer, iterations=4) & ~binary_dilation(
        inside(pose, INNER_LIPS), iterations=4
    )
    assert ring.sum() > 200
    assert (lips & ring).sum() / ring.sum() > 0.98


@pytest.mark.parametrize("gap", [0.05, 0.15, 0.3])
@pytest.mark.parametrize("wide", [0.7, 1.0, 1.3])
def test_teeth_never_leave_the_mouth(gap: float, wide: float) -> None:
    pose = opened(gap, wide)
    image = drawn(pose, DARK)
    white = (image[:, :, :3].min(axis=2) > 150) & inside(pose, OUTER_LIPS)
    assert white.any()
    assert not (white & ~binary_dilation(inside(pose, INNER_LIPS), iterations=3)).any()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_a_mirrored_face_is_the_mirrored_picture(theme: Theme) -> None:
    points = opened(0.15).points.copy()
    points[list(OUTER_LIPS), 0] += np.linspace(0.0, 0.08, len(OUTER_LIPS), dtype=np.float32)
    crooked = FacePose(points, neutral_head())
    image, flipped = drawn(crooked, theme), drawn(mirrored(crooked), theme)[:, ::-1]
    assert np.abs(image - image[:, ::-1]).max() > 60  # it is crooked
    difference = np.abs(image - flipped).max(axis=2)
    assert difference.mean() < 0.2
    assert (difference > 24).sum() < 20  # a soft edge that fell on the other side of a pixel


def test_only_what_moves_is_drawn_anew_so_that_the_face_does_not_jump() -> None:
    pictures = FacePictures(QSize(SIZE, SIZE), LIGHT, STYLE)
    closed, wide = (pixels(pictures.picture(opened(gap))) for gap in (0.0, 0.3))
    eyes = int(framing_of(QSizeF(SIZE, SIZE), neutral_head()).pixel(0.0, -0.74).y())
    assert (closed[:eyes] == wide[:eyes]).all()
    assert (closed[eyes:] != wide[eyes:]).any()


def test_pictures_that_keep_what_is_still_are_those_drawn_alone() -> None:
    pictures = FacePictures(QSize(SIZE, SIZE), DARK, STYLE)
    for gap in (0.0, 0.2, 0.1):
        pose = opened(gap)
        alone = render_face(pose, QSize(SIZE, SIZE), DARK, STYLE)
        assert (pixels(pictures.picture(pose)) == pixels(alone)).all()


def test_the_picture_is_the_same_from_another_thread() -> None:
    pose = opened(0.15)
    found: list[Pixels] = []
    worker = threading.Thread(target=lambda: found.append(drawn(pose)))
    worker.start()
    worker.join()
    assert (found[0] == drawn(pose)).all()


def test_another_head_in_the_same_pictures_is_drawn_as_itself() -> None:
    pictures = FacePictures(QSize(SIZE, SIZE), LIGHT, STYLE)
    pictures.picture(neutral_pose())
    head = neutral_head() * np.float32(1.2) + np.float32(3.0)
    other = FacePose(head[list(IBUG68)], head)
    assert (pixels(pictures.picture(other)) == drawn(other)).all()
    # Framed by its own measures it fills the picture as well.
    assert (
        abs(int(lip_coloured(drawn(other)).sum()) - int(lip_coloured(drawn(opened(0))).sum())) < 60
    )


def test_without_a_ground_the_picture_is_clear_around_the_head() -> None:
    image = drawn(neutral_pose(), style=PLAIN)
    assert image[5, 5, 3] == 0
    assert image[SIZE // 2, SIZE // 2, 3] == 255
    ground = drawn(neutral_pose())
    assert tuple(ground[5, 5]) == QColor(LIGHT.sunken).getRgb()


@pytest.mark.parametrize("size", [(200, 200), (333, 160), (120, 700), (1920, 1080)])
def test_the_whole_head_is_in_the_picture_with_room_around_it(size: tuple[int, int]) -> None:
    pose = opened(0.3)
    image = pixels(render_face(pose, QSize(*size), LIGHT, PLAIN))
    solid = image[:, :, 3] > 60
    assert solid.any()
    assert not solid[0].any()
    assert not solid[:, 0].any()
    assert not solid[:, -1].any()
    framing = framing_of(QSizeF(*size), pose.head)
    assert framing.pixel(*pose.points[JAW[5]].tolist()).y() < 0.97 * size[1]


def test_dots_lie_on_the_landmarks() -> None:
    pose = opened(0.2)
    image = drawn(pose, DARK, FaceStyle(points=True))
    framing = framing_of(QSizeF(SIZE, SIZE), pose.head)
    dots = near(image, DARK.accent, 40)
    for x, y in pose.points.tolist():
        place = framing.pixel(x, y)
        column, row = int(place.x()), int(place.y())
        assert dots[row - 1 : row + 3, column - 1 : column + 3].any(), (x, y)
    assert not near(drawn(pose, DARK), DARK.accent, 12).any()


def test_numbers_are_drawn_beside_the_dots(qapp: object) -> None:
    dots = drawn(opened(0.1), LIGHT, FaceStyle(points=True))
    numbers = drawn(opened(0.1), LIGHT, FaceStyle(points=True, indices=True))
    assert (dots != numbers).any(axis=2).sum() > 500
    assert qapp is not None


def test_the_line_around_the_head_passes_the_jaw_s_landmarks_without_a_kink() -> None:
    points = opened(0.0).points.copy()
    points[list(JAW), 1] += 0.25
    points[list(JAW), 0] *= 1.06
    line = outline_points(FacePose(points, neutral_head()))
    assert np.allclose(line[3:14], points[list(JAW)])
    assert np.allclose(line[[0, 16]], neutral_head()[[0, 16]])  # still where the skull begins
    curve = spline(line, closed=True).toSubpathPolygons()[0].toList()
    corners = np.array([(place.x(), place.y()) for place in curve])
    steps = np.diff(corners, axis=0)
    steps = steps[np.hypot(*steps.T) > 1e-3]
    turns = np.degrees(np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))))
    assert np.abs(turns).max() < 30


def test_lips_that_exaggeration_pushed_through_each_other_are_drawn_apart() -> None:
    points = neutral_pose().points.copy()
    for upper, lower in ((61, 67), (62, 66), (63, 65)):
        points[IBUG68.index(upper), 1] -= 0.2  # over the outer edge of the upper lip
        points[IBUG68.index(lower), 1] -= 0.25  # and the lower lip over the upper
    mouth = mouth_of(FacePose(points, neutral_head()))
    assert (mouth.inner_lower[1:4, 1] >= mouth.inner_upper[1:4, 1]).all()
    assert mouth.outer_upper[3, 1] <= mouth.inner_upper[2, 1] - THINNEST + 1e-9
    assert mouth.outer_lower[3, 1] >= mouth.inner_lower[2, 1] + THINNEST - 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_any_landmarks_within_reach_can_be_drawn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(0.0, 2.0, (36, 2)).clip(-19, 19).astype(np.float32)
    assert drawn(FacePose(points, neutral_head())).shape == (SIZE, SIZE, 4)
    same = np.zeros((36, 2), np.float32)  # all in one place
    assert drawn(FacePose(same, neutral_head())).shape == (SIZE, SIZE, 4)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e30])
def test_landmarks_that_are_no_face_are_refused(bad: float) -> None:
    points = neutral_pose().points.copy()
    points[7, 1] = bad
    with pytest.raises(ValueError, match="points of a face must be numbers within 20 of 0"):
        FacePose(points, neutral_head())
    head = neutral_head()
    head[60, 0] = bad
    with pytest.raises(ValueError, match="head of a face must be numbers"):
        FacePose(neutral_pose().points, head)


def test_landmarks_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"points of a face must be \(36, 2\), not \(68, 2\)"):
        FacePose(neutral_head(), neutral_head())


@pytest.mark.parametrize("size", [QSize(0, 5), QSize(5, -1), QSize(20_000, 5)])
def test_a_picture_that_cannot_be_is_refused(size: QSize) -> None:
    with pytest.raises(ValueError, match="a picture must be from 1 to 16384 pixels a side, not"):
        render_face(neutral_pose(), size, LIGHT, STYLE)
    with pytest.raises(ValueError, match="a picture must be"):
        new_picture(size, LIGHT, STYLE)


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan"), 99.0])
def test_a_line_width_that_cannot_be_is_refused(width: float) -> None:
    with pytest.raises(ValueError, match=r"line_width must be from 0\.1 to 10"):
        FaceStyle(line_width=width)


def _light(colour: QColor) -> float:
    values = (colour.redF(), colour.greenF(), colour.blueF())
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in values]
    return float(np.dot(channels, (0.2126, 0.7152, 0.0722)))


def contrast(one: QColor, other: QColor) -> float:
    bright, dark = sorted((_light(one), _light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_parts_of_the_face_stand_out_in_both_themes(theme: Theme) -> None:
    colours = palette_of(theme)
    assert contrast(colours.line, colours.skin) > 4.5
    assert contrast(colours.line, QColor(theme.sunken)) > 4.5
    assert contrast(colours.lower_lip, colours.skin_low) > 3
    assert contrast(colours.lower_lip, colours.mouth) > 3
    assert contrast(colours.teeth, colours.mouth) > 7
    assert contrast(QColor(theme.ghost), colours.skin_low) > 3
