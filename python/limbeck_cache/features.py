"""A cache of a teacher's features (`schemas/features.md`), row by row and in batches."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import CacheError, DamagedError, MissingError, RowError
from .sampling import Batch, Rows, Sampler
from .shards import ShardSet

PRECISIONS = ("float32", "float16", "bfloat16", "int8-rotated", "int4-rotated")


class FeatureCache:
    """A finished cache as a sequence of rows, each a dictionary of arrays: fit for torch.utils.data.DataLoader.

    `columns` chooses what a row holds (default: all but the columns of fidelity). Raises CacheError where the folder
    holds something else, is not finished, or is damaged.
    """

    def __init__(self, folder: str | os.PathLike[str], columns: Sequence[str] | None = None, mapped: int = 8) -> None:
        self.shards = ShardSet(folder, mapped)
        identity, attributes = self.shards.identity, self.shards.attributes
        if identity.get("kind") != "features":
            raise CacheError(f"{self.folder}: holds {identity.get('kind')}, not features; choose the folder of a cache")
        manifest = os.path.join(self.folder, "manifest.json")
        try:
            #: Cached layers of the teacher, counted from 1.
            self.layers = [int(layer) for layer in attributes.get("layers", "").split(",") if layer]
            #: The teacher's width, and how many layers it has.
            self.hidden, self.teacher_layers = int(attributes["hidden"]), int(attributes["teacherLayers"])
            self.precision: str = attributes["precision"]
        except (AttributeError, KeyError, ValueError) as error:
            raise DamagedError(manifest, f"it does not describe features ({error})") from error
        names, columns_there = list(self.shards.columns), list(self.shards.columns.values())
        first = [(c.name, c.element, c.layout, c.width) for c in columns_there[:4]]
        label = "float32" if attributes.get("labels") == "scores" else "int32"
        wanted = [("ids", "int32", "token", 1), ("types", "uint8", "token", 1)]
        wanted += [("label", label, "row", 1), ("example", "int32", "row", 1)]
        has_other_width = any(c.width != self.hidden for c in columns_there if c.name.startswith(("layer.", "cls.", "mean.")))
        if self.precision not in PRECISIONS or first != wanted or has_other_width:
            raise DamagedError(manifest, "its columns are not those of features")
        self.names = [name for name in names if not name.startswith("fidelity.")] if columns is None else list(columns)
        for name in self.names:
            if name not in self.shards.columns:
                raise MissingError(f"{self.folder}: there is no column '{name}', only {', '.join(names)}")
        self._sampler: Sampler | None = None

    @property
    def folder(self) -> str:
        return self.shards.folder

    @property
    def label_names(self) -> list[str]:
        """Names of the categories; empty where labels are scores, or there are none."""
        return list(self.shards.identity.get("labelNames", []))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each row; [rows]."""
        return self.shards.lengths

    @cached_property
    def labels(self) -> NDArray[Any]:
        """int32 with -1, or float32 with NaN, where there is none; [rows]."""
        return self.shards.column("label").reshape(-1)

    def __len__(self) -> int:
        return len(self.shards)

    def __reduce__(self) -> tuple[type[FeatureCache], tuple[str, list[str], int]]:
        return type(self), (self.folder, self.names, self.shards._limit)

    def __getitem__(self, row: int) -> dict[str, NDArray[Any]]:
        """The columns of a row: `layer.N` [tokens, d], `cls.N` [d], `logits` [classes], `ids` [tokens], `label` [1], ..."""
        if not -len(self) <= row < len(self):
            # IndexError, as of any sequence.
            raise IndexError(f"{self.folder}: there is no row {row} of {len(self)}")
        return {name: self.shards.row(int(row) % len(self), name) for name in self.names}

    def __iter__(self) -> Iterator[dict[str, NDArray[Any]]]:
        return (self[row] for row in range(len(self)))

    def batches(
        self, seed: int, epoch: int, batch_size: int, window: int = 16, reader: int = 0, readers: int = 1, start: int = 0
    ) -> Iterator[Batch]:
        """The batches of an epoch, from position `start` on; `[cache[row] for row in batch.rows]` decodes one.

        Rows are shuffled in windows of `window` shards. Reader `reader` of `readers` has its part of each batch.
        """
        old, wanted = self._sampler, (seed, batch_size, window)
        if old is None or (old.seed, old.batch_size, old.window) != wanted:
            self._sampler = Sampler(self.shards.shard_rows, seed, batch_size, window)
        assert self._sampler is not None
        return self._sampler.batches(epoch, reader, readers, start)

    def decoded_batches(self, *args: Any, **settings: Any) -> Iterator[tuple[Batch, list[dict[str, NDArray[Any]]]]]:
        """`batches`, each with its decoded rows."""
        return ((batch, [self[row] for row in batch.rows]) for batch in self.batches(*args, **settings))

    def negatives(
        self,
        batch: Batch,
        count: int,
        source: str = "batch",
        size: int = 0,
        leave_out: Sequence[str] = ("duplicates",),
    ) -> list[Rows]:
        """For each row of a batch up to `count` rows that stand as its negatives.

        `source` is `batch`, `window` or `bank`, the last with the `size` rows visited before the batch. `leave_out` names
        which others are refused: `duplicates` (the same token ids), `document`, `label`. Raises RowError, MissingError.
        """
        return batch.sampler.negatives(batch, count, source, size, [self._groups(name) for name in leave_out])

    def _groups(self, name: str) -> NDArray[Any]:
        if name == "duplicates":
            return self._duplicates
        if name == "document":
            return self._documents
        if name == "label" and self.labels.dtype == np.int32:
            return self.labels
        raise RowError(f"'{name}' cannot be left out here: choose of duplicates, document and, with categories, label")

    @cached_property
    def _documents(self) -> NDArray[Any]:
        return self.shards.column("document").reshape(-1)

    @cached_property
    def _duplicates(self) -> NDArray[np.int64]:
        """For each row the number of the first row with the same token ids."""
        ids, ends = self.shards.column("ids"), np.cumsum(self.lengths)
        first: dict[bytes, int] = {}
        texts = (ids[end - length : end].tobytes() for end, length in zip(ends.tolist(), self.lengths.tolist()))
        return np.array([first.setdefault(text, row) for row, text in enumerate(texts)], np.int64)
