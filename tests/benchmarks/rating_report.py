"""What a report of a large study costs: `python -m tests.benchmarks.rating_report`.

1,000 simulated sessions of 14 scored clips, with training, gold, trapping and repeat trials
besides. Seconds on the wall; the aim is 5 on two cores.
"""

import tempfile
import time
from pathlib import Path

from core.rating.analysis import Options
from core.rating.report import read_report_votes, write_report
from core.rating.simulation import RaterModel, default_quality, simulate, simulated_raters
from tests.core.rating.rating_studies import make_study

SESSIONS, AIM = 1000, 5.0


def main() -> None:
    """Print seconds for making the report, and for reading its votes and making it again."""
    study = make_study()
    raters = simulated_raters(study, SESSIONS, 1, RaterModel(default_quality(study), careless=50))
    votes = simulate(study, raters)
    options = Options(remove_bias=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin = time.perf_counter()
        write_report(folder, study, votes, options)
        written = time.perf_counter()
        write_report(folder, *read_report_votes(folder), options)
        again = time.perf_counter()
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(f"{SESSIONS} sessions, {len(votes)} votes, {size:.1f} MB (aim {AIM:g} s)")
    print(f"report: {written - begin:.2f} s")
    print(f"read and report again: {again - written:.2f} s")


if __name__ == "__main__":
    main()
