"""The version of this program, as installed, and the commit it was made from."""

import subprocess
from importlib import metadata
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]


def program_version() -> str:
    """Of the installed distribution; "0+uninstalled" in a checkout that is not installed."""
    try:
        return metadata.version("visemo")
    except metadata.PackageNotFoundError:
        return "0+uninstalled"


def program_commit() -> str:
    """The commit of the checkout that this runs from, with "-dirty" where that was changed since.

    "" where it is installed, or there is no git to ask.
    """
    if not (CHECKOUT / ".git").exists():
        return ""
    command = ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        told = subprocess.run(
            [*command, "--exclude=*"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.strip()
