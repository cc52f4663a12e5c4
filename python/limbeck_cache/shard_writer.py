"""Writes rows into a folder of shards; killed at any point and begun again, it ends with the same bytes."""

from __future__ import annotations

import fcntl
import os
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import xxhash

from . import frames
from .errors import CacheError, FolderError, RowError, SealedError
from .frames import Record
from .journal import Journal, read_journal
from .schema import FORMAT, JOURNAL, MANIFEST, VERSION, Column, canonical, schema_json, sealed, shard_name
from .shards import FOOTER, MAGIC, Shard

_SHARD = re.compile(r"shard-\d{5,}\.lz4")
_OURS = re.compile(rf"({_SHARD.pattern}|manifest\.json|journal\.jsonl|statistics\.json)\.part")
_EMPTY = Record(0, 0, 0, 0, 0, 0)


class ShardFile:
    """One shard, under a name that says that it is not whole."""

    def __init__(self, path: str, header: Mapping[str, object], columns: Sequence[Column]) -> None:
        text = canonical(header)
        length = -(-(24 + len(text)) // 64) * 64
        if length > 1 << 20:
            raise RowError(f"{path}: its header would have {length} bytes, {1 << 20} at most; choose fewer layers")
        contents = struct.pack("<QII", MAGIC, 1, length - 24) + text.ljust(length - 24)
        self._large = [column for column in columns if column.large]
        # The lengths, and then the small columns of the schema.
        self._small = [bytearray() for _ in range(1 + len(columns) - len(self._large))]
        self.path, self.rows, self.tokens, self.raw_bytes = path, 0, 0, 0
        self._file = open(path, "wb")
        self._whole, self._position = xxhash.xxh3_128(), 0
        self._records: list[Record] = []
        head = frames.skippable(frames.HEADER, contents)
        self._head_hash = xxhash.xxh3_64_intdigest(head)
        self._write(head)

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._whole.update(data)
        self._position += len(data)

    def _frame(self, contents: bytes, size: int, planes: bool, rows: int) -> Record:
        if not contents:
            return _EMPTY
        if len(contents) > 1 << 30:
            raise RowError(f"{self.path}: a column of {len(contents)} bytes, {1 << 30} at most; choose smaller shards")
        gap, frame, flags = frames.encode(contents, size, planes, self._position)
        self._write(gap)
        record = Record(self._position, len(frame), len(contents), rows, flags, xxhash.xxh3_64_intdigest(frame))
        self._write(frame)
        return record

    def append(self, tokens: int, small: Sequence[bytes], large: Sequence[bytes]) -> None:
        for column, contents in zip(self._large, large):
            self._records.append(self._frame(contents, column.size, column.planes, tokens))
        parts = [struct.pack("<I", tokens), *small]
        for gathered, contents in zip(self._small, parts):
            gathered += contents
        self.rows, self.tokens = self.rows + 1, self.tokens + tokens
        self.raw_bytes += sum(map(len, parts)) + sum(map(len, large))

    def finish(self) -> dict[str, Any]:
        """Puts the whole shard on the disk; what the journal says of it."""
        wide = [self._frame(bytes(contents), 1, False, self.rows) for contents in self._small]
        index = frames.skippable(frames.INDEX, b"".join(frames.RECORD.pack(*record) for record in wide + self._records))
        at = self._position
        self._write(index)
        fields = (at, len(index), at + len(index) + 72, self._head_hash, xxhash.xxh3_64_intdigest(index))
        own = xxhash.xxh3_64_intdigest(frames.skippable(frames.FOOTER, FOOTER.pack(*fields, 0, 1, 0, MAGIC)))
        self._write(frames.skippable(frames.FOOTER, FOOTER.pack(*fields, own, 1, 0, MAGIC)))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return {
            "bytes": self._position, "footer": f"{own:016x}", "rows": self.rows, "tokens": self.tokens,
            "xxh3": self._whole.hexdigest(),
        }  # fmt: skip

    def abandon(self) -> None:
        self._file.close()
        os.unlink(self.path)


class ShardSetWriter:
    """Holds a folder (made where there is none) until it is sealed or closed.

    Raises SealedError where the folder is complete, FolderError where another writer holds it or it is not ours to go on in.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = os.fspath(folder)
        self.journal: Journal | None = None
        self._shard: ShardFile | None = None
        self._columns: Sequence[Column] = ()
        self._is_open = False
        os.makedirs(self.folder, exist_ok=True)
        self._lock = os.open(self.folder, os.O_RDONLY)
        try:
            self._look()
        except BaseException:
            os.close(self._lock)
            raise

    def _look(self) -> None:
        """Takes the lock, and reads the journal that is there."""
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderError(f"{self.folder}: another writer holds it; wait for it to end") from error
        names = os.listdir(self.folder)
        if MANIFEST in names:
            raise SealedError(self.folder)
        if JOURNAL in names:
            with open(self._path(JOURNAL), "rb") as file:
                self._text = file.read()
            self.journal = read_journal(self._text, self._path(JOURNAL))
        elif shards := [name for name in names if _SHARD.fullmatch(name)]:
            # Without a journal no shard is ours to remove.
            raise FolderError(f"{self.folder}: holds {shards[0]} and no journal.jsonl; choose another folder")

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    @property
    def committed_rows(self) -> int:
        """Rows in committed shards: the row of this number is wanted next."""
        return self.journal.rows if self.journal else 0

    def begin(self, columns: Sequence[Column], identity: Mapping[str, Any], shard_bytes: int) -> None:
        """Begins a journal, or goes on with the one that is there; removes what a kill left.

        Raises FolderError where the folder was begun with other contents, DamagedError where a committed shard is not whole.
        """
        schema = schema_json(columns)
        opening = {
            "cache": xxhash.xxh3_128_hexdigest(canonical(identity) + canonical(schema)), "format": FORMAT,
            "identity": dict(identity), "schema": schema, "shardBytes": shard_bytes, "version": VERSION,
        }  # fmt: skip
        if self.journal is None:
            self.journal = Journal(opening)
            self.write_beside(JOURNAL, self.journal.text)
        else:
            found = self.journal.opening
            keys = [key for key in ("identity", "schema", "shardBytes") if canonical(found[key]) != canonical(opening[key])]
            if keys:
                what = "; ".join(f"{key}: {difference(opening[key], found[key])}" for key in keys)
                raise FolderError(f"{self.folder}: was begun with other contents ({what}); choose another folder")
            if self.journal.text != self._text:
                self.write_beside(JOURNAL, self.journal.text)
        self._columns = columns
        for _ in self.committed_shards():
            pass  # Each is opened, which checks its footer, header and index.
        committed = {entry["name"] for entry in self.journal.entries}
        for name in os.listdir(self.folder):
            if _OURS.fullmatch(name) or _SHARD.fullmatch(name) and name not in committed:
                os.unlink(self._path(name))
        self._is_open = True

    def committed_shards(self) -> Iterator[Shard]:
        """The shards that are in the journal, each mapped while it is used."""
        assert self.journal is not None
        for entry in self.journal.entries:
            yield Shard(self.folder, entry, self.journal.opening, self._columns)

    def append(self, tokens: int, small: Sequence[bytes], large: Sequence[bytes]) -> None:
        """Adds a row of columns that fit the schema, and commits the shard that it completes."""
        journal = self._opened()
        if self._shard is None:
            header = {key: journal.opening[key] for key in ("cache", "identity", "schema")}
            header |= {"firstRow": journal.rows, "ordinal": len(journal.entries)}
            self._shard = ShardFile(self._path(shard_name(len(journal.entries)) + ".part"), header, self._columns)
        self._shard.append(tokens, small, large)
        if self._shard.raw_bytes >= journal.opening["shardBytes"]:
            self._commit()
        self._is_open = True

    def commit(self) -> None:
        """Commits the last shard, which may be small: only before the set is sealed."""
        self._opened()
        if self._shard is not None:
            self._commit()
        self._is_open = True

    def _opened(self) -> Journal:
        if not self._is_open or self.journal is None:
            raise CacheError(f"{self.folder}: the writer was closed or has failed; begin a new one, it goes on from there")
        # Until the call is through: after a failure of the disk nobody knows what is in the files.
        self._is_open = False
        return self.journal

    def _commit(self) -> None:
        assert self.journal is not None and self._shard is not None
        ordinal, first = len(self.journal.entries), self.journal.rows
        entry = self._shard.finish() | {"firstRow": first, "name": shard_name(ordinal), "ordinal": ordinal}
        os.rename(self._shard.path, self._path(entry["name"]))
        os.fsync(self._lock)
        with open(self._path(JOURNAL), "ab") as file:
            file.write(self.journal.append(entry))
            file.flush()
            os.fsync(file.fileno())
        self._shard = None

    def write_beside(self, name: str, text: bytes) -> None:
        """A whole file or none."""
        with open(self._path(name + ".part"), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.rename(self._path(name + ".part"), self._path(name))
        os.fsync(self._lock)

    def manifest(self, attributes: Mapping[str, str]) -> tuple[bytes, str]:
        """The manifest of the committed shards, and its hash."""
        assert self.journal is not None
        entries = self.journal.entries
        value = self.journal.opening | {
            "attributes": dict(attributes), "files": entries, "journal": self.journal.chain, "rows": self.journal.rows,
            "tokens": sum(entry["tokens"] for entry in entries),
        }  # fmt: skip
        return sealed(value, "hash")

    def close(self) -> None:
        """Lets go of the folder; rows that are not in a committed shard are lost."""
        self._is_open = False
        if self._shard is not None:
            self._shard.abandon()
            self._shard = None
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def difference(asked: object, found: object) -> str:
    """In which members two JSON values differ."""
    if not isinstance(asked, dict) or not isinstance(found, dict):
        return f"expected {_short(asked)}, found {_short(found)}"
    keys = [key for key in sorted(asked.keys() | found.keys()) if asked.get(key) != found.get(key)]
    return ", ".join(f"{key}: {difference(asked.get(key), found.get(key))}" for key in keys)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."

