"""Numbers as a shard stores them: plain ones, and codes of rotated vectors (`schemas/shard-format.md`, "Codes")."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .sampling import STREAM_SIGNS, Words

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

#: How the plain elements are read; bfloat16 as its bits.
PLAIN = {"uint8": "u1", "int32": "<i4", "float16": "<f2", "bfloat16": "<u2", "float32": "<f4"}
CODES = ("int8-rotated", "int4-rotated")

_GROUP = 32  # numbers that share a scale in int4-rotated


def vector_bytes(element: str, d: int) -> int:
    """Bytes of a vector of d numbers, its scales among them."""
    if element in CODES:
        codes, scales = _shape(element, d)
        return codes + 2 * scales
    return d * np.dtype(PLAIN[element]).itemsize


def _shape(element: str, d: int) -> tuple[int, int]:
    """Bytes of the codes of a vector, and how many scales it has."""
    return (d, 1) if element == "int8-rotated" else ((d + 1) // 2, (d + _GROUP - 1) // _GROUP)


@lru_cache(maxsize=16)
def signs(d: int) -> Floats:
    """The signs of the rotation, 1 or -1; [d]."""
    words = Words(0, STREAM_SIGNS).peek((d + 31) // 32).astype("<u4")
    bits = np.unpackbits(words.view(np.uint8), bitorder="little")[:d]
    return np.where(bits == 1, np.float32(-1), np.float32(1)).astype(np.float32)


def _hadamard(vectors: Floats) -> Floats:
    """Each block of b numbers times the Hadamard matrix / sqrt(b), by additions in a fixed order; [n, d]."""
    d = vectors.shape[1]
    b = d & -d
    numbers, half = vectors.reshape(-1, b), 1
    while half < b:
        pairs = numbers.reshape(len(numbers), b // (2 * half), 2, half)
        left, right = pairs[:, :, 0], pairs[:, :, 1]
        numbers = np.stack((left + right, left - right), axis=2).reshape(-1, b)
        half *= 2
    return (numbers / np.float32(np.sqrt(b))).reshape(vectors.shape)


def rotate(vectors: Floats) -> Floats:
    """[n, d] to the rotated vectors that are coded."""
    return _hadamard(vectors * signs(vectors.shape[1]))


def unrotate(rotated: Floats) -> Floats:
    """The inverse of `rotate`."""
    return _hadamard(rotated) * signs(rotated.shape[1])


def encode(element: str, values: NDArray[Any]) -> bytes:
    """Vectors [n, d] as the bytes of a column in one row; floats are rounded to the nearest, ties to even.

    What float16 cannot hold becomes infinite, for the caller to refuse.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if element == "bfloat16":
            bits = np.ascontiguousarray(values, "<f4").view("<u4")
            return bytes(((bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) >> np.uint32(16)).astype("<u2"))
        if element not in CODES:
            return np.ascontiguousarray(values, PLAIN[element]).tobytes()
        rotated = rotate(np.asarray(values, np.float32))
        codes, scales = _int8(rotated) if element == "int8-rotated" else _int4(rotated)
        return codes.tobytes() + scales.tobytes()


def _int8(rotated: Floats) -> tuple[NDArray[Any], NDArray[Any]]:
    scales = (np.abs(rotated).max(axis=1, keepdims=True) / np.float32(127)).astype("<f2")
    return np.clip(_quotients(rotated, scales), -127, 127).astype("i1"), scales


def _int4(rotated: Floats) -> tuple[NDArray[Any], NDArray[Any]]:
    n, d = rotated.shape
    groups = np.pad(rotated, ((0, 0), (0, -d % _GROUP))).reshape(n, -1, _GROUP)
    largest = np.abs(groups).max(axis=2, keepdims=True) / np.float32(7)
    best = np.full(largest.shape, np.inf, np.float32)
    # Infinite where no scale is tried that float16 holds: that is refused.
    codes, scales = np.zeros(groups.shape, np.float32), largest.astype("<f2")
    # A scale below the largest number clips that one and serves the others better; which is best is tried.
    for step in range(9):
        tried = (largest * np.float32(0.6 + 0.05 * step)).astype("<f2")
        rounded = np.clip(_quotients(groups, tried), -8, 7)
        error = ((rounded * tried.astype(np.float32) - groups) ** 2).sum(axis=2, keepdims=True)
        better = error < best
        best, codes, scales = (np.where(better, new, old) for new, old in ((error, best), (rounded, codes), (tried, scales)))
    nibbles = codes.reshape(n, -1)[:, : d + d % 2].astype("i1").view("u1") & np.uint8(15)
    return nibbles[:, ::2] | nibbles[:, 1::2] << np.uint8(4), scales


def _quotients(rotated: Floats, scales: NDArray[Any]) -> Floats:
    """Numbers over their scales, rounded; 0 where the scale is."""
    wide = scales.astype(np.float32)
    return np.rint(np.divide(rotated, wide, out=np.zeros_like(rotated), where=wide > 0))


def decode(element: str, raw: Bytes, d: int, rows: int, vectors: int) -> NDArray[Any]:
    """The bytes of `rows` rows of `vectors` vectors each; [rows x vectors, d], float32 or as whole numbers."""
    if element in CODES:
        width, count = _shape(element, d)
        table = raw.reshape(rows, vectors * (width + 2 * count))
        codes = table[:, : vectors * width].reshape(rows * vectors, width)
        scales = np.ascontiguousarray(table[:, vectors * width :]).view("<f2").astype(np.float32).reshape(-1, count)
        if element == "int8-rotated":
            return unrotate(codes.view("i1").astype(np.float32) * scales)
        # The half byte's sign bit is moved up to the byte's, and back with the sign.
        halves = np.stack((codes << np.uint8(4), codes & np.uint8(0xF0)), axis=2).reshape(len(codes), -1)[:, :d]
        numbers = (halves.view("i1") >> 4).astype(np.float32)
        return unrotate(numbers * np.repeat(scales, _GROUP, axis=1)[:, :d])
    numbers = raw.view(PLAIN[element])
    if element == "bfloat16":
        return (numbers.astype("<u4") << np.uint32(16)).view("<f4").reshape(-1, d)
    # A copy, so that what is handed out does not hold the file's mapping.
    return np.array(numbers, "<f4" if element == "float16" else PLAIN[element]).reshape(-1, d)


def problem(element: str, raw: Bytes, d: int, vectors: int) -> str | None:
    """What a large column must not hold, in one row: NaN, infinity, or a scale that is negative."""
    if element in CODES:
        scales = raw[vectors * _shape(element, d)[0] :].view("<f2")
        return None if bool((np.isfinite(scales) & (scales >= 0)).all()) else "a scale is negative, NaN or infinite"
    if element in ("uint8", "int32"):
        return None
    finite = np.isfinite(decode(element, raw, d, 1, vectors)).all()
    return None if bool(finite) else "it holds NaN or infinity"
