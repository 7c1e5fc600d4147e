"""How a rating session looks: one grey, so that nothing but the face draws the eye or dazzles it.

The grey has about 0.15 of white's luminance, which BT.500 asks of the ground behind the
picture; it stays the same before, during and after a clip. Marks are white, so that no
colour stands for good or bad.
"""

from dataclasses import replace

from app.style import style_sheet
from app.theme import LIGHT

GREY = "#6b6b6b"
STAGE = replace(
    LIGHT, window=GREY, panel="#626262", sunken=GREY, raised="#585858", line="#858585",
    text="#ffffff", quiet="#ededed", accent="#ffffff", on_accent="#1c1c1c", playhead="#ffffff",
    danger="#ffffff", warning="#ffffff",
)  # fmt: skip
LINES = 27  # of text on a screen: type grows with it
SMALLEST = 1.25  # times the system's type


def points_for(height: int, system_points: float, system_line: float) -> float:
    """The size of type, in points, for a window of so many pixels.

    `system_line` is the height in pixels of a line in the system's type.
    """
    return system_points * max(height / (LINES * system_line), SMALLEST)


def sheet(points: float) -> str:
    """The style sheet of a participant's window whose text is so large."""
    return style_sheet(STAGE) + _SHEET % {
        "body": round(points, 1), "title": round(1.7 * points, 1), "code": round(2.6 * points, 1),
        "small": round(0.85 * points, 1), "reading": round(0.88 * points, 1), "grey": GREY,
    }  # fmt: skip


_SHEET = """
QWidget { font-size: %(body)spt; }
QWidget#participant, QWidget[page="true"] { background: %(grey)s; }
QLabel { color: #ffffff; background: transparent; }
QLabel[role="title"] { font-size: %(title)spt; font-weight: 600; }
QLabel[role="code"] { font-size: %(code)spt; font-weight: 600; }
QLabel[role="reading"] { font-size: %(reading)spt; }
QLabel[role="step"] { font-weight: 600; }
QLabel[role="small"] { font-size: %(small)spt; color: #ededed; }
QPushButton { padding: 0.5em 1.2em; border-radius: 8px; border: 2px solid transparent; }
QPushButton:focus { border: 2px solid #ffffff; padding: 0.5em 1.2em; }
QPushButton:disabled { background: %(grey)s; color: #b4b4b4; border: 2px solid #858585; }
QPushButton[role="primary"] { background: #ffffff; color: #1c1c1c; font-weight: 600; }
QPushButton[role="primary"]:hover { background: #ececec; }
QPushButton[role="primary"]:focus { border: 2px solid #1c1c1c; }
QPushButton[role="primary"]:disabled { background: %(grey)s; color: #b4b4b4; }
QPushButton[role="quiet"] { background: transparent; color: #ffffff; }
QPushButton[role="quiet"]:hover { background: #626262; }
QPushButton[role="quiet"]:focus { border: 2px solid #ffffff; }
QPushButton[role="quiet"]:disabled { color: #b4b4b4; border: 2px solid transparent; }
QPushButton[role="score"] { background: #585858; padding: 0.7em 0.4em; }
QPushButton[role="score"]:hover { background: #4e4e4e; }
QPushButton[role="score"]:checked { background: #ffffff; color: #1c1c1c; font-weight: 600; }
QPushButton[role="score"]:focus { border: 2px solid #ffffff; }
QPushButton[role="score"]:checked:focus { border: 2px solid #1c1c1c; }
QPushButton[role="choice"] { background: #585858; text-align: left; }
QPushButton[role="choice"]:checked { background: #ffffff; color: #1c1c1c; font-weight: 600; }
QLineEdit, QTextEdit { background: #585858; padding: 0.4em 0.6em; border: 2px solid #858585; }
QLineEdit:focus, QTextEdit:focus { border: 2px solid #ffffff; padding: 0.4em 0.6em; }
QScrollArea { border: 2px solid transparent; }
QScrollArea:focus { border: 2px solid #ffffff; }
QScrollArea > QWidget > QWidget { background: %(grey)s; }
"""
