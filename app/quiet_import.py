"""Importing torch in the worker without freezing the window.

Measured on two cores, as the longest gap of a 16 ms timer in the window thread:
346 ms with a plain `import torch`, of which 290 ms are the dynamic linker with
torch's libraries, for which Python holds its lock (GIL). Called through ctypes, the
same linker runs without the lock, and afterwards the import finds them loaded:
the gap is then 60 ms, a collection of garbage, and 30 ms with `app/garbage.py`.
"""

import ctypes
import gc
import importlib.util
import os
import sys
from pathlib import Path

# In the order in which torch/__init__.py loads them itself, and with the same flags.
_LIBRARIES = ("libtorch_global_deps", "libtorch_python")


def import_torch() -> None:
    """Import torch, for the worker; leaves a core to the window."""
    if "torch" not in sys.modules:
        _load_libraries()
    import torch

    torch.set_num_threads(max((os.cpu_count() or 1) - 1, 1))
    # Its 250,000 objects stay as long as the program: no collection need look at them again.
    gc.freeze()


def _load_libraries() -> None:
    """Have the linker load torch's libraries. What fails here, the import will tell about."""
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None or sys.platform == "win32":
        return  # on Windows torch loads them through ctypes itself
    folder = Path(found.origin).parent / "lib"
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    linker = ctypes.CDLL(None).dlopen  # ctypes.CDLL(path) would hold the lock
    linker.restype, linker.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
    for name in _LIBRARIES:
        visible = os.RTLD_GLOBAL if name == _LIBRARIES[0] else os.RTLD_LOCAL
        linker(os.fsencode(folder / (name + suffix)), os.RTLD_NOW | visible)
