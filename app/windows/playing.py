"""Playing: the player drives playhead, face and lanes; the transport and keys drive the player."""

from PySide6.QtCore import QObject, Signal

from app.analyst import Analyst
from app.session import Session
from app.sound.player import PLAYING, Player
from app.time_range import SECOND_VIEW, TimeRange
from app.views.controls.affect_section import AffectSection
from app.views.face_view import FaceView
from app.views.lanes import LanesView
from app.views.transport_bar import TransportBar
from core.timeline import Timeline

SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
ZOOM = 1.5
LEAST_LOOP = 0.05  # seconds


class Playing(QObject):
    """Between the player and whatever shows the time."""

    mute_changed = Signal(bool)
    follow_changed = Signal(bool)
    fps_changed = Signal(float)

    def __init__(
        self,
        session: Session,
        analyst: Analyst,
        player: Player,
        time_range: TimeRange,
        face: FaceView,
        lanes: LanesView,
        transport: TransportBar,
        affect: AffectSection,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._analyst, self._player = session, analyst, player
        self._time_range, self._face, self._lanes, self._transport, self._affect = (
            time_range, face, lanes, transport, affect,
        )  # fmt: skip
        self.fps = 25.0
        self.follows = True
        self.volume = 1.0
        self.muted = False
        self._speed = 1.0
        self._sound: object = None  # the one the player has
        self._until: float | None = None  # where a stretch that is played once ends
        self._wire()

    def _wire(self) -> None:
        player, lanes, bar = self._player, self._lanes, self._transport
        player.moved.connect(self._moved)
        player.state_changed.connect(lambda state: bar.set_playing(state == PLAYING))
        player.state_changed.connect(self._stretch_ended)
        lanes.place_chosen.connect(self.play_once)
        player.silent_changed.connect(bar.set_silent)
        bar.set_silent(player.silent_reason)
        lanes.seek_requested.connect(player.seek)
        lanes.scrub_requested.connect(player.scrub)
        lanes.scrub_ended.connect(player.end_scrub)
        lanes.loop_requested.connect(self._loop_dragged)
        lanes.loop_cleared.connect(lambda: self._session.set_loop(None))
        bar.play_requested.connect(player.play)
        bar.pause_requested.connect(player.pause)
        bar.stop_requested.connect(player.stop)
        bar.start_requested.connect(self.to_start)
        bar.end_requested.connect(self.to_end)
        bar.step_requested.connect(self.step)
        bar.seek_requested.connect(player.seek)
        bar.loop_toggled.connect(self.set_loop)
        bar.speed_changed.connect(self.set_speed)
        bar.volume_changed.connect(self.set_volume)
        bar.muted_changed.connect(self.set_muted)
        bar.fps_changed.connect(self.set_fps)
        bar.follow_toggled.connect(self.set_follow)
        self._analyst.result_changed.connect(self.show_result)
        self._session.project_changed.connect(self._show_loop)
        self._session.current_changed.connect(self._show_loop)

    def show_result(self) -> None:
        """Another clip, or more of it: the player gets the sound once."""
        result = self._analyst.result
        sound = None if result is None else result.heard.sound
        if sound is not self._sound:
            self._sound = sound
            self._player.load(sound)
            duration = 0.0 if result is None else result.heard.clip.duration
            self._transport.set_duration(duration)
            self._time_range.open_clip(duration)
            self._transport.set_enabled_for_clip(sound is not None)
            self._show_loop()
            self._moved(0.0)

    def _moved(self, seconds: float) -> None:
        self._transport.set_time(seconds)
        self._lanes.set_time(seconds)
        self._face.set_time(seconds)
        self._affect.set_time(seconds)
        if self.follows and self._player.state == PLAYING:
            self._time_range.follow(seconds)
        if self._until is not None and seconds >= self._until:
            self._player.stop()

    def play_once(self, start: float, end: float) -> None:
        """Play a stretch, and put the playhead where it began."""
        self._player.pause()
        self._player.set_loop(None)  # until it has been heard
        self._player.seek(start)
        self._player.play()
        self._until = end

    def _stretch_ended(self, state: str) -> None:
        if state != PLAYING and self._until is not None:
            self._until = None
            self._show_loop()

    # What actions do

    def step(self, frames: int) -> None:
        """Go to the centre of a frame that many further on; playing stops."""
        self._player.pause()
        if self._player.duration > 0:
            timeline = Timeline.covering(self._player.duration, self.fps)
            frame = timeline.frame_at(self._player.position) + frames
            frame = min(max(frame, 0), timeline.count - 1)
            self.seek(timeline.start + frame / self.fps)

    def skip(self, seconds: float) -> None:
        """Go further by some seconds."""
        self.seek(self._player.position + seconds)

    def to_start(self) -> None:
        """Go to the start."""
        self.seek(0.0)

    def to_end(self) -> None:
        """Go to the end."""
        self.seek(self._player.duration)

    def seek(self, seconds: float) -> None:
        """Go to a time, held within the clip, and show it."""
        held = min(max(seconds, 0.0), self._player.duration)
        self._player.seek(held)
        self._time_range.follow(held)

    def set_fps(self, fps: float) -> None:
        """The frame rate of steps and time codes."""
        self.fps = fps
        self._transport.set_fps(fps)
        self._lanes.set_fps(fps)
        self._face.set_fps(fps)
        self.fps_changed.emit(fps)

    def set_follow(self, follows: bool) -> None:
        """Whether the lanes turn the page with the playhead."""
        self.follows = follows
        self._transport.set_follow(follows)
        self.follow_changed.emit(follows)

    def set_speed(self, speed: float) -> None:
        """How fast to play, 0.25 to 2."""
        self._speed = speed
        self._player.set_speed(speed)
        self._transport.set_speed(speed)

    def change_speed(self, steps: int) -> None:
        """The next slower or faster of the usual speeds."""
        nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self._speed))
        self.set_speed(SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)])

    def set_volume(self, volume: float) -> None:
        """0 to 1; whoever turns the volume wants to hear it."""
        self.volume, self.muted = volume, False
        self._show_volume()

    def set_muted(self, muted: bool) -> None:
        """Silent, with the volume kept."""
        self.muted = muted
        self._show_volume()

    def _show_volume(self) -> None:
        self._player.set_volume(0.0 if self.muted else self.volume)
        self._transport.set_volume(self.volume)
        self._transport.set_muted(self.muted)
        self.mute_changed.emit(self.muted)

    def set_loop(self, on: bool) -> None:
        """Loop over what is visible, or no more."""
        if on and self._player.duration > 0 and self._session.clip is not None:
            self._session.set_loop((self._time_range.start, self._time_range.end))
        elif not on:
            self._session.set_loop(None)

    def loop_from_here(self) -> None:
        """Move the loop's start to the playhead."""
        clip = self._session.clip
        if clip is not None:
            start, end = self._player.position, clip.loop[1] if clip.loop else 0.0
            self._loop_dragged(start, end if end > start else self._player.duration)

    def loop_to_here(self) -> None:
        """Move the loop's end to the playhead."""
        clip = self._session.clip
        if clip is not None:
            start, end = clip.loop[0] if clip.loop else 0.0, self._player.position
            self._loop_dragged(start if start < end else 0.0, end)

    def zoom(self, closer: bool) -> None:
        """See more or less of the time around the playhead."""
        self._time_range.zoom(1 / ZOOM if closer else ZOOM, self._player.position)

    def zoom_to_second(self) -> None:
        """See single sounds."""
        self._time_range.show_seconds(SECOND_VIEW, self._player.position)

    def _loop_dragged(self, start: float, end: float) -> None:
        if self._player.duration > 0 and end - start >= LEAST_LOOP:
            self._session.set_loop((start, end))

    def _show_loop(self) -> None:
        clip = self._session.clip
        loop = None if clip is None else clip.loop
        self._player.set_loop(loop)
        self._lanes.set_loop(loop)
        self._transport.set_loop(loop is not None)
