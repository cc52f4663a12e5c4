"""What can go wrong with a cache: each message says where, and what to do."""

from __future__ import annotations


class CacheError(Exception):
    """Any failure of this package."""


class DamagedError(CacheError):
    """Bytes that are not what was written."""

    def __init__(self, file: str, problem: str, row: int | None = None, column: str | None = None) -> None:
        where = file + ("" if row is None else f", row {row}") + ("" if column is None else f", column '{column}'")
        super().__init__(f"{where}: {problem}; the file is damaged, remove its folder and make it again")


class VersionError(CacheError):
    """A format that is not read here."""

    def __init__(self, file: str, found: object) -> None:
        super().__init__(
            f"{file}: format version {found}, and this package reads version 1; "
            "use a newer one, or make the shards again"
        )


class UnsealedError(CacheError):
    """A folder without a manifest."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"{folder}: there is no manifest.json, so the shards are not complete; "
            "run the program that writes them again, it goes on where it stopped"
        )


class SealedError(CacheError):
    """A writer was asked to go on in a folder that is complete."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"{folder}: the shards here are complete; read them, or choose another folder")


class FolderError(CacheError):
    """A folder in which a writer cannot begin: another holds it, or it was begun with other contents."""


class MissingError(CacheError, LookupError):
    """A column, a layer or a row that the cache does not have."""


class RowError(CacheError, ValueError):
    """A row, or an argument, that does not fit the cache."""


class FidelityError(CacheError):
    """Vectors that the precision stores worse than the cache's bounds allow."""
