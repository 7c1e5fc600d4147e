"""How much memory a process took, for tests that measure it in a child."""

from pathlib import Path


def peak_megabytes() -> int:
    """The most memory this process ever held.

    Not `ru_maxrss`: that one starts with what the parent held when it forked.
    """
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    (peak,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(peak) // 1024
