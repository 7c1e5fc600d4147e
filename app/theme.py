"""How the studio looks: two palettes, and one colour per emotion that survives colour blindness."""

from dataclasses import dataclass

from core.emotion import EMOTIONS


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as "#rrggbb". Text on any of the grounds has a contrast of at least 4.5:1."""

    name: str
    window: str  # behind everything
    panel: str  # side panels, bars
    sunken: str  # lanes and lists: where data lies
    raised: str  # buttons, fields
    line: str  # hairlines between parts
    text: str
    quiet: str  # secondary text
    accent: str  # selection, playhead handle, focus ring
    on_accent: str  # text on the accent
    playhead: str
    danger: str  # recording, clipping, failure
    warning: str
    wave: str
    curve: str
    valence: str  # yellow and violet: no emotion's, told apart with every colour blindness
    arousal: str
    # The face.
    skin: str
    skin_line: str
    lip: str
    mouth: str  # the dark behind the lips
    teeth: str
    feature: str  # brows, eyes, nose
    ghost: str  # onion skin and the face compared with
    emotions: tuple[str, ...]  # in the order of EMOTIONS

    def emotion(self, name: str) -> str:
        """The colour of one of EMOTIONS."""
        return self.emotions[EMOTIONS.index(name)]


# Okabe and Ito's palette, told apart with every common colour blindness; grey is neutral.
# angry vermilion, disgust green, fear purple, happy amber, sad blue, surprise sky.
_ON_DARK = ("#e8703a", "#1fb58a", "#d28ab5", "#f0c23a", "#9aa0a8", "#4a94d6", "#7cc6ee")
_ON_LIGHT = ("#c2500a", "#00805c", "#a8557f", "#b98500", "#757b84", "#0a62a5", "#3a95c9")

DARK = Theme(
    name="dark", window="#16181c", panel="#1c1f24", sunken="#121417", raised="#282c33",
    line="#2f343c", text="#e6e8eb", quiet="#9aa3ae", accent="#5aa9e6", on_accent="#0c1218",
    playhead="#ffffff", danger="#ff6b5e", warning="#f0b429", wave="#8fa3b8", curve="#e6b8b8",
    valence="#d6d98a", arousal="#9d8cf0",
    skin="#2a2e35", skin_line="#c9ced6", lip="#c96a6f", mouth="#3a0f14", teeth="#efeae2",
    feature="#8b939e", ghost="#5aa9e6", emotions=_ON_DARK,
)  # fmt: skip
LIGHT = Theme(
    name="light", window="#f4f4f2", panel="#fafaf8", sunken="#ffffff", raised="#e9e9e6",
    line="#d6d6d2", text="#1d2126", quiet="#5b636d", accent="#0b66b5", on_accent="#ffffff",
    playhead="#d1242f", danger="#b3261e", warning="#8a5a00", wave="#5f7488", curve="#a4484e",
    valence="#6f7300", arousal="#5f45c8",
    skin="#f3ece4", skin_line="#3a4048", lip="#c8696b", mouth="#4a1519", teeth="#fffdf8",
    feature="#6b6258", ghost="#0b66b5", emotions=_ON_LIGHT,
)  # fmt: skip
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
