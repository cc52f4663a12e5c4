"""Small caches for tests, and forgeries of them."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from limbeck_cache import CacheWriter, FeatureCache

LAYERS, WIDTH, HEADS = (1, 3), 48, 2
TENSORS = ("hidden", "cls", "mean", "attention", "pooled", "logits")
Row = dict[str, Any]


def make_rows(count: int, seed: int = 0) -> list[Row]:
    """Rows whose vectors share a large mean, as those of a teacher do."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        n = int(random.integers(1, 12))
        rows.append({
            "ids": random.integers(0, 100, n), "types": np.arange(n) % 2, "label": (0, 1, None)[number % 3], "example": number,
            "hidden": {k: (np.arange(WIDTH) / 8 + random.standard_normal((n, WIDTH)) / 4).astype("f4") for k in LAYERS},
            "logits": random.standard_normal(2), "pooled": np.tanh(random.standard_normal(WIDTH)), "document": number // 4 - 1,
            "attention": {k: random.standard_normal((HEADS, n, n)).astype("f4") for k in LAYERS},
        })  # fmt: skip
    return rows


def make_writer(folder: Path, precision: str = "int8-rotated", **settings: Any) -> CacheWriter:
    defaults: dict[str, Any] = {
        "layers": LAYERS, "hidden": WIDTH, "teacher_layers": 4, "labels": ["no", "yes"], "tensors": TENSORS, "heads": HEADS,
        "documents": True, "fingerprints": {"teacher": "t"}, "shard_bytes": 9000, "pilot_rows": 4,
    }  # fmt: skip
    return CacheWriter(folder, precision=precision, **(defaults | settings))


def fill(folder: Path, rows: list[Row], precision: str = "int8-rotated", **settings: Any) -> None:
    with make_writer(folder, precision, **settings) as writer:
        for row in rows[writer.committed_rows :]:
            writer.append(**row)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def decoded(folder: Path) -> list[bytes]:
    """All that a reader is given, without `verify`."""
    cache = FeatureCache(folder)
    names = list(cache.shards.columns)
    return [cache.shards.row(row, name).tobytes() for row in range(len(cache)) for name in names]


def forge(folder: Path, edit: Callable[[bytearray, int], None]) -> None:
    """Edits the first shard (its bytes, and where its index begins), and makes index, footer and manifest agree with it."""
    path, manifest = folder / "shard-00000.lz4", folder / "manifest.json"
    data = bytearray(path.read_bytes())
    at, size = struct.unpack_from("<QQ", data, len(data) - 64)
    edit(data, at)
    footer = len(data) - 72
    struct.pack_into("<Q", data, footer + 40, xxhash.xxh3_64_intdigest(bytes(data[at : at + size])))
    struct.pack_into("<Q", data, footer + 48, 0)
    own = xxhash.xxh3_64_intdigest(bytes(data[footer:]))
    struct.pack_into("<Q", data, footer + 48, own)
    path.write_bytes(data)
    value = json.loads(manifest.read_bytes())
    value["files"][0] |= {"footer": f"{own:016x}", "xxh3": xxhash.xxh3_128_hexdigest(bytes(data))}
    reseal(manifest, value)


def reseal(manifest: Path, value: dict[str, Any]) -> None:
    body = json.dumps({key: value[key] for key in value if key != "hash"}).encode()[:-1]
    manifest.write_bytes(body + f',"hash":"{xxhash.xxh3_128_hexdigest(body)}"}}\n'.encode())
