"""The frame of a report: one HTML file that needs no network, no scripts and no other file."""

import resources
from core.report.markup import words


def page(title: str, body: str, dark: bool = False) -> str:
    """A whole page from the HTML of its body; `title` is plain text.

    `dark` says that everything on it, charts too, can be read on a dark ground.
    """
    css = (resources.ROOT / "report" / "report.css").read_text(encoding="utf-8")
    kind = ' class="adapts"' if dark else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en"{kind}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{words(title)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n<main>\n"
        f"{body}</main>\n</body>\n</html>\n"
    )
