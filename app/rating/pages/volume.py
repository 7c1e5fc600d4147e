"""Can the sound be heard? Goes on once it was played."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider

from app.rating.pages.page import Page, button, label
from app.rating.words import Words
from app.sound.player import PLAYING, Player
from app.sound.sound import Sound

USUAL, STEPS = 0.7, 100


class VolumePage(Page):
    """`heard` tells the volume, 0 to 1, with which somebody went on."""

    heard = Signal(float)

    def __init__(self, words: Words, player: Player, sound: Sound) -> None:
        super().__init__(words("volume.title"), words("volume.text"))
        self._words, self._player = words, player
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setAccessibleName(words("volume.name"))
        self.slider.setValue(round(USUAL * STEPS))
        self.slider.valueChanged.connect(self._set_volume)
        self.play = button(words("volume.play"), "primary")
        self.play.clicked.connect(self._play)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self.play)
        row.addWidget(self.slider, 1)
        self.body.addLayout(row)
        self.trouble = label("")
        self.trouble.hide()
        self.body.addWidget(self.trouble)
        self.ok = self.set_primary(words("volume.ok"))
        self.ok.setEnabled(False)
        self.ok.clicked.connect(self._leave)
        player.load(sound)
        self._set_volume()

    @property
    def volume(self) -> float:
        """0 to 1."""
        return self.slider.value() / STEPS

    def take_focus(self) -> None:
        """To what comes first."""
        (self.ok if self.ok.isEnabled() else self.play).setFocus(Qt.FocusReason.TabFocusReason)

    def _set_volume(self) -> None:
        self._player.set_volume(self.volume)

    def _play(self) -> None:
        self._player.stop()
        self._player.seek(0.0)
        self._player.play()
        silent = bool(self._player.silent_reason)
        if silent and self._player.state == PLAYING:
            self._player.stop()
        self.trouble.setText(self._words("volume.silent") if silent else "")
        self.trouble.setVisible(silent)
        self.play.setText(self._words("volume.again"))
        self.play.setAccessibleName(self.play.text())
        self.play.setProperty("role", "secondary")
        self.play.style().polish(self.play)
        self.ok.setEnabled(not silent)
        if not silent:
            self.ok.setFocus(Qt.FocusReason.TabFocusReason)

    def _leave(self) -> None:
        self._player.stop()
        self.heard.emit(self.volume)
