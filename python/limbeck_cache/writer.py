"""Writes a cache of features (`schemas/features.md`)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import codes, fidelity
from .codes import Floats
from .errors import FidelityError, FolderError, RowError
from .features import PRECISIONS
from .schema import Column, offset_text, parse_offset
from .shard_writer import ShardSetWriter
from .statistics import Statistics

TENSORS = ("hidden", "cls", "mean", "attention", "pooled", "logits")
STATES = ("hidden", "cls", "mean", "pooled")
PILOT = 1000

Row = dict[str, NDArray[Any]]


class CacheWriter:
    """Fills a folder with what a teacher shows of token sequences, row after row.

    A writer that was killed is begun again with the same settings: it wants row `committed_rows` next, and the folder ends with
    the same bytes. Used in a `with` statement it seals the folder at the end, and leaves it to be gone on with after an error.

    - `labels`: the names of the categories, `"scores"`, or None.
    - `tensors`: of `hidden`, `cls`, `mean`, `attention`, `pooled`, `logits`.
    - `classes`: of the logits, where the labels do not tell.
    - `heads`: of the attention scores.
    - `logit_order`: for each class the teacher's own column, where they are not in one order.
    - `documents`: whether rows name the document that they come from.
    - `fingerprints`: what the cache is made from, by name; a string changes when the thing does. `limbeck distill --cache` compares
      `vocabulary` where it is `xxh3-128:` and the hash of vocab.txt.
    - `pilot_rows`: held in memory until their means are known, 1,000 at most.

    Raises RowError for settings that contradict each other, SealedError, FolderError, DamagedError.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        layers: Sequence[int],
        hidden: int,
        teacher_layers: int,
        precision: str = "int8-rotated",
        labels: Sequence[str] | str | None = None,
        tensors: Sequence[str] = ("hidden", "logits"),
        fingerprints: Mapping[str, str] | None = None,
        classes: int | None = None,
        heads: int | None = None,
        logit_order: Sequence[int] | None = None,
        documents: bool = False,
        shard_bytes: int = 64 << 20,
        pilot_rows: int = PILOT,
    ) -> None:
        self.layers, self.hidden, self.precision = sorted(set(layers)), hidden, precision
        self.tensors = [name for name in TENSORS if name in tensors]
        if isinstance(labels, str) and labels != "scores":
            raise RowError(f"labels are {labels!r}: give the names of the categories, 'scores', or None")
        self._names = list(labels) if labels is not None and labels != "scores" else []
        self._label_kind = "none" if labels is None else "scores" if labels == "scores" else "categories"
        self._classes = classes or (1 if labels == "scores" else len(self._names))
        self._heads, self._documents = heads or 0, documents
        self._refuse_settings(tensors, teacher_layers, logit_order, shard_bytes, pilot_rows)
        self._columns = self._schema()
        attributes = {
            "labels": self._label_kind, "precision": precision, "tensors": ",".join(self.tensors),
            "layers": ",".join(map(str, self.layers)), "hidden": str(hidden), "teacherLayers": str(teacher_layers),
        }  # fmt: skip
        if self._heads:
            attributes["heads"] = str(self._heads)
        if logit_order is not None and list(logit_order) != list(range(self._classes)):
            attributes["logitOrder"] = ",".join(map(str, logit_order))
        if precision != "float32":
            attributes["bounds"] = fidelity.bounds_text(precision)
        self._identity: dict[str, Any] = {
            "kind": "features", "labelNames": self._names, "fingerprints": dict(fingerprints or {}), "attributes": attributes,
        }  # fmt: skip
        self._shard_bytes, self._pilot_rows = shard_bytes, pilot_rows
        self._pilot: list[Row] | None = []
        self._offsets: dict[str, Floats] = {}
        self._writer = ShardSetWriter(folder)
        try:
            if self._writer.journal is not None:
                self._resume(self._writer.journal.opening["identity"].get("attributes", {}))
        except BaseException:
            self._writer.close()
            raise
        self._next = self._writer.committed_rows

    @property
    def folder(self) -> str:
        return self._writer.folder

    @property
    def committed_rows(self) -> int:
        """Rows that are there for good; a new writer wants the row of this number first."""
        return self._writer.committed_rows

    def _refuse_settings(
        self, tensors: Sequence[str], teacher_layers: int, order: Sequence[int] | None, shard_bytes: int, pilot_rows: int
    ) -> None:
        problem = None
        if self.precision not in PRECISIONS:
            problem = f"the precision {self.precision!r}: choose of {', '.join(PRECISIONS)}"
        elif unknown := [name for name in tensors if name not in TENSORS]:
            problem = f"the tensor {unknown[0]!r}: choose of {', '.join(TENSORS)}"
        elif not 1 <= self.hidden <= 1 << 24 or any(not 1 <= layer <= teacher_layers for layer in self.layers):
            problem = f"layers {self.layers} of width {self.hidden}: the teacher has layers 1 to {teacher_layers}"
        elif "logits" in self.tensors and (self._classes < 1 or self._names and len(self._names) != self._classes):
            problem = f"logits of {self._classes} classes: give as many names of labels, or classes=..."
        elif order is not None and sorted(order) != list(range(self._classes)):
            problem = f"the order of logits {list(order)}: name each of the {self._classes} columns once"
        elif ("attention" in self.tensors) != (self._heads > 0):
            problem = "attention scores and heads=... go together"
        elif not 1 <= shard_bytes <= 1 << 30 or not 1 <= pilot_rows <= PILOT:
            problem = f"shards of {shard_bytes} bytes, a pilot of {pilot_rows} rows: up to {1 << 30} and {PILOT} are possible"
        if problem:
            raise RowError(problem)

    def _schema(self) -> list[Column]:
        rotated = self.precision in codes.CODES
        vector = "int8-rotated" if rotated else self.precision
        scores = "float16" if rotated else self.precision
        label = "float32" if self._label_kind == "scores" else "int32"
        columns = [Column("ids", "int32", "token", 1), Column("types", "uint8", "token", 1)]
        columns += [Column("label", label, "row", 1), Column("example", "int32", "row", 1)]
        columns += [Column("document", "int32", "row", 1)] if self._documents else []
        columns += [Column("logits", "float32", "row", self._classes)] if "logits" in self.tensors else []
        states = [Column("pooled", vector, "row", self.hidden)] if "pooled" in self.tensors else []
        for kind in ("cls", "mean"):
            if kind in self.tensors:
                states += [Column(f"{kind}.{layer}", vector, "row", self.hidden) for layer in self.layers]
        large = []
        if "hidden" in self.tensors:
            planes = not rotated
            large = [Column(f"layer.{n}", self.precision, "token", self.hidden, True, planes) for n in self.layers]
        self._states = states + large
        if self.precision != "float32":
            states = states + [Column(f"fidelity.{c.name}", "float32", "row", 3 if c.large else 1) for c in self._states]
        if "attention" in self.tensors:
            large = large + [Column(f"attention.{n}", scores, "square", self._heads, True, True) for n in self.layers]
        return columns + states + large

    def _resume(self, attributes: Mapping[str, Any]) -> None:
        """Goes on with a journal: its offsets stand, whatever rows come."""
        path = os.path.join(self.folder, "journal.jsonl")
        if self.precision != "float32":
            for column in self._states:
                offset = parse_offset(column, attributes, path)
                if offset is None:
                    raise FolderError(f"{self.folder}: was begun without an offset of {column.name}; choose another folder")
                self._offsets[column.name] = offset
        self._begin()

    def _begin(self) -> None:
        for name, offset in self._offsets.items():
            self._identity["attributes"][f"offset.{name}"] = offset_text(offset)
        self._writer.begin(self._columns, self._identity, self._shard_bytes)
        self._pilot = None

    def append(
        self,
        ids: ArrayLike,
        types: ArrayLike,
        label: int | float | None,
        example: int,
        hidden: Mapping[int, ArrayLike] | None = None,
        *,
        logits: ArrayLike | None = None,
        pooled: ArrayLike | None = None,
        attention: Mapping[int, ArrayLike] | None = None,
        document: int = -1,
    ) -> None:
        """Adds a row of n tokens.

        `ids` and `types` are [n], `hidden` maps each layer to [n, d] (`cls` and `mean` are taken from it), `logits` is [classes],
        `pooled` [d], and `attention` maps each layer to [heads, n, n]. Raises RowError where something does not fit, is NaN or is
        infinite, and FidelityError where the precision keeps too little of a vector; after the latter the writer takes no more.
        """
        given: dict[str, Any] = {"ids": ids, "types": types, "label": self._label(label), "example": example}
        given |= {"document": document, "logits": logits, "pooled": pooled}
        tokens = len(np.asarray(ids))
        for layer in self.layers:
            given[f"attention.{layer}"] = (attention or {}).get(layer)
            if set(self.tensors) & {"hidden", "cls", "mean"}:
                states = self._floats(f"layer.{layer}", (hidden or {}).get(layer), (tokens, self.hidden))
                given[f"layer.{layer}"] = states
                if tokens == 0 and set(self.tensors) & {"cls", "mean"}:
                    raise self._wrong("it has no tokens, and so no first one and no mean")
                given[f"cls.{layer}"] = states[:1]
                given[f"mean.{layer}"] = states.mean(axis=0, dtype=np.float64, keepdims=True) if tokens else states
        row = {column.name: self._checked(column, given[column.name], tokens) for column in self._columns if column.name in given}
        if self._pilot is None:
            self._write(row, self._next)
        else:
            self._pilot.append(row)
        self._next += 1
        if self._pilot is not None and len(self._pilot) >= self._pilot_rows:
            self._end_pilot()

    def _wrong(self, problem: str) -> RowError:
        return RowError(f"{self.folder}, row {self._next}: {problem}")

    def _label(self, label: int | float | None) -> int | float:
        if label is None:
            return float("nan") if self._label_kind == "scores" else -1
        if self._label_kind == "scores" and np.isfinite(label):
            return float(label)
        if self._label_kind == "categories" and label in range(len(self._names)):
            return int(label)
        raise self._wrong(f"the label {label!r}; there are {self._label_kind} {', '.join(self._names)}")

    def _checked(self, column: Column, value: Any, tokens: int) -> NDArray[Any]:
        if column.element not in ("uint8", "int32"):
            if column.name == "label":
                return np.array([value], np.float32)
            shape = {"token": (tokens, column.width), "square": (column.width, tokens, tokens), "row": (column.width,)}
            wanted = shape[column.layout]
            if value is not None and column in self._states and not column.large:
                value = np.asarray(value).reshape(-1)
            return self._floats(column.name, value, wanted)
        numbers = np.asarray(value).reshape(-1) if column.layout == "row" else np.asarray(value)
        least = -1 if column.name in ("label", "document") else 0
        most = 255 if column.element == "uint8" else (1 << 31) - 1
        count = tokens if column.layout == "token" else 1
        is_whole = numbers.dtype.kind in "iu" or numbers.size == 0
        if numbers.shape != (count,) or not is_whole or numbers.size and not least <= numbers.min() <= numbers.max() <= most:
            raise self._wrong(f"'{column.name}' is not {count} whole numbers from {least} to {most}")
        return numbers.astype(codes.PLAIN[column.element])

    def _floats(self, name: str, value: ArrayLike | None, shape: tuple[int, ...]) -> Floats:
        if value is None:
            raise self._wrong(f"'{name}' is missing, and the cache has it")
        numbers = np.array(value, np.float32)
        if numbers.shape != shape:
            raise self._wrong(f"'{name}' has the shape {list(numbers.shape)}, not {list(shape)}")
        if not np.isfinite(numbers).all():
            raise self._wrong(f"'{name}' holds NaN or infinity; check the model")
        return numbers

    def _end_pilot(self) -> None:
        rows = self._pilot or []
        for column in self._states if self.precision != "float32" else []:
            parts = [row[column.name].reshape(-1, column.width) for row in rows]
            kinds = ([part[:1] for part in parts], [part[1:] for part in parts]) if column.large else (parts,)
            offset = np.zeros((len(kinds), column.width), np.float32)
            for i, vectors in enumerate(kinds):
                if count := sum(map(len, vectors)):
                    # Row after row, so that no second copy of the pilot is made.
                    offset[i] = sum(some.sum(axis=0, dtype=np.float64) for some in vectors) / count
            self._offsets[column.name] = offset
        try:
            self._begin()
            for number, row in enumerate(rows):
                self._write(row, number)
        except BaseException:
            # The rows behind the one that failed are not written: no later one may take their place.
            self.close()
            raise

    def _write(self, row: Row, number: int) -> None:
        tokens = len(row["ids"])
        parts: dict[str, bytes] = {}
        for column in self._columns:
            if column.name in row:
                parts[column.name], found = self._encoded(column, row[column.name], number)
                if found is not None:
                    parts[f"fidelity.{column.name}"] = found.tobytes()
        small = [parts[column.name] for column in self._columns if not column.large]
        self._writer.append(tokens, small, [parts[column.name] for column in self._columns if column.large])

    def _encoded(self, column: Column, values: NDArray[Any], number: int) -> tuple[bytes, Floats | None]:
        """The bytes of a column in a row, and how well they keep it."""
        vectors = values.reshape(-1, column.width)
        offset = self._offsets.get(column.name)
        if offset is None:
            raw = codes.encode(column.element, vectors)
        else:
            # The first token has an offset of its own.
            residuals = vectors - offset[np.minimum(np.arange(len(vectors)), len(offset) - 1)]
            raw = codes.encode(column.element, residuals)
        table = np.frombuffer(bytearray(raw), np.uint8)
        if column.name != "label" and codes.problem(column.element, table, column.width, len(vectors)):
            where = f"{self.folder}, row {number}: '{column.name}'"
            raise RowError(f"{where} has numbers that {column.element} cannot hold; choose a wider precision")
        if offset is None:
            return raw, None
        decoded = codes.decode(column.element, table, column.width, 1, len(vectors))
        row = fidelity.of_row(fidelity.cosines(residuals, decoded, vectors), column.large)
        facts = dict(zip(("first.minimum", "", "others.minimum"), map(float, row)))
        facts.pop("", None)
        self._refuse(fidelity.shortfall(facts, self.precision), f"row {number}, {column.name}")
        return raw, row

    def _refuse(self, problem: str | None, where: str) -> None:
        if problem:
            self.close()
            raise FidelityError(f"{self.folder}, {where}: {problem}; choose another folder and a wider precision")

    def seal(self) -> None:
        """Commits the last shard, writes `statistics.json` and then the manifest: the folder is complete.

        Raises FidelityError where a mean over the whole set is below its bound; the folder is not sealed then.
        """
        if self._pilot is not None:
            self._end_pilot()
        self._writer.commit()
        fidelities = [column for column in self._columns if column.name.startswith("fidelity.")]
        moments, lengths, gathered = Statistics(self._columns), list[NDArray[Any]](), list[list[NDArray[Any]]]()
        # Read back, as a writer that went on has not seen all rows.
        for shard in self._writer.committed_shards():
            moments.add(shard)
            lengths.append(shard.lengths)
            gathered.append([shard.small(column) for column in fidelities])
        attributes = {}
        for column, parts in zip(fidelities, zip(*gathered)):
            facts = fidelity.measured(np.concatenate(parts), np.concatenate(lengths))
            self._refuse(fidelity.shortfall(facts, self.precision), column.name.removeprefix("fidelity."))
            attributes[column.name] = " ".join(f"{name}={fidelity.number(value)}" for name, value in facts.items())
        text, digest = self._writer.manifest(attributes)
        # Before the manifest, as a folder that has one is not changed.
        self._writer.write_beside("statistics.json", moments.text(digest))
        self._writer.write_beside("manifest.json", text)
        self.close()

    def close(self) -> None:
        """Lets go of the folder without sealing it; rows that are in no committed shard are to be given again."""
        self._writer.close()

    def __enter__(self) -> CacheWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.seal()
        self.close()
