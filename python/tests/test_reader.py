from __future__ import annotations

import json
import pickle
import re
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples import contents, decoded, fill, forge, make_rows, reseal

from limbeck_cache import CacheError, DamagedError, FeatureCache, MissingError, ShardSet, UnsealedError, VersionError
from limbeck_cache.features import PRECISIONS

SPECIFICATION = Path(__file__).resolve().parents[2] / "schemas" / "shard-format.md"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    fill(folder, make_rows(10), "bfloat16", shard_bytes=9000, tensors=("hidden", "cls", "logits"), heads=None)
    assert len(FeatureCache(folder).shards.shard_rows) == 2
    return folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


@pytest.mark.parametrize("precision", PRECISIONS)
def test_damage_is_found_or_changes_nothing(tmp_path: Path, precision: str) -> None:
    fill(tmp_path, make_rows(6), precision)
    random, expected, files = np.random.default_rng(2), decoded(tmp_path), contents(tmp_path)
    for _ in range(60):
        name = str(random.choice(["shard-00000.lz4", "shard-00000.lz4", "manifest.json"]))
        data = bytearray(files[name])
        place = int(random.integers(len(data)))
        if random.random() < 0.2:
            del data[place:]
        else:
            data[place] ^= 1 << int(random.integers(8))
        (tmp_path / name).write_bytes(data)
        try:
            assert decoded(tmp_path) == expected, f"byte {place} of {name} is silently wrong"
        except CacheError:
            pass
        with pytest.raises(CacheError):
            ShardSet(tmp_path).verify()
        (tmp_path / name).write_bytes(files[name])


def test_other_versions_are_refused_before_their_hashes_are_looked_at(copy: Path) -> None:
    path, manifest = copy / "shard-00001.lz4", copy / "manifest.json"
    data, text = path.read_bytes(), manifest.read_bytes()
    path.write_bytes(data[:-16] + struct.pack("<I", 2) + data[-12:])
    with pytest.raises(VersionError, match="shard-00001.*version 2"):
        ShardSet(copy)
    manifest.write_bytes(text.replace(b'"version":1', b'"version":7'))
    with pytest.raises(VersionError, match="version 7"):
        ShardSet(copy)
    manifest.unlink()
    with pytest.raises(UnsealedError):
        ShardSet(copy)


def _records(data: bytearray, at: int, edit: Callable[[list[int]], None]) -> None:
    for start in range(at + 8, len(data) - 72, 32):
        record = list(struct.unpack_from("<QIIIIQ", data, start))
        if record[2] > 255:  # so that a frame of one byte is too short for it
            edit(record)
        struct.pack_into("<QIIIIQ", data, start, *record)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [(0, 1 << 40, "out of the file"), (0, 8, "out of the file"), (1, 1 << 31, "out of the file"), (1, 1, "in a frame of 1;"),
     (2, 1 << 31, "its record says"), (3, 5000, "its record says"), (4, 4, "unknown flags"), (4, 3, "unknown flags")],
)  # fmt: skip
def test_forged_records_with_right_hashes_are_refused(copy: Path, field: int, value: int, problem: str) -> None:
    forge(copy, lambda data, at: _records(data, at, lambda record: record.__setitem__(field, value)))
    with pytest.raises(DamagedError, match=problem):
        decoded(copy)


def test_what_lies_between_frames_is_verified(copy: Path) -> None:
    def edit(data: bytearray, at: int) -> None:
        offsets = [struct.unpack_from("<Q", data, start)[0] for start in range(at + 8, len(data) - 72, 32)]
        gap = next(place for place in sorted(offsets) if place % 64 == 45)
        data[gap - 1] ^= 1

    ShardSet(copy).verify()
    forge(copy, edit)
    assert decoded(copy)
    with pytest.raises(DamagedError):
        ShardSet(copy).verify()


def test_forged_manifests_are_refused(copy: Path) -> None:
    good = json.loads((copy / "manifest.json").read_bytes())
    schema, identity, files = good["schema"], good["identity"], good["files"]
    attributes = identity["attributes"]
    changes: list[dict[str, Any]] = [
        {"rows": 11}, {"tokens": True}, {"files": [*files, files[0]]}, {"files": [{**files[0], "name": "../x.lz4"}]},
        {"files": files[:1]}, {"schema": {**schema, "large": [*schema["large"], schema["large"][0]]}}, {"schema": []},
        {"schema": {**schema, "large": [{**schema["large"][0], "element": "int8-rotated"}]}}, {"cache": "other"},
        {"identity": {**identity, "attributes": {**attributes, "offset.layer.1": "AAAA"}}}, {"identity": {**identity, "kind": "k"}},
    ]  # fmt: skip
    for change in changes:
        reseal(copy / "manifest.json", {**good, **change})
        with pytest.raises(DamagedError):
            ShardSet(copy)
    reseal(copy / "manifest.json", {**good, "later": 1})
    assert len(ShardSet(copy)) == 10


def test_few_shards_stay_mapped_and_a_cache_travels(whole: Path) -> None:
    narrow = FeatureCache(whole, columns=["layer.3", "label"], mapped=1)
    rows = [narrow[row]["layer.3"].tobytes() for row in (9, 0, 8, 1)]
    assert len(narrow.shards._shards) == 1 and list(narrow[-1]) == ["layer.3", "label"]
    again = pickle.loads(pickle.dumps(narrow))
    assert [again[row]["layer.3"].tobytes() for row in (9, 0, 8, 1)] == rows
    assert sum(len(row) for row in narrow) == 20
    with pytest.raises(MissingError, match="only 0 to 9"):
        narrow.shards.row(10, "ids")
    for name in ("layer.3", "x"):
        with pytest.raises(MissingError, match=f"'{name}'"):
            narrow.shards.column(name)
    batch, examples = next(narrow.decoded_batches(0, 0, 4))
    assert [example["label"][0] for example in examples] == narrow.labels[batch.rows].tolist()


def test_the_reader_of_the_specification_agrees(tmp_path: Path) -> None:
    if not SPECIFICATION.exists():
        pytest.skip("the specification is not here")
    found = re.search(r"```python\n(.*?)```", SPECIFICATION.read_text(), re.DOTALL)
    assert found is not None
    scope: dict[str, object] = {}
    exec(found[1], scope)
    fill(tmp_path, make_rows(10), "float32", tensors=("hidden", "logits"), heads=None)
    ours, theirs = FeatureCache(tmp_path), scope["ShardSet"](str(tmp_path))  # type: ignore[operator]
    assert (theirs.column("ids") == ours.shards.column("ids")).all()
    assert all((theirs.row(row, "layer.3") == ours[row]["layer.3"]).all() for row in range(10))
