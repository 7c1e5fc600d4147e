"""What a person can ask of pictures, besides what every export shares."""

from dataclasses import dataclass

from app.theme import DARK, THEMES

LEAST, MOST = 64, 4096  # pixels of a side


@dataclass(frozen=True, slots=True)
class PictureSettings:
    """Size, colours and background of pictures. Raises ValueError for what cannot be."""

    size: tuple[int, int] = (720, 720)  # width, height
    theme: str = DARK.name  # one of THEMES
    transparent: bool = False  # in formats that can: PNG

    def __post_init__(self) -> None:
        if not all(LEAST <= side <= MOST for side in self.size):
            raise ValueError(
                f"the sides of a picture must be from {LEAST} to {MOST} pixels, "
                f"not {self.size[0]} x {self.size[1]}"
            )
        if self.theme not in THEMES:
            raise ValueError(f"unknown theme {self.theme!r}, expected one of {', '.join(THEMES)}")


DEFAULT = PictureSettings()
