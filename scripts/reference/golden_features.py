"""Writes the golden caches of Tests/FeaturesTests/Fixtures with the Python package: one for each lossy precision.

    PYTHONPATH=python python3 scripts/reference/golden_features.py Tests/FeaturesTests/Fixtures

They stay as they are: what version 1 means must not change. Needs numpy, lz4 and xxhash.
"""

import pathlib
import sys

import numpy as np

from limbeck_cache import CacheWriter

LENGTHS = [4, 1, 7, 3, 2, 5]
HIDDEN, LAYERS, HEADS = 48, (2, 5), 3


def wave(*indices: np.ndarray | int) -> np.ndarray:
    """Numbers by a rule that any language can follow: (7 a + 11 b + 13 c + 5 d) mod 64 - 31, by 16."""
    a, b, c, d = indices
    return ((7 * a + 11 * b + 13 * c + 5 * d) % 64 - 31).astype(np.float32) / 16


def row(number: int) -> dict[str, np.ndarray]:
    length = LENGTHS[number]
    token, column = np.meshgrid(np.arange(length), np.arange(HIDDEN), indexing="ij")
    states = {layer: wave(number, token, column, layer) for layer in LAYERS}
    head, query, key = np.meshgrid(np.arange(HEADS), np.arange(length), np.arange(length), indexing="ij")
    scores = {layer: wave(number + head, query, key, layer) for layer in LAYERS}
    return {"states": states, "attention": scores, "pooled": wave(number, 3, np.arange(HIDDEN), 1), "logits": wave(number, 1, np.arange(2), 2)}


def main() -> None:
    for precision in ["float16", "bfloat16", "int8-rotated", "int4-rotated"]:
        with CacheWriter(
            pathlib.Path(sys.argv[1]) / precision, layers=LAYERS, hidden=HIDDEN, teacher_layers=6, heads=HEADS, precision=precision,
            labels=["no", "yes"], documents=True, fingerprints={"teacher": "golden"},
            tensors=("hidden", "cls", "mean", "attention", "pooled", "logits"), shard_bytes=6000,
        ) as writer:  # fmt: skip
            for number, length in enumerate(LENGTHS):
                facts = row(number)
                writer.append(
                    np.arange(length) + 10 * number, np.arange(length) // 2 % 2, number % 2, number, facts["states"],
                    attention=facts["attention"], pooled=facts["pooled"], logits=facts["logits"], document=number // 3,
                )  # fmt: skip


if __name__ == "__main__":
    main()
