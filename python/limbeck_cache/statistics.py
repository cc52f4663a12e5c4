"""`statistics.json`: means, deviations and centred share of each layer's decoded states, over all and over first tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .codes import Floats
from .schema import Column, canonical
from .shards import Shard


class _Moments:
    """Sums from which moments come, in double precision."""

    def __init__(self, d: int) -> None:
        self._count, self._sums, self._squares = 0, np.zeros(d), np.zeros(d)

    def add(self, vectors: Floats) -> None:
        wide = vectors.astype(np.float64)
        self._count += len(wide)
        self._sums += wide.sum(axis=0)
        self._squares += (wide * wide).sum(axis=0)

    def json(self) -> dict[str, object]:
        n = max(self._count, 1)
        mean, energy = self._sums / n, float(self._squares.sum()) / n
        variances = np.maximum(0, self._squares / n - mean * mean)
        return {
            "mean": [float(value) for value in mean.astype(np.float32)],
            "deviation": [float(value) for value in np.sqrt(variances).astype(np.float32)],
            "centredShare": float(variances.sum()) / energy if energy > 0 else 0.0,
        }


class Statistics:
    """Gathers the moments of the large columns `layer.N`, shard after shard."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = [column for column in columns if column.name.startswith("layer.")]
        self._moments = {column: (_Moments(column.width), _Moments(column.width)) for column in self._columns}

    def add(self, shard: Shard) -> None:
        for column, (tokens, first) in self._moments.items():
            for row in range(len(shard.lengths)):
                states = shard.row(row, column)
                tokens.add(states)
                first.add(states[:1])

    def text(self, manifest_hash: str) -> bytes:
        """The file's text; the hash names the set that it is of."""
        layers = [
            {"layer": int(column.name[len("layer.") :]), "tokens": tokens.json(), "first": first.json()}
            for column, (tokens, first) in self._moments.items()
        ]
        return canonical({"cache": manifest_hash, "layers": layers}) + b"\n"
