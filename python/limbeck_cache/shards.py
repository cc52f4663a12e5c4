"""Reads a set of shards: nothing is decoded before it is asked for, and nothing unchecked is given out."""

from __future__ import annotations

import bisect
import mmap
import os
import struct
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from . import codes, frames
from .errors import DamagedError, MissingError, UnsealedError, VersionError
from .frames import FrameProblem, Record
from .journal import read_journal
from .schema import (
    JOURNAL,
    MANIFEST,
    Column,
    canonical,
    check_version,
    is_sealed,
    parse,
    parse_columns,
    parse_entry,
    parse_offset,
    take,
)

MAGIC = 0x004B4345424D494C
FOOTER = struct.Struct("<6QIIQ")
_LENGTHS = Column("length", "int32", "row", 1)
_RECORD = np.dtype([("offset", "<u8"), ("length", "<u4"), ("raw", "<u4"), ("rows", "<u4"), ("flags", "<u4"), ("hash", "<u8")])


class Shard:
    """A mapped shard whose footer, header, index and lengths are what the set says."""

    def __init__(self, folder: str, entry: Mapping[str, Any], opening: Mapping[str, Any], columns: Sequence[Column]) -> None:
        self.path, self.entry = os.path.join(folder, entry["name"]), entry
        self._small = [_LENGTHS] + [column for column in columns if not column.large]
        self._large = [column for column in columns if column.large]
        attributes = take(opening["identity"], "attributes", dict, self.path)
        self._offsets = {column.name: parse_offset(column, attributes, self.path) for column in columns}
        self._numbers: dict[str, NDArray[Any]] = {}
        try:
            with open(self.path, "rb") as file:
                self._data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            raise DamagedError(self.path, f"it cannot be mapped ({error})") from error
        self._read_footer()
        self._read_header(opening)
        try:
            self.lengths = self._frame(0, _LENGTHS, entry["rows"], 4 * entry["rows"]).view("<u4").astype(np.int64)
        except FrameProblem as problem:
            raise self._damaged(str(problem), column="length") from problem
        if self.lengths.sum() != entry["tokens"] or self.lengths.max() >= 1 << 31:
            raise self._damaged(f"its lengths are not those of {entry['tokens']} tokens")
        self._starts = np.concatenate(([0], np.cumsum(self.lengths)))

    def _damaged(self, problem: str, row: int | None = None, column: str | None = None) -> DamagedError:
        return DamagedError(self.path, problem, None if row is None else self.entry["firstRow"] + row, column)

    def _read_footer(self) -> None:
        data, end = self._data, len(self._data)
        if end < 72 or data[end - 72 : end - 64] != struct.pack("<II", frames.FOOTER, 64):
            raise self._damaged("it does not end in a footer")
        at, size, length, self._header_hash, index_hash, own, version, zero, magic = FOOTER.unpack(data[end - 64 :])
        if magic != MAGIC:
            raise self._damaged("it does not end in a footer")
        if version != 1:
            raise VersionError(self.path, version)
        footer = bytes(data[end - 72 : end - 24]) + bytes(8) + bytes(data[end - 16 :])
        if xxhash.xxh3_64_intdigest(footer) != own or f"{own:016x}" != self.entry["footer"] or zero:
            raise self._damaged("its footer is not what its hash says")
        records = len(self._small) + self.entry["rows"] * len(self._large)
        if length != end or self.entry["bytes"] != end or size != 8 + 32 * records or at + size + 72 != end:
            raise self._damaged(f"its lengths are not those of {self.entry['rows']} rows in {self.entry['bytes']} bytes")
        index = data[at : at + size]
        if xxhash.xxh3_64_intdigest(index) != index_hash or index[:8] != struct.pack("<II", frames.INDEX, size - 8):
            raise self._damaged("its index is not what its hash says")
        self._end, self._index = at, np.frombuffer(index[8:], _RECORD)

    def _read_header(self, opening: Mapping[str, Any]) -> None:
        magic, length = struct.unpack("<II", self._data[:8])
        self._begin = length + 8
        if magic != frames.HEADER or self._begin % 64 or not 64 <= self._begin <= min(self._end, 1 << 20):
            raise self._damaged("it does not begin with a header")
        if xxhash.xxh3_64_intdigest(self._data[: self._begin]) != self._header_hash:
            raise self._damaged("its header is not what its hash says")
        if self._data[8:24] != struct.pack("<QII", MAGIC, 1, self._begin - 24):
            raise self._damaged("its header is not of this format")
        header = parse(bytes(self._data[24 : self._begin]), self.path)
        wanted = {key: opening[key] for key in ("cache", "identity", "schema")}
        wanted |= {key: self.entry[key] for key in ("ordinal", "firstRow")}
        # As JSON, in which true is not 1.
        if canonical({key: header.get(key) for key in wanted}) != canonical(wanted):
            raise self._damaged("its header is that of another shard")

    def _record(self, number: int) -> Record:
        return Record(*self._index[number].item())

    def _frame(self, number: int, column: Column, rows: int, count: int, verifies: bool = False) -> codes.Bytes:
        """The bytes of a column, which by schema and lengths are `count`; raises FrameProblem."""
        record = self._record(number)
        if count == 0:
            if any(record):
                raise FrameProblem("an empty column has a record that is not all zero")
            return np.empty(0, np.uint8)
        if (record.raw, record.rows) != (count, rows):
            raise FrameProblem(f"its record says {record.raw} bytes of {record.rows} rows, not {count} of {rows}")
        if record.flags not in (0, frames.STORED) and not (record.flags == frames.BIT_PLANES and column.planes):
            raise FrameProblem(f"its record has unknown flags {record.flags}")
        if record.offset < self._begin or record.offset + record.length > self._end:
            raise FrameProblem("its record points out of the file")
        if record.raw > 255 * record.length:
            raise FrameProblem(f"its record says {record.raw} bytes in a frame of {record.length}")
        return frames.decode(self._data[record.offset : record.offset + record.length], record, column.size, verifies=verifies)

    def _small_bytes(self, place: int, verifies: bool = False) -> codes.Bytes:
        column, rows = self._small[place], self.entry["rows"]
        count = rows * column.bytes(0) if column.layout == "row" else column.bytes(self.entry["tokens"])
        try:
            return self._frame(place, column, rows, count, verifies)
        except FrameProblem as problem:
            raise self._damaged(str(problem), None, column.name) from problem

    def _large_bytes(self, row: int, place: int, verifies: bool = False) -> codes.Bytes:
        column, tokens = self._large[place], int(self.lengths[row])
        number = len(self._small) + row * len(self._large) + place
        try:
            return self._frame(number, column, tokens, column.bytes(tokens), verifies)
        except FrameProblem as problem:
            raise self._damaged(str(problem), row, column.name) from problem

    def small(self, column: Column) -> NDArray[Any]:
        """A small column of all rows, [rows, width] or [tokens]; it stays decoded while the shard is mapped."""
        if column.name not in self._numbers:
            vectors = self.entry["rows"] if column.layout == "row" else self.entry["tokens"]
            raw = self._small_bytes(self._small.index(column))
            numbers = codes.decode(column.element, raw, column.width, vectors, 1)
            offset = self._offsets[column.name]
            numbers = numbers if offset is None else numbers + offset
            self._numbers[column.name] = numbers if column.layout == "row" else numbers.reshape(-1)
        return self._numbers[column.name]

    def row(self, row: int, column: Column) -> NDArray[Any]:
        """A column of one row: [width], [tokens], [tokens, width] or [width, tokens, tokens]."""
        if not column.large:
            numbers = self.small(column)
            return (numbers[row] if column.layout == "row" else numbers[self._starts[row] : self._starts[row + 1]]).copy()
        tokens = int(self.lengths[row])
        raw = self._large_bytes(row, self._large.index(column))
        numbers = codes.decode(column.element, raw, column.width, 1, column.vectors(tokens))
        if column.layout == "square":
            return numbers.reshape(column.width, tokens, tokens)
        offset = self._offsets[column.name]
        if offset is not None:
            numbers[:1] += offset[0]
            numbers[1:] += offset[1]
        return numbers

    def verify(self) -> None:
        """Checks every byte of the file; raises DamagedError."""
        if xxhash.xxh3_128_hexdigest(self._data) != self.entry["xxh3"]:
            raise self._damaged("it is not what its hash in the manifest says")
        position = self._begin
        for row in range(self.entry["rows"]):
            for place, column in enumerate(self._large):
                number = len(self._small) + row * len(self._large) + place
                position = self._after(position, number, row, column.name)
                raw = self._large_bytes(row, place, verifies=True)
                problem = codes.problem(column.element, raw, column.width, column.vectors(int(self.lengths[row])))
                if problem:
                    raise self._damaged(problem, row, column.name)
        for place, column in enumerate(self._small):
            position = self._after(position, place, None, column.name)
            self._small_bytes(place, verifies=True)
        if position != self._end:
            raise self._damaged("bytes stand between the last frame and the index")

    def _after(self, position: int, number: int, row: int | None, name: str) -> int:
        """The end of a frame that is the next one at a position, or stands there behind a gap."""
        record = self._record(number)
        if not any(record):
            return position
        aligned = frames.is_aligned(record.flags, record.raw)
        gap = bytes(self._data[position : record.offset]) if record.offset >= position else b"?"
        good = not gap or aligned and 8 <= len(gap) <= 71 and gap == frames.skippable(frames.GAP, bytes(len(gap) - 8))
        if not good or aligned and record.offset % 64 != 45:
            raise self._damaged("its frame does not stand where it should, or not behind an empty gap", row, name)
        return record.offset + record.length


class ShardSet:
    """A complete folder of shards. Keeps `mapped` of them mapped at most, and what was decoded of their small columns.

    Raises UnsealedError, VersionError or DamagedError.
    """

    def __init__(self, folder: str | os.PathLike[str], mapped: int = 8) -> None:
        self.folder, self._limit = os.fspath(folder), max(1, mapped)
        path = os.path.join(self.folder, MANIFEST)
        try:
            with open(path, "rb") as file:
                text = file.read()
        except FileNotFoundError as error:
            raise UnsealedError(self.folder) from error
        self.manifest = parse(text, path)
        check_version(self.manifest, path)
        if not is_sealed(text, "hash"):
            raise DamagedError(path, "it is not what its hash says")
        #: XXH3-128 that names the contents of the set.
        self.hash: str = self.manifest["hash"]
        self.identity: dict[str, Any] = take(self.manifest, "identity", dict, path)
        self.attributes: dict[str, Any] = take(self.identity, "attributes", dict, path)
        take(self.manifest, "cache", str, path)
        columns = parse_columns(take(self.manifest, "schema", dict, path), path)
        self.columns = {column.name: column for column in columns}
        self._entries: list[dict[str, Any]] = []
        self._first = [0]
        self._shards: OrderedDict[int, Shard] = OrderedDict()
        lengths = [np.empty(0, np.int64)]
        for ordinal, value in enumerate(take(self.manifest, "files", list, path)):
            self._entries.append(parse_entry(value, ordinal, self._first[-1], path))
            self._first.append(self._first[-1] + self._entries[-1]["rows"])
            lengths.append(self._shard(ordinal).lengths)
        #: Tokens of each row.
        self.lengths: NDArray[np.int64] = np.concatenate(lengths)
        totals = (take(self.manifest, "rows", int, path), take(self.manifest, "tokens", int, path))
        if totals != (len(self.lengths), self.lengths.sum()):
            raise DamagedError(path, f"its shards have {len(self.lengths)} rows of {self.lengths.sum()} tokens in all")

    @property
    def shard_rows(self) -> list[int]:
        """Rows of each shard."""
        return [entry["rows"] for entry in self._entries]

    def __len__(self) -> int:
        return len(self.lengths)

    def __reduce__(self) -> tuple[type[ShardSet], tuple[str, int]]:
        # Mappings do not travel to another process: it opens the folder itself.
        return type(self), (self.folder, self._limit)

    def _shard(self, ordinal: int) -> Shard:
        if ordinal not in self._shards:
            columns = list(self.columns.values())
            self._shards[ordinal] = Shard(self.folder, self._entries[ordinal], self.manifest, columns)
        self._shards.move_to_end(ordinal)
        while len(self._shards) > self._limit:
            self._shards.popitem(last=False)
        return self._shards[ordinal]

    def _column(self, name: str) -> Column:
        if name not in self.columns:
            raise MissingError(f"{self.folder}: there is no column '{name}', only {', '.join(self.columns)}")
        return self.columns[name]

    def column(self, name: str) -> NDArray[Any]:
        """A small column of all rows, [rows, width] or [tokens in all]; float32, int32 or uint8, offsets added."""
        column = self._column(name)
        if column.large:
            raise MissingError(f"{self.folder}: column '{name}' is large; read it by row(i, '{name}')")
        empty = codes.decode(column.element, np.empty(0, np.uint8), column.width, 0, 1)
        parts = [self._shard(ordinal).small(column) for ordinal in range(len(self._entries))]
        return np.concatenate(parts or [empty if column.layout == "row" else empty.reshape(-1)])

    def row(self, row: int, name: str) -> NDArray[Any]:
        """A column of one row: [width], [tokens], [tokens, width] or, of a square one, [width, tokens, tokens].

        Floats are float32 and have their offsets added. Raises MissingError, or DamagedError.
        """
        column = self._column(name)
        if not 0 <= row < len(self):
            raise MissingError(f"{self.folder}: there is no row {row}, only 0 to {len(self) - 1}")
        ordinal = bisect.bisect_right(self._first, row) - 1
        return self._shard(ordinal).row(row - self._first[ordinal], column)

    def verify(self) -> None:
        """Checks the journal and every byte of every shard; raises DamagedError."""
        path = os.path.join(self.folder, JOURNAL)
        try:
            with open(path, "rb") as file:
                text = file.read()
        except OSError as error:
            raise DamagedError(path, f"it cannot be read ({error})") from error
        journal = read_journal(text, path)
        keys = ("cache", "identity", "schema", "shardBytes")
        if (
            journal is None
            or journal.text != text
            or journal.chain != self.manifest.get("journal")
            or journal.entries != self._entries
            or any(journal.opening[key] != self.manifest.get(key) for key in keys)
        ):
            raise DamagedError(path, "it is not the journal that the manifest names")
        for ordinal in range(len(self._entries)):
            self._shard(ordinal).verify()


