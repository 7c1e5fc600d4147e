"""Export formats. A new one is a file here and a line in `EXPORTERS`."""

from core.errors import ExportError
from core.export.exporter import ALL_COLUMNS, COLUMNS, Exporter, ExportSettings, output_path
from core.export.landmark_csv import LANDMARK_CSV, preview
from core.export.landmark_json import LANDMARK_JSON
from core.export.landmark_npz import LANDMARK_NPZ

__all__ = [
    "ALL_COLUMNS",
    "COLUMNS",
    "EXPORTERS",
    "ExportSettings",
    "Exporter",
    "exporter_named",
    "output_path",
    "preview",
]

EXPORTERS: dict[str, Exporter] = {
    "csv": LANDMARK_CSV,
    "json": LANDMARK_JSON,
    "npz": LANDMARK_NPZ,
}


def exporter_named(name: str) -> Exporter:
    """The exporter of a format. Raises ExportError, listing the formats, for any other name."""
    try:
        return EXPORTERS[name]
    except KeyError:
        known = ", ".join(EXPORTERS)
        raise ExportError(f"Unknown format '{name}'; expected one of {known}.") from None
