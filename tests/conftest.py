"""Fixtures for all tests."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.weights import write_weights

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # no test needs a display


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Everything works offline, so every test runs so."""

    def refuse(_socket: socket.socket, address: object) -> None:
        raise AssertionError(f"a test tried to connect to {address}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a whole set of weights that know nothing; not to be changed."""
    folder = tmp_path_factory.mktemp("weights")
    write_weights(folder)
    return folder


@pytest.fixture
def own_weights(weights: Path, tmp_path: Path) -> Path:
    """A copy of them that a test may spoil."""
    folder = tmp_path / "weights"
    shutil.copytree(weights, folder)
    return folder
