"""Weights on disk: what is written comes back, and what is damaged is refused by name."""

import json
import pickle
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core.errors import CheckpointError
from core.mfsc import BANDS
from models.checkpoint import load_checkpoint, save_checkpoint
from models.dern import Dern
from models.dsrn import Dsrn
from tests.core.animations import make_shape_model
from tests.weights import describe, make_dern, make_dsrn, make_normalisation


@pytest.fixture
def face(tmp_path: Path) -> Path:
    path = tmp_path / "dsrn-sad.safetensors"
    save_checkpoint(
        path, make_dsrn(), describe("dsrn", "sad"), make_normalisation(), make_shape_model()
    )
    return path


def change_tensors(path: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    """Rewrite a file with other tensors and the same description."""
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path, {"visemo": json.dumps(description_of(path))})


def description_of(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    result: dict[str, Any] = json.loads(json.loads(data[8 : 8 + size])["__metadata__"]["visemo"])
    return result


def change_description(path: Path, **changes: object) -> None:
    description = description_of(path) | changes
    save_file(load_file(path), path, {"visemo": json.dumps(description)})


def test_everything_comes_back(face: Path) -> None:
    found = load_checkpoint(face, "dsrn")
    assert found.description == describe("dsrn", "sad")
    assert found.normalisation.method == "utterance"
    assert np.array_equal(found.normalisation.training.mean, make_normalisation().training.mean)
    assert found.shape_model is not None
    assert np.array_equal(found.shape_model.components, make_shape_model().components)
    network = Dsrn()
    found.fill(network)
    for mine, original in zip(network.parameters(), make_dsrn().parameters(), strict=True):
        assert torch.equal(mine, original.half().float())


def test_weights_are_halves_and_statistics_are_not(face: Path) -> None:
    kinds = {name: tensor.dtype for name, tensor in load_file(face).items()}
    assert {kind for name, kind in kinds.items() if name.startswith("model.")} == {torch.float16}
    assert {kind for name, kind in kinds.items() if not name.startswith("model.")} == {
        torch.float32
    }


def test_a_recogniser_needs_no_shape_model(tmp_path: Path) -> None:
    path = tmp_path / "dern.safetensors"
    save_checkpoint(
        path, make_dern(), describe("dern", method="training"), make_normalisation("training")
    )
    found = load_checkpoint(path, "dern")
    assert found.shape_model is None
    assert found.normalisation.method == "training"
    found.fill(Dern())


def test_a_description_of_another_normalisation_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "dern.safetensors"
    with pytest.raises(ValueError, match="names normalisation 'utterance', but it is 'speaker'"):
        save_checkpoint(path, make_dern(), describe("dern"), make_normalisation("speaker"))
    assert not path.exists()


def test_the_hash_is_that_of_the_file(face: Path) -> None:
    before = load_checkpoint(face, "dsrn").sha256
    change_description(face, licence="other")
    assert load_checkpoint(face, "dsrn").sha256 != before


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def cut_in_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def absurd_header(path: Path) -> None:
    path.write_bytes(struct.pack("<Q", 1 << 62) + path.read_bytes()[8:])


def header_of_nonsense(path: Path) -> None:
    path.write_bytes(struct.pack("<Q", 16) + b"\x00" * 200)


def offsets_beyond_the_end(path: Path) -> None:
    header = json.dumps(
        {"a": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}
    ).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"\x00" * 64)


def nothing_there(path: Path) -> None:
    path.unlink()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


class Malice:
    """Leaves a trace when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return (Path("unpickled").touch, ())


def a_pickle(path: Path) -> None:
    path.write_bytes(pickle.dumps(Malice()))


def a_torch_file(path: Path) -> None:
    torch.save({"model": Malice()}, path)


@pytest.mark.parametrize(
    "spoil",
    [
        cut_in_half, cut_in_header, empty, absurd_header, header_of_nonsense,
        offsets_beyond_the_end, nothing_there, a_folder, a_pickle, a_torch_file,
    ],
)  # fmt: skip
def test_a_file_that_is_no_checkpoint_is_refused_by_name(
    spoil: Callable[[Path], None], face: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(face.parent)
    spoil(face)
    with pytest.raises(CheckpointError, match=r"dsrn-sad\.safetensors cannot be read"):
        load_checkpoint(face, "dsrn")
    assert not Path("unpickled").exists()


def test_a_foreign_safetensors_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    save_file({"a": torch.zeros(3)}, path)
    with pytest.raises(CheckpointError, match=r"foreign.* is a safetensors file but not a Visemo"):
        load_checkpoint(path, "dsrn")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_not_finite_are_refused(face: Path, value: float) -> None:
    def spoil(tensors: dict[str, torch.Tensor]) -> None:
        tensors["model.second.bias"][3] = value

    change_tensors(face, spoil)
    with pytest.raises(CheckpointError, match=r"dsrn-sad.* damaged: model\.second\.bias holds"):
        load_checkpoint(face, "dsrn")


@pytest.mark.parametrize(
    ("name", "shape"),
    [("shape.mean", (68, 2)), ("normalisation.mean", (13,)), ("shape.components", (18, 36))],
)
def test_statistics_of_other_shapes_are_refused(
    face: Path, name: str, shape: tuple[int, ...]
) -> None:
    change_tensors(face, lambda tensors: tensors.update({name: torch.zeros(shape)}))
    wanted = re.escape(str(shape))
    with pytest.raises(CheckpointError, match=f"dsrn-sad.* is not complete: .*not {wanted}"):
        load_checkpoint(face, "dsrn")


@pytest.mark.parametrize("name", ["normalisation.std", "shape.head"])
def test_statistics_that_are_missing_are_named(face: Path, name: str) -> None:
    change_tensors(face, lambda tensors: tensors.pop(name))
    with pytest.raises(CheckpointError, match=f"dsrn-sad.* is not complete: .*{name}"):
        load_checkpoint(face, "dsrn")


def test_weights_of_other_shapes_are_refused(face: Path) -> None:
    change_tensors(
        face, lambda tensors: tensors.update({"model.second.bias": torch.zeros(7).half()})
    )
    found = load_checkpoint(face, "dsrn")
    with pytest.raises(
        CheckpointError, match=r"'test-dsrn-sad' does not fit .* second\.bias is \(7,\), expected"
    ):
        found.fill(Dsrn())


def test_a_network_that_holds_nothing_is_lent_the_weights(face: Path) -> None:
    found = load_checkpoint(face, "dsrn")
    with torch.device("meta"):
        network = Dsrn()
    found.fill(network, lend=True)
    whole = Dsrn()
    found.fill(whole)
    windows = torch.randn(3, 40, 15)
    torch.testing.assert_close(network.eval()(windows), whole.eval()(windows), atol=0, rtol=0)


@pytest.mark.parametrize("extra", [True, False])
def test_weights_that_are_missing_or_too_many_are_refused(face: Path, extra: bool) -> None:
    def change(tensors: dict[str, torch.Tensor]) -> None:
        if extra:
            tensors["model.third.bias"] = torch.zeros(1).half()
        else:
            del tensors["model.first.bias"]

    change_tensors(face, change)
    message = "expected nothing of that name" if extra else r"first\.bias is missing"
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(face, "dsrn").fill(Dsrn())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "visemo-checkpoint/9"}, "has format 'visemo-checkpoint/9', expected"),
        ({"role": "dern"}, "holds a 'dern', expected a 'dsrn'"),
        ({"features": {"sample_rate": 44_100}}, "was trained on other features"),
        ({"features": {"normalisation": "moon phase"}}, "unknown method 'moon phase'"),
        ({"features": {"bands": "many"}}, "describes itself wrongly"),
        ({"labels": None}, "describes itself wrongly"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(
    face: Path, changes: dict[str, object], message: str
) -> None:
    change_description(face, **changes)
    with pytest.raises(CheckpointError, match=f"dsrn-sad.*{message}"):
        load_checkpoint(face, "dsrn")


def test_a_description_that_is_not_json_is_refused(face: Path) -> None:
    save_file(load_file(face), face, {"visemo": "{not json"})
    with pytest.raises(CheckpointError, match=r"dsrn-sad.*describes itself wrongly"):
        load_checkpoint(face, "dsrn")


def test_bands_are_those_of_the_front_end() -> None:
    assert make_normalisation().training.mean.shape == (BANDS,)
