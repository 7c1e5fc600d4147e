"""Colour maps that grow evenly brighter, for those who tell few colours apart as well.

Magma, inferno and viridis are by Nathaniel Smith and Stefan van der Walt, cividis by Jamie
Nunez, Christopher Anderton and Ryan Renslow; all are free of rights (CC0). Every eighth
colour of 256 is here; what lies between is nearer to theirs than eyes can tell.
"""

import numpy as np
from numpy.typing import NDArray

ANCHORS = 33
_MAPS = {  # red, green and blue in hexadecimal, dark first
    "magma": (
        "0000040303120a0822130d341d114729115a36106b440f7651127c5d177f6a1c81"
        "762181832681902a819c2e7faa337db73779c23b75cf4070db476ae55064ee5b5e"
        "f4695cf9785dfb8761fd9668fea571feb47bfec287fed194fde0a1fceeb0fcfdbf"
    ),
    "inferno": (
        "0000040403120b0724150b37210c4a2f0a5b3d09654a0c6b57106e64156e71196e"
        "7d1e6d8a226a972766a32c61b0315bbc3754c63d4dd04545da4e3ce35933eb6429"
        "f1711ff67e14f98c0afb9b06fcaa0ffbba1ff9c932f5d949f2e865f3f586fcffa4"
    ),
    "viridis": (
        "440154470d6048186a482374472d7b4537814240863e49893b528b375b8d33638d"
        "2f6b8e2c728e297a8e26828e23898e21918c1f978b1f9f8821a68527ad8131b57b"
        "3dbc744cc26c5cc8636ece5881d34d95d840aadc32c0df25d5e21aeae51afde725"
    ),
    "cividis": (
        "00204d00265a002c6900306f06366e1f3c6d2d426c38486b414d6b4a536b52596c"
        "595f6d61646f686a716f70737676767d7c788481798b8779938e789b9477a39a76"
        "aca174b4a872bcaf6fc5b56ccebc68d7c463e0cb5ee9d358f2da50fbe248ffea46"
    ),
}


def colour_table(name: str) -> NDArray[np.float64]:
    """The red, green and blue, 0 to 255, of a map, (256, 3), dark first. Raises KeyError."""
    if name == "grey":
        return np.repeat(np.linspace(0.0, 255.0, 256)[:, None], 3, axis=1)
    anchors = np.frombuffer(bytes.fromhex(_MAPS[name]), np.uint8).reshape(ANCHORS, 3)
    places = np.round(np.linspace(0, 255, ANCHORS))
    return np.stack([np.interp(np.arange(256), places, part) for part in anchors.T], axis=1)
