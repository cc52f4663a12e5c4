"""The journal of a set: what is being written, and what was committed."""

from __future__ import annotations

from typing import Any

from .errors import DamagedError
from .schema import check_version, is_sealed, parse, parse_entry, sealed, take


class Journal:
    """All whole lines of a journal."""

    def __init__(self, opening: dict[str, Any]) -> None:
        self.opening = opening
        self.entries: list[dict[str, Any]] = []
        self._last, self.chain = sealed(opening, "chain")
        self.text = self._last

    def append(self, entry: dict[str, Any]) -> bytes:
        """Adds a committed shard, and returns its line."""
        self._last, self.chain = sealed(entry, "chain", self._last)
        self.text += self._last
        self.entries.append(entry)
        return self._last

    @property
    def rows(self) -> int:
        return sum(entry["rows"] for entry in self.entries)


def read_journal(text: bytes, file: str) -> Journal | None:
    """A journal up to a last line that was torn; None where not even the first one is whole.

    Raises DamagedError where a line is wrong that others follow, and VersionError.
    """
    journal: Journal | None = None
    *whole, rest = text.split(b"\n")
    lines = [line + b"\n" for line in whole] + ([rest] if rest else [])
    for number, line in enumerate(lines, 1):
        try:
            previous = journal._last if journal else b""
            if not is_sealed(line, "chain", previous):
                raise DamagedError(file, f"line {number} is not what its hash says")
            value = parse(line, file)
            chain = value.pop("chain", "")
            if journal is None:
                check_version(value, file)
                for key, kind in (("cache", str), ("identity", dict), ("schema", dict), ("shardBytes", int)):
                    take(value, key, kind, file)
                journal = Journal(value)
                journal.text = b""
            else:
                journal.entries.append(parse_entry(value, number - 2, journal.rows, file))
        except DamagedError:
            if number == len(lines):
                break
            raise
        # As it stands in the file: another writer may order its keys otherwise.
        journal._last, journal.chain, journal.text = line, chain, journal.text + line
    return journal
