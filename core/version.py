"""The version of this program, as installed."""

from importlib import metadata


def program_version() -> str:
    """Of the installed distribution; "0+uninstalled" in a checkout that is not installed."""
    try:
        return metadata.version("visemo")
    except metadata.PackageNotFoundError:
        return "0+uninstalled"
