#!/usr/bin/env python3
"""Reads a cache with the reader that schemas/shard-format.md prints, and compares it with what `limbeck export` writes.

    shards_read.py CACHE STATES.safetensors

Needs numpy, lz4, xxhash and safetensors. Ends with 1 where a number differs, or where a damaged copy is taken for whole.
"""

import pathlib
import shutil
import sys
import tempfile

import numpy as np
from safetensors.numpy import load_file

TEXT = (pathlib.Path(__file__).resolve().parents[2] / "schemas" / "shard-format.md").read_text()
exec(TEXT.split("```python\n")[1].split("```")[0])


def numbers(values, element):
    return (values.astype("<u4") << 16).view("<f4") if element == "bfloat16" else values.astype("<f4")


def main(folder, states):
    shards, exported = ShardSet(folder), load_file(states)  # noqa: F821
    offsets = np.concatenate([[0], np.cumsum(shards.lengths)])
    assert (offsets == exported["offsets"]).all() and (shards.column("ids") == exported["ids"]).all()
    for column in shards.large:
        for row in range(len(shards.lengths)):
            ours = numbers(shards.row(row, column["name"]), column["element"])
            assert (ours == exported[column["name"]][offsets[row] : offsets[row + 1]]).all(), (column["name"], row)
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        name = shards.manifest["files"][0]["name"]
        whole = pathlib.Path(folder, name).read_bytes()
        for place in range(0, len(whole), len(whole) // 97):
            pathlib.Path(copy, name).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            try:
                damaged = ShardSet(copy)  # noqa: F821
                for column in damaged.large:
                    for row in range(len(damaged.lengths)):
                        assert (damaged.row(row, column["name"]) == shards.row(row, column["name"])).all(), "silently wrong"
            except AssertionError as error:
                assert str(error) != "silently wrong", place
    print(len(shards.lengths), "rows of", len(shards.large), "columns agree")


main(*sys.argv[1:])
