"""Editing: the emotion panel, the segment lane and the keys all change the same session."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.analyst import Analyst
from app.session import WHOLE, Session
from app.shares import percent
from app.sound.player import Player
from app.views.emotion_panel import EmotionPanel
from app.views.face_view import FaceView
from app.views.lanes import LanesView
from app.voices import LEAST_CLIPS, LEAST_SECONDS
from core.animation import AnimationSettings
from core.segments import AUTOMATIC


class Editing(QObject):
    """Between the session and what shows and changes emotions."""

    told = Signal(str)  # why something was not done

    def __init__(
        self,
        session: Session,
        analyst: Analyst,
        player: Player,
        face: FaceView,
        lanes: LanesView,
        panel: EmotionPanel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._analyst, self._player = session, analyst, player
        self._face, self._lanes, self._panel = face, lanes, panel
        self._wire()
        self.show_choices()

    def _wire(self) -> None:
        session, panel, lanes = self._session, self._panel, self._lanes
        panel.scope_changed.connect(session.choose_scope)
        panel.recogniser_chosen.connect(session.choose_recogniser)
        panel.profiles_chosen.connect(session.use_profiles)
        panel.emotion_chosen.connect(self.choose)
        panel.strength_changed.connect(lambda s, final: session.set_strength(s, final=final))
        panel.gains_changed.connect(lambda gains, final: session.set_gains(gains, final=final))
        panel.smoothing_changed.connect(session.set_smoothing)
        panel.model_chosen.connect(session.choose_model)
        panel.comparison_changed.connect(session.set_comparison)
        panel.comparison_dragged.connect(lambda c: session.set_comparison(c, final=False))
        panel.split_requested.connect(self.split)
        panel.join_requested.connect(self.join)
        panel.reset_requested.connect(self.all_automatic)
        lanes.segment_selected.connect(session.select)
        lanes.edge_dragged.connect(lambda i, t, final: session.move_edge(i, t, final=final))
        lanes.split_requested.connect(self._split)
        lanes.join_requested.connect(session.join)
        lanes.emotion_requested.connect(lambda i, e: session.choose_emotion(e, i))
        lanes.strength_requested.connect(lambda i, s: session.set_strength(s, final=True, index=i))
        session.project_changed.connect(self.show_choices)
        session.selection_changed.connect(self.show_choices)
        session.current_changed.connect(self.show_choices)
        self._analyst.result_changed.connect(self.show_result)

    def show_result(self) -> None:
        """What there is of the clip on the screen."""
        result = self._analyst.result
        analysis = None if result is None else result.analysis
        heard = None if analysis is None else analysis.emotions
        affect = None if analysis is None else analysis.affect
        self._session.set_heard(heard, 0.0 if result is None else result.heard.clip.duration)
        self._lanes.show_result(result)
        self._face.show_result(result)
        self._panel.affect.show_track(affect)
        if analysis is not None:
            self._panel.affect.setVisible(affect is not None)
        self.show_choices()

    def show_choices(self) -> None:
        """Segments and settings, at once; the face follows when it is made."""
        session = self._session
        clip, found = session.clip, session.segments()
        self._lanes.set_segments(found, session.selected)
        self._panel.set_enabled_for_clip(clip is not None)
        if clip is None:
            return
        segment = found[session.selected] if found else None
        self._panel.show_settings(
            clip.settings, clip.smoothing, clip.comparison, segment, session.selected, len(found)
        )
        self._show_hearing()
        self._face.set_captions(_caption(clip.settings), _caption(clip.comparison))

    def show_recognisers(self, names: Sequence[str]) -> None:
        """Those that there are weights for."""
        self._panel.hearing.show_choices(names)
        self._show_hearing()

    def _show_hearing(self) -> None:
        result, project = self._analyst.result, self._session.project
        analysis = None if result is None else result.analysis
        heard_by = None if analysis is None else analysis.heard_by
        row, clip = self._panel.hearing, self._session.clip
        row.show_heard(project.recogniser, heard_by)
        if clip is None or (result is not None and not result.by_speaker):
            row.show_speaker("", project.profiles, 0, "")
            return
        count = sum(other.speaker == clip.speaker for other in project.clips)
        told = ""
        if project.profiles and count < LEAST_CLIPS:
            told = f"needs {LEAST_CLIPS} clips"
        elif project.profiles and result is not None and result.listening.company:
            used = heard_by is not None and heard_by.profile
            told = f"by {count} clips" if used else f"needs {LEAST_SECONDS:g} s of speech"
        row.show_speaker(clip.speaker, project.profiles, count, told)

    # What actions do

    def choose(self, emotion: str) -> None:
        """Keys 1-7 and 0, and the panel's buttons."""
        session = self._session
        if session.clip is not None and session.scope != WHOLE and not session.segments():
            self.told.emit("The emotions have not been heard yet; choose in a moment.")
        session.choose_emotion(emotion)

    def split(self) -> None:
        """At the playhead."""
        self._split(self._player.position)

    def join(self) -> None:
        """The selected segment and the next."""
        self._session.join(self._session.selected)

    def select(self, steps: int) -> None:
        """A segment before or after; the playhead goes to where it starts."""
        found = self._session.segments()
        if found:
            index = min(max(self._session.selected + steps, 0), len(found) - 1)
            self._session.select(index)
            self._player.seek(found[index].start)

    def nudge(self, seconds: float) -> None:
        """Move the end of the selected segment."""
        found, index = self._session.segments(), self._session.selected
        if index + 1 < len(found):
            self._session.move_edge(index, found[index].end + seconds, final=True)

    def all_automatic(self) -> None:
        """Back to what was heard, everywhere."""
        self._session.reset()

    def compare(self, on: bool) -> None:
        """Beside the face of one model for all emotions, or no more."""
        clip = self._session.clip
        if clip is not None and on != (clip.comparison is not None):
            other = "combined" if clip.settings.model == "dependent" else "dependent"
            self._session.set_comparison(replace(clip.settings, model=other) if on else None)

    def _split(self, seconds: float) -> None:
        try:
            self._session.split(seconds)
        except ValueError as problem:
            self.told.emit(
                f"{str(problem).capitalize()}: move the playhead away from the segment's end."
            )


def _caption(settings: AnimationSettings | None) -> str:
    """What a face is of, in a few words."""
    if settings is None:
        return ""
    model = "Emotion dependent" if settings.model == "dependent" else "Combined"
    if settings.segments:
        return f"{model}, by segment"
    if settings.emotion == AUTOMATIC:
        return model
    return f"{model}, {settings.emotion} {percent(settings.strength)}"
