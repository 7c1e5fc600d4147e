"""The look of all ordinary controls: a palette and a style sheet made from a theme, over Fusion.

Nothing here sets a font size, so text follows the system's. Distances are 4, 8 and 16 px.
"""

import re
from string import Template

from PySide6.QtCore import QDir
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.theme import DARK, LIGHT, Theme
from resources import ICONS

SYSTEM = "system"  # the theme that follows the desktop's


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Give every control, present and future, the theme's look."""
    QDir.setSearchPaths("style", [str(ICONS / "style")])
    if application.style().objectName() != "fusion":
        application.setStyle("Fusion")
    application.setPalette(palette(theme))
    application.setStyleSheet(style_sheet(theme))


def chosen_theme(name: str, application: QApplication) -> Theme:
    """The theme of a preference: "dark", "light", or "system" for what the desktop has."""
    if name == SYSTEM:
        return LIGHT if application.styleHints().colorScheme().name == "Light" else DARK
    return LIGHT if name == LIGHT.name else DARK


def mixed(below: str, above: str, part: float) -> str:
    """`part` of the colour `above` laid over `below`, as "#rrggbb"."""
    low, high = QColor(below), QColor(above)
    channels = (
        (low.red(), high.red()), (low.green(), high.green()), (low.blue(), high.blue())
    )  # fmt: skip
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in channels)


def palette(theme: Theme) -> QPalette:
    """The theme for whatever the style sheet does not reach."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    result = QPalette()
    for to, colour in {
        role.Window: theme.window, role.WindowText: theme.text, role.Base: theme.sunken,
        role.AlternateBase: theme.panel, role.Text: theme.text, role.Button: theme.raised,
        role.ButtonText: theme.text, role.BrightText: theme.danger, role.Link: theme.accent,
        role.LinkVisited: theme.accent, role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent, role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text, role.PlaceholderText: theme.quiet, role.Accent: theme.accent,
        role.Light: mixed(theme.raised, theme.text, 0.1), role.Midlight: theme.raised,
        role.Mid: theme.line, role.Dark: theme.line, role.Shadow: theme.sunken,
    }.items():  # fmt: skip
        result.setColor(to, QColor(colour))
    for to in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(group.Disabled, to, QColor(disabled(theme)))
    return result


def disabled(theme: Theme) -> str:
    """The colour of text that cannot be used."""
    return mixed(theme.window, theme.quiet, 0.6)


def style_sheet(theme: Theme) -> str:
    """The style sheet of a theme."""
    colours = {
        "name": theme.name, "window": theme.window, "panel": theme.panel, "sunken": theme.sunken,
        "raised": theme.raised, "line": theme.line, "text": theme.text, "quiet": theme.quiet,
        "accent": theme.accent, "on_accent": theme.on_accent, "danger": theme.danger,
        "warning": theme.warning, "disabled": disabled(theme),
        "edge": mixed(theme.line, theme.quiet, 0.35),  # of fields and buttons
        "hover": mixed(theme.raised, theme.text, 0.08),
        "pressed": mixed(theme.raised, theme.sunken, 0.6),
        "row": mixed(theme.sunken, theme.text, 0.06),  # the one under the pointer
        "chosen": mixed(theme.panel, theme.accent, 0.22),
        "bright": mixed(theme.accent, theme.text, 0.15),
        "handle": mixed(theme.line, theme.quiet, 0.6),
        "alarm": mixed(theme.panel, theme.danger, 0.12),
        "notice": mixed(theme.panel, theme.warning, 0.12),
    }  # fmt: skip
    return re.sub(r"\n\s*", "\n", Template(_SHEET).substitute(colours))


_SHEET = """
QWidget { outline: none; }
QMainWindow, QDialog, QMessageBox { background: $window; }
QToolTip { background: $raised; color: $text; border: 1px solid $edge; padding: 4px 6px; }
QLabel[quiet="true"] { color: $quiet; }
QLabel[warning="true"] { color: $warning; }
QLabel[danger="true"] { color: $danger; }
QLabel[heading="true"] { font-weight: 600; }

QPushButton, QToolButton {
    background: $raised; color: $text; border: 1px solid $edge; border-radius: 5px;
    padding: 5px 12px; }
QToolButton { padding: 4px; }
QPushButton { min-width: 4em; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $pressed; }
QPushButton:default { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton:default:hover { background: $bright; border-color: $bright; }
QPushButton:checked, QToolButton:checked { background: $chosen; border-color: $accent; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 4px 11px; }
QToolButton:focus { padding: 3px; }
QPushButton:default:focus { border: 2px solid $text; }
QPushButton:disabled, QToolButton:disabled {
    background: $window; color: $disabled; border-color: $line; }
QPushButton[flat="true"], QToolButton[autoRaise="true"] {
    background: transparent; border-color: transparent; }
QPushButton[flat="true"]:hover, QToolButton[autoRaise="true"]:hover { background: $hover; }
QPushButton[flat="true"]:focus, QToolButton[autoRaise="true"]:focus { border-color: $accent; }
QToolButton[autoRaise="true"]:checked { background: $chosen; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QTextBrowser, QAbstractSpinBox, QComboBox {
    background: $sunken; color: $text; border: 1px solid $edge; border-radius: 5px;
    padding: 4px 7px; selection-background-color: $accent; selection-color: $on_accent;
    placeholder-text-color: $quiet; }
QPlainTextEdit, QTextEdit, QTextBrowser { padding: 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QTextBrowser:focus,
QAbstractSpinBox:focus, QComboBox:focus { border: 2px solid $accent; padding: 3px 6px; }
QPlainTextEdit:focus, QTextEdit:focus, QTextBrowser:focus { padding: 3px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    background: $window; color: $disabled; border-color: $line; }
QAbstractSpinBox { padding: 2px 20px 2px 0; }
QAbstractSpinBox:focus { padding: 1px 19px 1px 0; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit, QComboBox QLineEdit:focus,
QAbstractSpinBox QLineEdit:focus { background: transparent; border: none; padding: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 20px; border: none; background: transparent; }
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-button { border-top-right-radius: 4px; }
QAbstractSpinBox::down-button { border-bottom-right-radius: 4px; }
QAbstractSpinBox::up-arrow { image: url(style:up-$name.svg); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url(style:down-$name.svg); width: 12px; height: 12px; }
QComboBox { background: $raised; padding-right: 24px; }
QComboBox:hover { background: $hover; }
QComboBox:focus { padding-right: 23px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(style:down-$name.svg); width: 16px; height: 16px; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $edge; padding: 4px; }

QCheckBox, QRadioButton { spacing: 8px; padding: 2px; color: $text; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled, QLabel:disabled, QGroupBox:disabled { color: $disabled; }
QCheckBox::indicator, QRadioButton::indicator, QGroupBox::indicator {
    width: 14px; height: 14px; border: 1px solid $handle; background: $sunken; }
QCheckBox::indicator, QGroupBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked, QGroupBox::indicator:checked {
    background: $accent; border-color: $accent; image: url(style:tick-$name.svg); }
QCheckBox::indicator:indeterminate {
    background: $accent; border-color: $accent; image: url(style:dash-$name.svg); }
QRadioButton::indicator:checked {
    border: 5px solid $accent; width: 6px; height: 6px; background: $on_accent; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid $accent; border-radius: 5px; padding: 0; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled, QGroupBox::indicator:disabled {
    border-color: $line; background: $window; }
QCheckBox::indicator:checked:disabled, QCheckBox::indicator:indeterminate:disabled,
QGroupBox::indicator:checked:disabled {
    background: $disabled; border-color: $disabled; }
QRadioButton::indicator:checked:disabled { border-color: $disabled; background: $window; }

QSlider { background: transparent; min-height: 20px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::groove:vertical { width: 4px; border-radius: 2px; background: $accent; }
QSlider::sub-page:vertical { background: $line; border-radius: 2px; }
QSlider::handle { background: $text; border: none; border-radius: 7px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; }
QSlider::handle:vertical { width: 14px; height: 14px; margin: 0 -5px; }
QSlider::handle:hover { background: $accent; }
QSlider::handle:focus { border: 3px solid $accent; width: 8px; height: 8px; }
QSlider::sub-page:disabled { background: $line; }
QSlider::handle:disabled { background: $disabled; }

QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QMenuBar { background: $panel; color: $text; border-bottom: 1px solid $line; padding: 2px 4px; }
QMenuBar::item { background: transparent; padding: 4px 9px; border-radius: 4px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $panel; color: $text; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $disabled; }
QMenu::item:disabled:selected { background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::right-arrow { image: url(style:right-$name.svg); width: 16px; height: 16px; }
QMenu::indicator { width: 14px; height: 14px; margin-left: 6px; border: 1px solid $handle;
    border-radius: 4px; background: $sunken; }
QMenu::indicator:checked {
    background: $accent; border-color: $accent; image: url(style:tick-$name.svg); }
QMenu::indicator:checked:disabled { background: $disabled; border-color: $disabled; }
QMenu::item:checkable { padding-left: 8px; }

QAbstractItemView {
    background: $sunken; alternate-background-color: $panel; color: $text;
    border: 1px solid $line; border-radius: 5px;
    selection-background-color: $chosen; selection-color: $text; }
QAbstractItemView:focus { border: 2px solid $accent; }
QListView::item, QTreeView::item, QTableView::item { padding: 4px 6px; }
QAbstractItemView::item:hover { background: $row; }
QAbstractItemView::item:selected { background: $chosen; color: $text; }
QTableView { gridline-color: $line; }
QHeaderView { background: $panel; border: none; }
QHeaderView::section {
    background: $panel; color: $quiet; border: none; border-bottom: 1px solid $line;
    padding: 5px 8px; }
QTableCornerButton::section { background: $panel; border: none; }
QTreeView::branch:closed:has-children { image: url(style:right-$name.svg); }
QTreeView::branch:open:has-children { image: url(style:down-$name.svg); }

QTabWidget::pane { border: 1px solid $line; border-radius: 5px; top: -1px; background: $window; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $quiet; border: none;
    border-bottom: 2px solid transparent; padding: 6px 12px; margin-right: 2px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:selected:focus { background: $chosen; }

QGroupBox { border: none; border-top: 1px solid $line; margin-top: 1.4em; padding-top: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 0; padding: 2px 8px 2px 0; color: $quiet; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; margin: 0 2px; }
QSplitter::handle:vertical { height: 1px; margin: 2px 0; }
QSplitter::handle:hover { background: $accent; }
QFrame[frameShape="4"], QFrame[frameShape="5"] { color: $line; }

QScrollArea { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $handle; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QStatusBar { background: $panel; color: $quiet; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QToolBar { background: $panel; border: none; border-bottom: 1px solid $line; spacing: 4px; }
QDockWidget { color: $text; }
QDockWidget::title { background: $panel; padding: 6px 8px; border-bottom: 1px solid $line; }

QFrame#banner { background: $notice; border: 1px solid $warning; border-radius: 6px; }
QFrame#banner QLabel { color: $text; background: transparent; }
"""
