"""Every command of the window: its menu, its name, its keys. Menus and the page of shortcuts
are made from this one table.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from core.emotion import EMOTIONS


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `keys` are Qt's portable texts; the first is shown in the menu."""

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    checkable: bool = False
    begins_group: bool = False  # a line above it
    repeats: bool = False  # while the key is held down


def _commands() -> Iterable[Command]:
    yield Command("new", "File", "New project", ("Ctrl+N",))
    yield Command("open", "File", "Open sounds or a project…", ("Ctrl+O",))
    yield Command("open_folder", "File", "Open a folder…", ("Ctrl+Shift+O",))
    yield Command("recent", "File", "Open recent")
    yield Command("record", "File", "Record…", ("Ctrl+R",), checkable=True)
    yield Command("save", "File", "Save project", ("Ctrl+S",), begins_group=True)
    yield Command("save_as", "File", "Save project as…", ("Ctrl+Shift+S",))
    yield Command("export", "File", "Export…", ("Ctrl+E",), begins_group=True)
    yield Command("export_all", "File", "Export all clips…", ("Ctrl+Shift+E",))
    yield Command("rating", "File", "Rating study…", begins_group=True)
    yield Command("preferences", "File", "Preferences…", ("Ctrl+,",), begins_group=True)
    yield Command("quit", "File", "Quit", ("Ctrl+Q",), begins_group=True)

    yield Command("undo", "Edit", "Undo", ("Ctrl+Z",))
    yield Command("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"))
    yield Command("previous_clip", "Edit", "Previous clip", ("PgUp",), begins_group=True)
    yield Command("next_clip", "Edit", "Next clip", ("PgDown",))
    yield Command("remove_clip", "Edit", "Remove clip from the list", ("Ctrl+Backspace",))
    yield Command("cancel_all", "Edit", "Cancel all analyses")

    yield Command("toggle", "Play", "Play / stop", ("Space",))
    yield Command("pause", "Play", "Pause", ("P",))
    yield Command("back", "Play", "Back one frame", ("Left",), begins_group=True, repeats=True)
    yield Command("forward", "Play", "Forward one frame", ("Right",), repeats=True)
    yield Command("back_second", "Play", "Back one second", ("Shift+Left",), repeats=True)
    yield Command("forward_second", "Play", "Forward one second", ("Shift+Right",), repeats=True)
    yield Command("to_start", "Play", "To the start", ("Home",))
    yield Command("to_end", "Play", "To the end", ("End",))
    yield Command("shuttle_back", "Play", "Shuttle back", ("J",), begins_group=True)
    yield Command("shuttle_stop", "Play", "Shuttle stop", ("K",))
    yield Command("shuttle_forward", "Play", "Shuttle forward", ("L",))
    yield Command("loop", "Play", "Loop", ("Ctrl+L",), checkable=True, begins_group=True)
    yield Command("loop_in", "Play", "Loop starts here", ("[",))
    yield Command("loop_out", "Play", "Loop ends here", ("]",))
    yield Command("slower", "Play", "Slower", ("Ctrl+Down",), begins_group=True)
    yield Command("faster", "Play", "Faster", ("Ctrl+Up",))
    yield Command("mute", "Play", "Mute", ("M",), checkable=True)

    yield Command("emotion_auto", "Emotion", "As heard", ("0",))
    for key, emotion in enumerate(EMOTIONS, start=1):
        yield Command(f"emotion_{emotion}", "Emotion", emotion.capitalize(), (str(key),))
    yield Command("previous_segment", "Emotion", "Previous segment", ("Ctrl+Left",),
                  begins_group=True, repeats=True)  # fmt: skip
    yield Command("next_segment", "Emotion", "Next segment", ("Ctrl+Right",), repeats=True)
    yield Command("split", "Emotion", "Split segment at the playhead", ("S",))
    yield Command("join", "Emotion", "Join with the next segment", ("Ctrl+J",))
    yield Command("edge_back", "Emotion", "Segment's end one frame back", ("Alt+Left",),
                  repeats=True)  # fmt: skip
    yield Command("edge_forward", "Emotion", "Segment's end one frame on", ("Alt+Right",),
                  repeats=True)  # fmt: skip
    yield Command("all_auto", "Emotion", "Everything as heard", ("Shift+0",))

    yield Command("compare", "View", "Compare two faces", ("C",), checkable=True)
    yield Command("compare_over", "View", "Compare over each other", ("Shift+C",), checkable=True)
    yield Command("points", "View", "Landmarks", ("D",), checkable=True, begins_group=True)
    yield Command("indices", "View", "Landmark numbers", ("N",), checkable=True)
    yield Command("onion", "View", "Onion skin", ("O",), checkable=True)
    yield Command("why", "View", "Mark what decided the emotion", ("W",), checkable=True)
    yield Command("full_screen", "View", "Full-screen face", ("F11",), checkable=True)
    yield Command("zoom_second", "View", "Zoom to seconds", ("Ctrl+1",), begins_group=True)
    yield Command("zoom_fit", "View", "Whole clip", ("Ctrl+3",))
    yield Command("zoom_in", "View", "Zoom in", ("Ctrl+=", "Ctrl++"), repeats=True)
    yield Command("zoom_out", "View", "Zoom out", ("Ctrl+-",), repeats=True)
    yield Command("follow", "View", "Follow the playhead", ("F",), checkable=True)
    yield Command("show_clips", "View", "Clips", ("F2",), checkable=True, begins_group=True)
    yield Command("show_emotion", "View", "Emotion panel", ("F3",), checkable=True)
    yield Command("theme", "View", "Dark or light", ("Ctrl+T",))

    yield Command("hints", "Help", "First steps")
    yield Command("shortcuts", "Help", "Keyboard shortcuts", ("F1",))
    yield Command("about_models", "Help", "About the models…")
    yield Command("about", "Help", "About Visemo")


COMMANDS = tuple(_commands())
MENUS = tuple(dict.fromkeys(command.menu for command in COMMANDS))


# Keys of single views, which no menu has.
OTHER_KEYS = (
    ("Clips", "Open the selected clip", "Return"),
    ("Clips", "Remove selected clips from the list", "Del"),
    ("Face", "Zoom in, out, back", "+; -; 0"),
    ("Face", "Leave full screen", "Esc"),
    ("Lanes", "Take back what is being dragged", "Esc"),
)


def make_actions(
    window: QWidget, doings: Mapping[str, Callable[..., object]]
) -> dict[str, QAction]:
    """An action for each command; `doings` says what each does, checkable ones take a bool.

    Raises KeyError where a command has nothing to do.
    """
    actions = {}
    for command in COMMANDS:
        action = QAction(command.text, window)
        action.setObjectName(command.name)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setCheckable(command.checkable)
        action.setAutoRepeat(command.repeats)
        doing = doings[command.name]
        action.triggered.connect(_with(doing) if command.checkable else _without(doing))
        window.addAction(action)
        actions[command.name] = action
    return actions


def fill_menus(
    bar: QMenuBar, actions: Mapping[str, QAction], submenus: Mapping[str, QMenu]
) -> None:
    """The menus; a command named in `submenus` opens that one."""
    for name in MENUS:
        menu = bar.addMenu(name)
        for command in (command for command in COMMANDS if command.menu == name):
            if command.begins_group:
                menu.addSeparator()
            action = actions[command.name]
            if command.name in submenus:
                action.setMenu(submenus[command.name])
            menu.addAction(action)


def shortcut_page() -> list[tuple[str, str, str]]:
    """What the page of shortcuts lists: menu, command, keys in Qt's portable text."""
    listed = [(c.menu, c.text.rstrip("…"), "; ".join(c.keys)) for c in COMMANDS if c.keys]
    return [*listed, *OTHER_KEYS]


def _with(doing: Callable[[bool], object]) -> Callable[[bool], object]:
    """Not the function itself: of Qt's own, PySide cannot tell how many arguments they take."""
    return lambda checked: doing(checked)


def _without(doing: Callable[[], object]) -> Callable[[bool], object]:
    """Qt passes `checked` to everything that is triggered."""
    return lambda _checked: doing()
