"""The style of headers and handles; plots are painted."""

from app.theme import Theme


def style_sheet(theme: Theme) -> str:
    """Qt's style sheet of the lanes."""
    return f"""
    #lanes {{ background: {theme.sunken}; }}
    #laneHeader {{ background: {theme.panel}; border: none;
                   border-right: 1px solid {theme.line}; }}
    #laneHeader QToolButton {{ color: {theme.text}; background: transparent; border: none;
                               padding: 1px 3px; text-align: left; border-radius: 3px; }}
    #laneHeader QToolButton:hover {{ background: {theme.raised}; }}
    #laneHeader QToolButton:focus {{ border: 1px solid {theme.accent}; padding: 0px 2px; }}
    #laneDetail {{ color: {theme.quiet}; background: transparent; padding-left: 4px; }}
    QSplitter::handle {{ background: {theme.line}; margin: 0; }}
    """
