"""What each command of the window does, but for those that the window does by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from core.emotion import EMOTIONS
from core.segments import AUTOMATIC

if TYPE_CHECKING:
    from app.studio import Studio

ONION = 3  # frames
SECOND = 1.0


def doings(studio: Studio) -> dict[str, Callable[..., object]]:
    """By the command's name; those that can be checked take a bool."""
    playing, editing, files, clips = studio.playing, studio.editing, studio.files, studio.clips
    session, player, face = studio.session, studio.player, studio.window.face
    settings = studio.settings
    return {
        "new": files.new, "open": clips.ask, "open_folder": clips.ask_folder,
        "recent": _nothing, "record": studio.show_recorder, "save": files.save,
        "save_as": files.save_as, "export": files.export,
        "export_all": partial(files.export, everything=True),
        "rating": studio.studies.open, "preferences": settings.ask,
        "undo": session.undo, "redo": session.redo,
        "previous_clip": partial(clips.step, -1), "next_clip": partial(clips.step, 1),
        "remove_clip": clips.remove_current, "cancel_all": studio.analyst.cancel_all,
        "toggle": studio.toggle, "pause": player.pause,
        "back": partial(playing.step, -1), "forward": partial(playing.step, 1),
        "back_second": partial(playing.skip, -SECOND),
        "forward_second": partial(playing.skip, SECOND),
        "to_start": playing.to_start, "to_end": playing.to_end,
        "shuttle_back": partial(player.shuttle, -1),
        "shuttle_stop": partial(player.shuttle, 0),
        "shuttle_forward": partial(player.shuttle, 1),
        "loop": studio.set_loop, "loop_in": playing.loop_from_here,
        "loop_out": playing.loop_to_here, "slower": partial(playing.change_speed, -1),
        "faster": partial(playing.change_speed, 1), "mute": playing.set_muted,
        "emotion_auto": partial(editing.choose, AUTOMATIC),
        **{f"emotion_{name}": partial(editing.choose, name) for name in EMOTIONS},
        "previous_segment": partial(editing.select, -1),
        "next_segment": partial(editing.select, 1),
        "split": editing.split, "join": editing.join,
        "edge_back": lambda: editing.nudge(-1 / playing.fps),
        "edge_forward": lambda: editing.nudge(1 / playing.fps),
        "all_auto": editing.all_automatic, "compare": studio.compare,
        "compare_over": lambda over: face.set_compare_mode("over" if over else "side"),
        "points": lambda on: face.set_style(points=on),
        "indices": lambda on: face.set_style(indices=on),
        "onion": lambda on: face.set_style(onion=ONION if on else 0),
        "why": studio.window.lanes.spectrogram.set_why,
        "zoom_second": playing.zoom_to_second, "zoom_in": partial(playing.zoom, True),
        "zoom_out": partial(playing.zoom, False), "follow": playing.set_follow,
        "theme": settings.other_theme, "shortcuts": settings.show_shortcuts,
        "about_models": settings.show_models, "about": settings.show_about,
    }  # fmt: skip


def _nothing() -> None:
    """The menu itself is what the command is for."""
