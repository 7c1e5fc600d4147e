"""`python -m tests.benchmarks.features [DATA]`: features of all emotional recordings.

DATA holds `ravdess` and `emodb`; without it, that of ../shared beside the checkout. Prints
seconds by the clock and of the processors, and what the cache takes on disk.
"""

import sys
import tempfile
import time
from pathlib import Path

from core.corpora import read_corpus
from models.training.recordings import listen

DATA = Path(__file__).parents[3] / "shared" / "data"


def main(data: Path) -> None:
    """Read everything twice."""
    began = time.monotonic()
    utterances = [u for name in ("ravdess", "emodb") for u in read_corpus(data / name).utterances]
    print(f"{len(utterances)} recordings; looking through the folders {passed(began)}")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("cold", "warm"):
            began, worked = time.monotonic(), time.process_time()
            listened = listen(utterances, Path(folder))
            spent = time.process_time() - worked
            print(f"{name}: {passed(began)}, {spent:.1f} s of processors, "
                  f"{len(listened.problems)} could not be read")  # fmt: skip
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        print(f"on disk: {size / 1e6:.0f} MB")


def passed(began: float) -> str:
    """Seconds since then."""
    return f"{time.monotonic() - began:.1f} s"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
