"""The colours of a drawn face, all made from a theme's few."""

from dataclasses import dataclass

from PySide6.QtGui import QColor

from app.theme import Theme

WHITE, BLACK = "#ffffff", "#000000"


def mix(one: str | QColor, other: str | QColor, share: float) -> QColor:
    """`share` of `other` in `one`, both opaque."""
    a, b = QColor(one), QColor(other)
    return QColor.fromRgbF(
        a.redF() + (b.redF() - a.redF()) * share,
        a.greenF() + (b.greenF() - a.greenF()) * share,
        a.blueF() + (b.blueF() - a.blueF()) * share,
    )


def faint(colour: str | QColor, alpha: float) -> QColor:
    """The same colour, `alpha` (0-1) opaque."""
    result = QColor(colour)
    result.setAlphaF(min(max(alpha, 0.0), 1.0))
    return result


@dataclass(frozen=True, slots=True)
class Palette:
    """What the parts of a face are painted with."""

    skin: QColor
    skin_low: QColor  # of the jaw, turned away from the light
    shade: QColor  # laid over skin, mostly transparent
    light: QColor  # the same, where light falls
    neck: QColor
    line: QColor
    soft_line: QColor
    brow: QColor
    hair: QColor
    lash: QColor
    eye_white: QColor
    iris: QColor
    iris_rim: QColor
    pupil: QColor
    glint: QColor
    upper_lip: QColor
    lower_lip: QColor
    lip_light: QColor
    lip_line: QColor
    seam: QColor  # where closed lips meet
    mouth: QColor
    throat: QColor
    tongue: QColor
    teeth: QColor
    teeth_shade: QColor
    nostril: QColor


def palette_of(theme: Theme) -> Palette:
    """The palette of a theme; light comes from above in both."""
    dark = QColor(theme.skin).lightnessF() < 0.5
    ink = mix(theme.skin_line, theme.feature, 0.25)
    deep = mix(theme.skin, BLACK, 0.55) if dark else mix(theme.feature, BLACK, 0.25)
    return Palette(
        skin=mix(theme.skin, WHITE, 0.05) if dark else mix(theme.skin, WHITE, 0.25),
        skin_low=mix(theme.skin, BLACK, 0.1) if dark else mix(theme.skin, theme.lip, 0.04),
        shade=mix(theme.skin, BLACK, 0.7) if dark else mix(theme.feature, theme.lip, 0.25),
        light=mix(theme.skin, WHITE, 0.45) if dark else QColor(WHITE),
        neck=mix(theme.skin, BLACK, 0.22) if dark else mix(theme.skin, theme.feature, 0.1),
        line=ink if dark else QColor(theme.skin_line),
        soft_line=mix(theme.skin, theme.skin_line, 0.5),
        brow=mix(theme.skin, BLACK, 0.6) if dark else mix(theme.feature, theme.skin_line, 0.35),
        hair=mix(theme.skin, BLACK, 0.3) if dark else mix(theme.skin, theme.feature, 0.36),
        lash=mix(theme.skin, BLACK, 0.72) if dark else QColor(theme.skin_line),
        eye_white=mix(theme.skin, theme.teeth, 0.62) if dark else QColor("#fffefb"),
        iris=mix(theme.feature, "#24404e", 0.55),
        iris_rim=mix(theme.skin if dark else theme.skin_line, BLACK, 0.35),
        pupil=QColor("#14171b"),
        glint=QColor(WHITE),
        upper_lip=mix(theme.lip, theme.mouth, 0.2),
        lower_lip=QColor(theme.lip),
        lip_light=mix(theme.lip, WHITE, 0.55),
        lip_line=mix(theme.lip, theme.mouth, 0.5),
        seam=mix(theme.lip, theme.mouth, 0.72),
        mouth=QColor(theme.mouth),
        throat=mix(theme.mouth, BLACK, 0.45),
        tongue=mix(theme.mouth, theme.lip, 0.55),
        teeth=mix(theme.teeth, theme.skin, 0.05) if dark else QColor(theme.teeth),
        teeth_shade=mix(theme.teeth, theme.mouth, 0.3),
        nostril=mix(deep, theme.mouth, 0.35),
    )
