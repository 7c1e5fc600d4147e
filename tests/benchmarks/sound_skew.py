"""Sound and picture over ten minutes: ``python -m tests.benchmarks.sound_skew [minutes]``.

Plays clicks through the player on a sound server of our own, captures the loudspeaker,
and compares the moment of each click with the playhead shown at that moment. The server
hands out its sound a block of 10 ms before it is due, which counts against the picture.
"""

import os
import resource
import sys
import time

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.sound.player import STOPPED, Player
from app.sound.portaudio import choose_card
from app.sound.sound import Sound
from tests.app.studio.pulse import RATE, Pulse, clicks, missing, skews

PART = 20  # clicks


def measure(minutes: float) -> str:
    """Play and capture; a line of figures for each part and of the whole."""
    application = QCoreApplication.instance() or QCoreApplication([])
    card, reason = choose_card()
    player = Player(card, reason)
    player.load(Sound(clicks(60.0 * minutes + 1.0), 1, RATE))
    with pulse.capture() as capture:
        begin, busy = time.monotonic(), time.process_time()
        player.state_changed.connect(lambda state: state == STOPPED and application.quit())
        player.play()
        application.exec()
        busy = (time.process_time() - busy) / (time.monotonic() - begin)
    skew = 1_000 * skews(capture, player.skew_log())
    player.close()
    lines = [reason or "on a sound card"]
    for name, part in (("first", skew[:PART]), ("last", skew[-PART:]), ("all", skew)):
        lines.append(
            f"{name} {len(part)} clicks: picture ahead by {np.median(part):.2f} ms, "
            f"{part.min():.2f} to {part.max():.2f}"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines.append(f"underruns {player.underruns}, {busy:.1%} of a core, {peak} MB at most")
    return "\n".join(lines)


if __name__ == "__main__":
    if missing():
        sys.exit(missing())
    pulse = Pulse()
    os.environ.update(pulse.environment)
    try:
        print(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))
    finally:
        pulse.close()
