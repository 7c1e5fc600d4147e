"""What is open and what was chosen, without a window."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.session import BY_SEGMENT, WHOLE, Session
from core.emotion import EMOTIONS, EmotionTrack
from core.gains import RegionGains
from core.project import Project, ProjectClip
from core.segments import AUTOMATIC
from core.timeline import Timeline

A, B, C = Path("/sounds/a.wav"), Path("/sounds/b.wav"), Path("/other/a.wav")
SECONDS = 8.0


def heard() -> EmotionTrack:
    """Two utterances with a pause of two seconds between: happy, then sad."""
    timeline = Timeline.covering(SECONDS, 100.0)
    probabilities = np.full((timeline.count, len(EMOTIONS)), 0.01, np.float32)
    voiced = np.ones(timeline.count, bool)
    voiced[300:500] = False
    probabilities[:400, EMOTIONS.index("happy")] = 0.94
    probabilities[400:, EMOTIONS.index("sad")] = 0.94
    return EmotionTrack(timeline, probabilities, voiced)


@pytest.fixture
def session(qapp: object) -> Session:  # noqa: ARG001 - signals need it
    made = Session()
    made.add([A, B])
    made.set_heard(heard(), SECONDS)
    return made


def test_the_first_of_the_sounds_opened_is_shown(session: Session) -> None:
    assert [clip.path for clip in session.project.clips] == [A, B]
    assert session.current == A
    session.add([B, C])
    assert [clip.path for clip in session.project.clips] == [A, B, C]
    assert session.current == B


def test_without_choices_the_segments_are_those_heard(session: Session) -> None:
    first, second = session.segments()
    assert (first.mix.first, second.mix.first) == ("happy", "sad")
    assert first.end == second.start == pytest.approx(4.0, abs=0.02)
    assert session.scope == AUTOMATIC


def test_an_emotion_goes_to_the_selected_segment_and_back(session: Session) -> None:
    session.select(1)
    session.choose_emotion("angry")
    assert [s.mix.first for s in session.segments()] == ["happy", "angry"]
    assert [s.origin for s in session.segments()] == ["auto", "user"]
    assert session.scope == BY_SEGMENT
    session.choose_emotion(AUTOMATIC)
    assert [s.mix.first for s in session.segments()] == ["happy", "sad"]
    session.undo()
    session.undo()
    assert session.clip == ProjectClip(A)
    session.redo()
    assert [s.mix.first for s in session.segments()] == ["happy", "angry"]


def test_one_emotion_for_the_whole_clip(session: Session) -> None:
    session.choose_scope(WHOLE)
    assert [s.mix.first for s in session.segments()] == ["happy"]  # of the selected segment
    session.choose_emotion("fear")
    session.set_strength(1.5, final=True)
    (segment,) = session.segments()
    assert (segment.mix.first, segment.strength, segment.end) == ("fear", 1.5, SECONDS)
    session.choose_scope(AUTOMATIC)
    assert [s.mix.first for s in session.segments()] == ["happy", "sad"]


def test_a_drag_is_one_step(session: Session, qtbot: QtBot) -> None:
    for tenth in range(10):
        with qtbot.waitSignal(session.project_changed):
            session.move_edge(0, 4.0 + tenth / 10 + 0.05, final=False)
    session.end_drag()
    assert session.segments()[0].end == pytest.approx(4.95)
    for percent in (10, 20, 30):
        session.set_strength(percent / 100, final=percent == 30)
    session.undo()
    assert session.segments()[0].end == pytest.approx(4.95)
    session.undo()
    assert session.clip == ProjectClip(A)
    assert not session.history.can_undo or session.history.undo_label == "Add clips"


def test_splitting_selects_the_new_piece_and_joining_takes_it_back(session: Session) -> None:
    session.split(2.0)
    assert [round(s.end, 2) for s in session.segments()] == [2.0, 4.0, 8.0]
    assert session.selected == 1
    session.select(0)
    session.join(0)
    assert [round(s.end, 2) for s in session.segments()] == [4.0, 8.0]
    with pytest.raises(ValueError, match=r"at least 0\.1 s"):
        session.split(0.05)


def test_joining_the_last_segment_does_nothing(session: Session) -> None:
    before = session.project
    session.join(1)
    session.move_edge(1, 5.0, final=True)
    assert session.project == before


def test_the_selection_stays_within_the_segments(session: Session) -> None:
    session.select(1)
    session.choose_scope(WHOLE)
    assert session.selected == 0
    session.select(7)
    assert session.selected == 0


def test_settings_of_the_face_are_steps_too(session: Session) -> None:
    session.set_gains(RegionGains(jaw=1.5), final=True)
    session.set_smoothing(8.0)
    session.choose_model("combined")
    assert session.clip is not None
    assert (session.clip.settings.gains.jaw, session.clip.smoothing) == (1.5, 8.0)
    session.undo()
    session.undo()
    session.undo()
    assert session.clip == ProjectClip(A)


def test_removing_the_clip_on_the_screen_shows_its_neighbour(session: Session) -> None:
    session.remove([A])
    assert session.current == B
    session.remove([B])
    assert session.current is None
    assert session.clip is None
    session.undo()
    assert session.current == B


def test_undoing_what_added_the_clip_on_the_screen(session: Session) -> None:
    session.undo()
    assert (session.current, session.project) == (None, Project())
    session.redo()
    assert session.current == A


def test_hashes_are_saved_but_are_no_step(session: Session) -> None:
    session.saved(Path("/p.visemo"))
    assert session.note_hash(A, "00ff")
    assert session.history.is_clean
    assert [clip.sha256 for clip in session.to_save().clips] == ["00ff", ""]
    session.open_project(session.to_save(), Path("/p.visemo"))
    assert session.note_hash(A, "00ff")
    assert not session.note_hash(A, "beef")  # another sound by that name


def test_nothing_can_be_chosen_where_no_clip_is(qapp: object) -> None:  # noqa: ARG001
    session = Session()
    session.choose_emotion("happy")
    session.set_strength(0.5, final=True)
    session.set_loop((0.0, 1.0))
    session.choose_scope(WHOLE)
    session.split(1.0)
    assert session.project == Project()
    assert session.segments() == []


def test_a_found_sound_keeps_what_was_chosen(session: Session) -> None:
    session.choose_emotion("disgust")
    assert session.clip is not None
    settings = session.clip.settings
    session.relink(session.project.relinked(A, C, "aa"), {A: C})
    assert session.current == C
    assert session.clip is not None
    assert session.clip.settings == settings
