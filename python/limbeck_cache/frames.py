"""Frames of LZ4 as a shard holds them, bit-planes, and skippable frames (`schemas/shard-format.md`, "A shard")."""

from __future__ import annotations

import struct
from typing import NamedTuple

import lz4.frame
import numpy as np
import xxhash
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

HEADER, GAP, INDEX, FOOTER = 0x184D2A5B, 0x184D2A5C, 0x184D2A5D, 0x184D2A5E
STORED, BIT_PLANES = 1, 2  # flags of a record; 0 is a compressed frame without a filter

_BLOCK = 4 << 20
_PLANES = 8192  # bytes of a block of bit-planes
_RAW = 0x80000000  # in a block's length: it is not compressed


class FrameProblem(Exception):
    """What is wrong with a frame, in a few words."""


class Record(NamedTuple):
    """Where a frame lies, and what it holds: 32 bytes of the index. All zero for a column of no bytes."""

    offset: int
    length: int
    raw: int
    rows: int
    flags: int
    hash: int


RECORD = struct.Struct("<QIIIIQ")


def skippable(magic: int, contents: bytes) -> bytes:
    return struct.pack("<II", magic, len(contents)) + contents


def header(length: int) -> bytes:
    """The 15 bytes before the first block of a frame whose contents have so many bytes."""
    start = struct.pack("<IBBQ", 0x184D2204, 0x6C, 0x70, length)
    return start + bytes([xxhash.xxh32_intdigest(start[4:]) >> 8 & 0xFF])


def is_aligned(flags: int, raw: int) -> bool:
    """Whether a frame must begin at 45 mod 64: a stored one of one block."""
    return flags == STORED and raw <= _BLOCK


def _stored(contents: bytes) -> bytes:
    parts = [header(len(contents))]
    for start in range(0, len(contents), _BLOCK):
        block = contents[start : start + _BLOCK]
        parts += [struct.pack("<I", len(block) | _RAW), block]
    return b"".join(parts) + struct.pack("<II", 0, xxhash.xxh32_intdigest(contents))


def encode(contents: bytes, size: int, planes: bool, position: int) -> tuple[bytes, bytes, int]:
    """The gap before a frame that is to follow `position` in the file, the frame, and its flags.

    `size` is that of a number; `planes` says whether the column's filter is bit-planes.
    """
    plain = filtered(contents, size) if planes else contents
    # Not lz4.frame.compress, which chooses smaller blocks for short contents, and with them another header.
    compressor = lz4.frame.LZ4FrameCompressor(
        block_size=lz4.frame.BLOCKSIZE_MAX4MB, block_linked=False, content_checksum=True, auto_flush=True
    )
    frame = compressor.begin(source_size=len(plain)) + compressor.compress(plain) + compressor.flush()
    stored = len(contents) + 4 * -(-len(contents) // _BLOCK) + 23
    if 100 * len(frame) <= 97 * stored:
        return b"", frame, BIT_PLANES if planes else 0
    gap = (45 - position) % 64 if len(contents) <= _BLOCK else 0
    # A gap has eight bytes at least.
    gap += 64 if 0 < gap < 8 else 0
    return skippable(GAP, bytes(gap - 8)) if gap else b"", _stored(contents), STORED


def decode(frame: memoryview, record: Record, size: int, *, verifies: bool = False) -> Bytes:
    """The bytes of a column, once its record is known to be what the schema says; a stored block is not copied.

    Raises FrameProblem. `verifies` also tests LZ4's checksum of stored frames; that of the others is always tested.
    """
    if xxhash.xxh3_64_intdigest(frame) != record.hash:
        raise FrameProblem("the bytes are not what their hash says")
    length = planes_length(record.raw, size) if record.flags == BIT_PLANES else record.raw
    if frame[:15] != header(length):
        raise FrameProblem(f"the frame's header is not that of {length} bytes")
    if record.flags == STORED:
        return _unstored(frame, length, verifies)
    try:
        body, used = lz4.frame.decompress(frame, return_bytes_read=True)
    except (RuntimeError, ValueError, MemoryError) as error:
        raise FrameProblem(f"LZ4 cannot decode the frame ({error})") from error
    if len(body) != length or used != len(frame):
        raise FrameProblem(f"the frame does not hold {length} bytes and nothing more")
    plain = np.frombuffer(body, np.uint8)
    return unfiltered(plain, record.raw, size) if record.flags == BIT_PLANES else plain


def _unstored(frame: memoryview, length: int, verifies: bool) -> Bytes:
    blocks, position = [], 15
    for start in range(0, length, _BLOCK):
        some = min(_BLOCK, length - start)
        if frame[position : position + 4] != struct.pack("<I", some | _RAW):
            raise FrameProblem("a stored block is not as long as it should be")
        blocks.append(np.frombuffer(frame[position + 4 : position + 4 + some], np.uint8))
        position += 4 + some
    if len(frame) != position + 8 or frame[position : position + 4] != bytes(4):
        raise FrameProblem("a stored frame does not end where it should")
    contents = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
    if verifies and frame[position + 4 :] != struct.pack("<I", xxhash.xxh32_intdigest(contents.data)):
        raise FrameProblem("the contents are not what LZ4's checksum says")
    return contents


def planes_length(raw: int, size: int) -> int:
    """Bytes after the filter, of so many bytes before it."""
    rest = raw % _PLANES
    return raw - rest + (rest // size + 7) // 8 * 8 * size


def filtered(contents: bytes, size: int) -> bytes:
    """Numbers of `size` bytes as bit-planes, in blocks of 8,192 bytes."""
    numbers = np.frombuffer(contents, np.uint8)
    whole = len(numbers) - len(numbers) % _PLANES
    rest = np.zeros(planes_length(len(numbers) - whole, size), np.uint8)
    rest[: len(numbers) - whole] = numbers[whole:]
    parts = [numbers[:whole].reshape(-1, _PLANES), rest.reshape(1, len(rest))]
    return b"".join(
        # [block, 8 numbers, number, byte] to [block, byte, bit, 8 numbers]
        _turned(part.reshape(len(part), part.shape[1] // (8 * size), 8, size).transpose(0, 3, 1, 2)).transpose(0, 1, 3, 2).tobytes()
        for part in parts
    )


def unfiltered(planes: Bytes, raw: int, size: int) -> Bytes:
    """The inverse of `filtered`; `raw` bytes."""
    whole = raw - raw % _PLANES
    parts = [planes[:whole].reshape(-1, _PLANES), planes[whole:].reshape(1, -1)]
    numbers = [
        _turned(part.reshape(len(part), size, 8, part.shape[1] // (8 * size)).transpose(0, 1, 3, 2)).transpose(0, 2, 3, 1).reshape(-1)
        for part in parts
    ]
    return np.concatenate(numbers)[:raw]


def _turned(bytes8: Bytes) -> Bytes:
    """Each 8 bytes of the last axis as a matrix of bits, transposed: three exchanges of ever larger squares."""
    x = np.ascontiguousarray(bytes8).view("<u8")
    for shift, mask in ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0)):
        swap = (x ^ (x >> np.uint64(shift))) & np.uint64(mask)
        x = x ^ swap ^ (swap << np.uint64(shift))
    return x.view(np.uint8)
