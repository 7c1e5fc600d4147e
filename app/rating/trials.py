"""The trials of a session one after another: shown, rated, kept; shown again after a fault."""

from collections.abc import Callable
from functools import partial
from time import monotonic

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.rating.material import Material, load_material
from app.rating.pages import plain
from app.rating.playback import Playback, Showing
from app.rating.sitting import WISHED, Sitting
from app.rating.trial_page import TrialPage
from app.sound.player import Player
from app.sound.sound import RATE, Sound
from core.errors import VisemoError
from core.rating import records
from core.rating.records import Position
from core.rating.study import SCORED, TRAINING

MOST_FAULTS = 2  # shown again without a word to the operator; more needs one
TONE, TONE_SECONDS, TONE_LEVEL = 440.0, 1.5, 0.1


class Trials(QObject):
    """`save` is given what keeps a score, and what to do once it has."""

    over = Signal()  # all trials are rated
    wanted = Signal(QWidget)  # this page is to be shown

    def __init__(
        self, sitting: Sitting, player: Player, page: TrialPage,
        save: Callable[[Callable[[], None], Callable[[], None]], None], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        study = sitting.study
        self._save = save
        self._sitting, self._page, self._words = sitting, page, sitting.words
        self.playback = Playback(player, page.face, study.grey, study.fps, self)
        self.playback.phase_changed.connect(page.show_phase)
        self.playback.ended.connect(self._shown)
        page.rating.committed.connect(self._commit)
        page.rating.aside.connect(self._replay)
        self._position: Position | None = None
        self._material: Material | None = None
        self._replays = self._faults = 0
        self._watch = Stopwatch()  # how long the scale is on the screen
        self._introduced = ""  # the phase that was announced
        self._rating = False  # the clip was seen to its end

    @property
    def place(self) -> int | None:
        """Of the trial on the screen."""
        return None if self._position is None else self._position.place

    def try_sound(self) -> Sound:
        """For setting the volume: the first practice clip, or a tone."""
        for trial in self._sitting.study.training:
            try:
                stimulus = self._sitting.study.stimulus(trial.stimulus)
                return load_material(self._sitting.folder, stimulus).sound
            except VisemoError:  # which its trial will tell
                break
        return tone()

    def begin(self) -> None:
        """The next trial there is; `over` if there is none."""
        found: list[tuple[Position | None, int]] = []
        self._save(lambda: found.append(self._look_up()), lambda: self._take(*found[-1]))

    def _look_up(self) -> tuple[Position | None, int]:
        """The next trial, and the replays of it that were wished before a crash."""
        position = self._sitting.position()
        return position, 0 if position is None else self._sitting.replays(position.place)

    def _take(self, position: Position | None, replays: int) -> None:
        if position is None:
            self._position = None
            self.over.emit()
            return
        fresh = self._position is None or self._position.place != position.place
        self._position, self._replays = position, replays
        if fresh:
            self._faults = 0
        if position.trial.phase != self._introduced:
            self._introduce(position)
        else:
            self._present()

    def interrupt(self) -> None:
        """Something else is on the screen."""
        self._watch.stop()
        self.playback.stop()

    def go_on(self) -> None:
        """The trial is on the screen again: a clip that was broken off starts anew."""
        if self._rating:
            self._watch.start()
        elif self._position is not None:
            self._present()

    def close(self) -> None:
        """No more."""
        self._position = None
        self.playback.close()

    def _introduce(self, position: Position) -> None:
        phase, words = position.trial.phase, self._words
        self._introduced = phase
        name = "practice" if phase == TRAINING else "scored"
        count = position.phase_total - position.trial_index
        page = plain.message(
            words(f"{name}.title"), words(f"{name}.text", count=count), words("start")
        )
        page.done.connect(self._present)
        self.wanted.emit(page)

    def _replay(self) -> None:
        """Wished; a showing after a fault or a pause uses up none of those allowed."""
        self._replays += 1
        self._present(wished=True)

    def _present(self, *, wished: bool = False) -> None:
        """Show the clip of the trial, from the grey before it."""
        position = self._position
        assert position is not None, "there is a trial"
        self._rating = False
        name = "scored" if position.trial.phase == SCORED else "practice"
        self._page.set_progress(self._words(
            f"progress.{name}", number=position.trial_index + 1, count=position.phase_total
        ))  # fmt: skip
        try:
            stimulus = self._sitting.study.stimulus(position.trial.stimulus)
            self._material = load_material(self._sitting.folder, stimulus)
        except VisemoError as problem:
            # Its name may hold the condition: not for the participant's eyes.
            self._sitting.note(records.FAULT, position.place, reason=str(problem))
            self._offer_again("fault.stimulus", self._page.progress.text())
            return
        self._page.show_stage()
        self.wanted.emit(self._page)
        self._sitting.note(records.PLAY_STARTED, position.place, **{WISHED: wished})
        self.playback.begin(self._material)

    def _shown(self) -> None:
        """The clip is over, or could not be played."""
        position, showing = self._position, self.playback.showing
        assert position is not None, "there is a trial"
        self._log(showing)
        if not showing.fault:
            self._rating = True
            self._page.show_rating(position.trial.message, replays=self._may_replay)
            self._watch = Stopwatch()
            self._watch.start()
            return
        self._faults += 1
        self._sitting.note(records.FAULT, position.place, **showing.facts())
        text = "fault.text" if self._faults <= MOST_FAULTS else "fault.more"
        self._offer_again("fault.sound" if showing.lost else text)

    def _offer_again(self, text: str, *more: str) -> None:
        """A page from which the same clip is shown again."""
        words = self._words
        page = plain.message(
            words("fault.title"), "\n\n".join((words(text), *more)), words("again")
        )
        page.done.connect(self._present)
        self.wanted.emit(page)

    def _log(self, showing: Showing) -> None:
        note, place = self._sitting.note, self.place
        note(records.PLAY_ENDED, place, **showing.facts())
        if showing.lost:
            note(records.DEVICE_LOST, place, reason=showing.lost)
        if showing.dropped:
            note(records.DROPPED, place, dropped=showing.dropped)
        note(records.SKEW, place, skew_ms=round(1000 * showing.skew, 2))

    @property
    def _may_replay(self) -> bool:
        return self._replays < self._sitting.study.replays

    def _commit(self, score: int) -> None:
        """Keep a score with the time it took: from the scale's appearance, without pauses."""
        position = self._position
        assert position is not None, "there is a trial"
        # What is kept is fixed now, however long the disk lets it wait.
        keep = partial(self._sitting.vote, position, score, round(1000 * self._watch.seconds))
        self._save(keep, self.begin)


class Stopwatch:
    """Seconds of the time in which it ran."""

    def __init__(self) -> None:
        self._passed = 0.0
        self._since: float | None = None

    @property
    def seconds(self) -> float:
        """So far."""
        return self._passed + (0.0 if self._since is None else monotonic() - self._since)

    def start(self) -> None:
        """Run, or go on; one that runs is left alone."""
        if self._since is None:
            self._since = monotonic()

    def stop(self) -> None:
        """Stand still."""
        self._passed, self._since = self.seconds, None


def tone() -> Sound:
    """A quiet hum that begins and ends without a click."""
    times = np.arange(round(TONE_SECONDS * RATE)) / RATE
    swell = np.sin(np.pi * times / TONE_SECONDS)
    samples = (TONE_LEVEL * swell * np.sin(2 * np.pi * TONE * times)).astype(np.float32)
    return Sound(samples, 1, RATE)
