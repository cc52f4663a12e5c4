"""Reads, writes and samples caches of a BERT teacher's features."""

from .errors import (
    CacheError,
    DamagedError,
    FidelityError,
    FolderError,
    MissingError,
    RowError,
    SealedError,
    UnsealedError,
    VersionError,
)
from .features import FeatureCache
from .sampling import Batch, Sampler
from .shards import ShardSet
from .writer import CacheWriter

__all__ = [
    "Batch",
    "CacheError",
    "CacheWriter",
    "DamagedError",
    "FeatureCache",
    "FidelityError",
    "FolderError",
    "MissingError",
    "RowError",
    "Sampler",
    "SealedError",
    "ShardSet",
    "UnsealedError",
    "VersionError",
]
