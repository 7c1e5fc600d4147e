"""Two thousand mutated sound files: each gives a clip or one message, and no crash."""

import json
import subprocess
import sys
from pathlib import Path

COUNT = 2_000


def test_mutated_files(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-W", "error", "-m", "tests.core.fuzz_audio"),
            *(str(tmp_path), "20240229", str(COUNT)),
        ],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    assert "Traceback" not in done.stderr  # nor from a callback, which would go on
    assert "Exception ignored" not in done.stderr
    endings = json.loads(done.stdout)
    assert endings["clip"] + endings["message"] == COUNT
    assert min(endings.values()) > COUNT // 10, endings  # the mutations are neither mild nor wild
