"""What `visemo --help` costs beside Python itself: `python -m tests.benchmarks.help`.

The best of some starts each, because other programs run too, and their ratio.
"""

import subprocess
import sys
import time

STARTS = 7


def best(*arguments: str) -> float:
    """Seconds of the quickest start."""
    spent = []
    for _ in range(STARTS):
        begin = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        spent.append(time.perf_counter() - begin)
    return min(spent)


def main() -> None:
    """Print one line."""
    empty, shown = best("-c", "pass"), best("-m", "app.cli", "--help")
    print(f"python {1e3 * empty:.0f} ms, visemo --help {1e3 * shown:.0f} ms: {shown / empty:.1f} x")


if __name__ == "__main__":
    main()
