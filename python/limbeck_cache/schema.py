"""Columns of a set, its files by name, and its texts (`schemas/shard-format.md`, "A set", "Journal and manifest")."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import xxhash
from numpy.typing import NDArray

from . import codes
from .errors import DamagedError, VersionError

FORMAT, VERSION = "limbeck-shards", 1
MANIFEST, JOURNAL = "manifest.json", "journal.jsonl"
T = TypeVar("T")


def shard_name(ordinal: int) -> str:
    return f"shard-{ordinal:05}.lz4"


@dataclass(frozen=True)
class Column:
    """One column; `layout` is `token`, `row` or `square`, and a large column has a frame for each row."""

    name: str
    element: str
    layout: str
    width: int
    large: bool = False
    planes: bool = False

    @property
    def size(self) -> int:
        """Bytes of one number, as a filter sees it."""
        return 1 if self.element in codes.CODES else np.dtype(codes.PLAIN[self.element]).itemsize

    def vectors(self, tokens: int) -> int:
        """Vectors of `width` numbers in a row of so many tokens."""
        return {"row": 1, "token": tokens, "square": tokens * tokens}[self.layout]

    def bytes(self, tokens: int) -> int:
        """Bytes of a row of so many tokens."""
        return self.vectors(tokens) * codes.vector_bytes(self.element, self.width)

    def json(self) -> dict[str, object]:
        value: dict[str, object] = {"element": self.element, "name": self.name}
        if self.large:
            value["filter"] = "bitPlanes" if self.planes else "none"
        if not self.large or self.layout == "square":
            value["layout"] = self.layout
        return value if self.layout == "token" and not self.large else value | {"width": self.width}


def schema_json(columns: Sequence[Column]) -> dict[str, object]:
    parts = {large: [column.json() for column in columns if column.large is large] for large in (False, True)}
    return {"small": parts[False], "large": parts[True]}


def take(value: Mapping[str, Any], key: str, kind: type[T], file: str) -> T:
    """A member of an object from a file; raises DamagedError where it is missing, of another type or negative."""
    found = value.get(key) if isinstance(value, dict) else None
    if type(found) is not kind or (isinstance(found, int) and not 0 <= found < 1 << 63):
        raise DamagedError(file, f"the value of '{key}' is missing or not what can stand there")
    return found


def parse_columns(schema: Mapping[str, Any], file: str) -> list[Column]:
    """The columns of a schema, small and then large; raises DamagedError."""
    columns = [_column(value, False, file) for value in take(schema, "small", list, file)]
    columns += [_column(value, True, file) for value in take(schema, "large", list, file)]
    if len({column.name for column in columns}) != len(columns) or len(columns) > 4096:
        raise DamagedError(file, "its columns are too many, or two have one name")
    return columns


def _column(value: Mapping[str, Any], large: bool, file: str) -> Column:
    name, element = take(value, "name", str, file), take(value, "element", str, file)
    layout = value.get("layout", "token") if large else take(value, "layout", str, file)
    filter_name = take(value, "filter", str, file) if large else "none"
    width = 1 if layout == "token" and not large else take(value, "width", int, file)
    column = Column(name, element, layout, width, large, filter_name == "bitPlanes")
    known = (
        name != ""
        and element in (*codes.PLAIN, *codes.CODES)
        and layout in (("token", "square") if large else ("token", "row"))
        and filter_name in ("none", "bitPlanes")
        and 1 <= width <= 1 << 24
    )
    if not known or column.planes and column.size == 1:
        raise DamagedError(file, f"column '{name}' is described by what this format does not know")
    if element in codes.CODES and not (layout == "row" or large and layout == "token"):
        raise DamagedError(file, f"column '{name}' cannot hold codes")
    return column


def parse_offset(column: Column, attributes: Mapping[str, Any], file: str) -> codes.Floats | None:
    """What is to be added to a column: [1, d], or [2, d] for the first token and the others; None where nothing is."""
    if f"offset.{column.name}" not in attributes:
        return None
    text = take(attributes, f"offset.{column.name}", str, file)
    count = 2 if column.large else 1
    try:
        offset = np.frombuffer(base64.b64decode(text, validate=True), "<f4").reshape(count, column.width)
    except ValueError as error:
        raise DamagedError(file, f"the offset is not base64 of {count} x {column.width} numbers", None, column.name) from error
    is_state = column.element not in ("uint8", "int32") and column.layout == ("token" if column.large else "row")
    if not is_state or not np.isfinite(offset).all():
        raise DamagedError(file, "its offset is not finite, or it cannot have one", None, column.name)
    return offset


def offset_text(offset: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(offset, "<f4").tobytes()).decode()


def canonical(value: object) -> bytes:
    """JSON in one line, its keys sorted: equal values have equal bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sealed(value: Mapping[str, object], key: str, previous: bytes = b"") -> tuple[bytes, str]:
    """A line that ends in its own hash, and that hash."""
    body = canonical(value)[:-1]
    digest = xxhash.xxh3_128_hexdigest(previous + body)
    return body + f',"{key}":"{digest}"}}\n'.encode(), digest


def is_sealed(line: bytes, key: str, previous: bytes = b"") -> bool:
    body = line[: -(len(key) + 40)]
    return line[len(body) :] == f',"{key}":"{xxhash.xxh3_128_hexdigest(previous + body)}"}}\n'.encode()


def parse(text: bytes, file: str) -> dict[str, Any]:
    """A JSON object; raises DamagedError."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DamagedError(file, "it is not valid JSON") from error
    if not isinstance(value, dict):
        raise DamagedError(file, "it is not a JSON object")
    return value


def check_version(value: Mapping[str, Any], file: str) -> None:
    if value.get("format") != FORMAT:
        raise DamagedError(file, f"its format is {value.get('format')!r}, not '{FORMAT}'")
    if type(value.get("version")) is not int or value["version"] != VERSION:
        raise VersionError(file, value.get("version"))


ENTRY: dict[str, type] = {"bytes": int, "firstRow": int, "footer": str, "name": str, "ordinal": int, "rows": int, "tokens": int, "xxh3": str}


def parse_entry(value: Mapping[str, Any], ordinal: int, first_row: int, file: str) -> dict[str, Any]:
    """A shard's entry in journal or manifest, with the keys that are known."""
    entry: dict[str, Any] = {key: take(value, key, kind, file) for key, kind in ENTRY.items()}
    place = (entry["ordinal"], entry["name"], entry["firstRow"])
    if place != (ordinal, shard_name(ordinal), first_row) or not 0 < entry["rows"] < 1 << 31:
        raise DamagedError(file, f"'{entry['name']}' stands as shard {ordinal} from row {first_row} on")
    return entry
