"""Which rows a training run visits, and which stand as negatives: pure functions of a seed and a position.

Implements `schemas/sampling.md`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import RowError

Rows = NDArray[np.int64]
Numbers = NDArray[np.uint64]

STREAM_SHARDS = 1 << 48
STREAM_NEGATIVES = 2 << 48
STREAM_SIGNS = 6 << 48
STREAM_ROWS = 7 << 48

# Constants are typed, as numpy before 2.0 makes floats of uint64 and a Python number.
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_MULTIPLY = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_ADD = 0x9E3779B9, 0xBB67AE85


def blocks(seed: int, streams: ArrayLike, indices: ArrayLike) -> Numbers:
    """Philox4x32-10 of each stream with each index, which are broadcast: their shape and then four words.

    Raises RowError where the seed is not one of 64 bits.
    """
    if not 0 <= seed < 1 << 64:
        raise RowError(f"the seed {seed}: choose one from 0 to 2^64 - 1")
    stream, index = np.broadcast_arrays(
        np.atleast_1d(np.asarray(streams, np.uint64)), np.atleast_1d(np.asarray(indices, np.uint64))
    )
    c0, c1, c2, c3 = index & _LOW, index >> _HALF, stream & _LOW, stream >> _HALF
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        a, b = c0 * _MULTIPLY[0], c2 * _MULTIPLY[1]
        c0, c1, c2, c3 = (b >> _HALF) ^ c1 ^ np.uint64(k0), b & _LOW, (a >> _HALF) ^ c3 ^ np.uint64(k1), a & _LOW
        k0, k1 = (k0 + _ADD[0]) & 0xFFFFFFFF, (k1 + _ADD[1]) & 0xFFFFFFFF
    return np.stack((c0, c1, c2, c3), axis=-1)


class Words:
    """The random words of a seed and a stream, in their order.

    `ready` holds the words of the first blocks, where they were computed for many streams at once.
    """

    def __init__(self, seed: int, stream: int, ready: Numbers | None = None) -> None:
        self._seed, self._stream = seed, stream % (1 << 64)
        self._ready = np.empty(0, np.uint64) if ready is None else ready
        self._block = len(self._ready) // 4

    def peek(self, count: int) -> Numbers:
        """The next `count` words, which stay the next ones."""
        if count > len(self._ready):
            more = (count - len(self._ready) + 3) // 4
            indices = np.arange(self._block, self._block + more, dtype=np.uint64)
            self._ready = np.concatenate((self._ready, blocks(self._seed, self._stream, indices).reshape(-1)))
            self._block += more
        return self._ready[:count]

    def below(self, bounds: Numbers) -> Rows:
        """For each bound in turn, a number from 0 to the bound - 1 without bias."""
        found = np.empty(len(bounds), np.int64)
        done = 0
        while done < len(bounds):
            some = bounds[done : done + 32768]
            products = self.peek(len(some)) * some
            refused = np.flatnonzero((products & _LOW) < (np.uint64(1 << 32) - some) % some)
            good = int(refused[0]) if len(refused) else len(some)
            found[done : done + good] = products[:good] >> _HALF
            done += good
            # The refused word is left out, and its bound takes the next one.
            self._ready = self._ready[good + (1 if len(refused) else 0) :]
        return found


def permutation(n: int, seed: int, stream: int) -> Rows:
    """The numbers 0 to n - 1 in a random order; [n]."""
    order = list(range(n))
    places = Words(seed, stream).below(np.arange(n, 1, -1, dtype=np.uint64)).tolist()
    for i, j in zip(range(n - 1, 0, -1), places):
        order[i], order[j] = order[j], order[i]
    return np.array(order, np.int64)


def draw(
    n: int, seed: int, stream: int, count: int, accepts: Callable[[int], bool], ready: Numbers | None = None
) -> list[int]:
    """Up to `count` numbers from 0 to n - 1 without replacement, of those that are accepted."""
    words, moved, drawn, i = Words(seed, stream, ready), dict[int, int](), list[int](), 0
    while i < n and len(drawn) < count:
        ahead = min(n - i, max(i, count))
        for below in words.below(np.arange(n - i, n - i - ahead, -1, dtype=np.uint64)).tolist():
            picked = moved.get(i + below, i + below)
            moved[i + below] = moved.get(i, i)
            i += 1
            if accepts(picked):
                drawn.append(picked)
                if len(drawn) == count:
                    break
    return drawn


class EpochOrder:
    """The rows of an epoch in their order, and the lists of the windows that they were shuffled in."""

    def __init__(self, shard_rows: Sequence[int], seed: int, epoch: int, window: int = 16) -> None:
        if window < 1 or epoch < 0:
            raise RowError(f"a window of {window} shards in epoch {epoch}: choose a window from 1, an epoch from 0")
        first = np.concatenate(([0], np.cumsum(np.asarray(shard_rows, np.int64)))).tolist()
        shards = permutation(len(shard_rows), seed, STREAM_SHARDS + epoch).tolist()
        self.lists: list[Rows] = []
        orders = [np.empty(0, np.int64)]
        for number, begin in enumerate(range(0, len(shards), window)):
            # Ascending: where one window holds all shards, the order does not depend on how rows fell into them.
            some = sorted(shards[begin : begin + window])
            rows = np.concatenate([np.arange(first[shard], first[shard + 1], dtype=np.int64) for shard in some])
            self.lists.append(rows)
            orders.append(rows[permutation(len(rows), seed, STREAM_ROWS + epoch * (1 << 24) + number)])
        self.rows: Rows = np.concatenate(orders)
        self._ends = np.cumsum([len(rows) for rows in self.lists])

    def window_of(self, position: int) -> Rows:
        """The list of the window that holds a position."""
        return self.lists[int(np.searchsorted(self._ends, position, side="right"))]


@dataclass(frozen=True)
class Batch:
    """A batch, as one of its readers sees it."""

    epoch: int
    #: Of the first member, in the epoch; `position + len(members)` is where to go on.
    position: int
    #: Rows of the whole batch.
    members: Rows
    #: The place of this reader's first row among the members.
    begin: int
    #: This reader's rows.
    rows: Rows
    sampler: Sampler = field(repr=False)


class Sampler:
    """Batches and negatives of a set whose shards have `shard_rows` rows."""

    def __init__(self, shard_rows: Sequence[int], seed: int, batch_size: int, window: int = 16) -> None:
        if batch_size < 1:
            raise RowError(f"batches of {batch_size} rows: choose 1 or more")
        self.shard_rows, self.seed, self.batch_size, self.window = list(shard_rows), seed, batch_size, window
        self.count = sum(self.shard_rows)
        self._orders: OrderedDict[int, EpochOrder] = OrderedDict()

    def order(self, epoch: int) -> EpochOrder:
        """The order of an epoch; those of the last four that were asked for are kept."""
        if epoch not in self._orders:
            self._orders[epoch] = EpochOrder(self.shard_rows, self.seed, epoch, self.window)
        self._orders.move_to_end(epoch)
        while len(self._orders) > 4:
            self._orders.popitem(last=False)
        return self._orders[epoch]

    def batches(self, epoch: int, reader: int = 0, readers: int = 1, start: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from position `start` on, as `reader` of `readers` has them."""
        if not 0 <= reader < readers:
            raise RowError(f"reader {reader} of {readers}: choose one from 0 to {readers - 1}")
        if start % self.batch_size and start != self.count or not 0 <= start <= self.count:
            raise RowError(f"position {start}: no batch of {self.batch_size} begins there; use the next multiple of it")
        rows = self.order(epoch).rows
        for position in range(start, self.count, self.batch_size):
            members = rows[position : position + self.batch_size]
            begin, end = len(members) * reader // readers, len(members) * (reader + 1) // readers
            yield Batch(epoch, position, members, begin, members[begin:end], self)

    def negatives(
        self, batch: Batch, count: int, source: str = "batch", size: int = 0, same: Sequence[ArrayLike] = ()
    ) -> list[Rows]:
        """For each of this reader's rows up to `count` others, in the order in which they were drawn.

        `source` is `batch`, `window` or `bank`, of `size` rows visited before. Each array in `same` has a number for each
        row of the set: rows that share one that is not negative are not drawn for each other.
        """
        if count < 0 or size < 0 or source not in ("batch", "window", "bank"):
            raise RowError(f"{count} negatives from {source!r} of {size}: choose 'batch', 'window' or 'bank'")
        groups = [np.asarray(numbers) for numbers in same]
        candidates = self._bank(batch, size) if source == "bank" else batch.members
        position = batch.position + batch.begin
        streams = [
            (STREAM_NEGATIVES + batch.epoch * self.count + position + i) % (1 << 64) for i in range(len(batch.rows))
        ]
        # Computed for all rows at once: a call for each would take longer than the rest.
        ready = blocks(self.seed, np.array(streams, np.uint64)[:, None], np.arange(count // 4 + 2)[None])
        found = []
        for i, row in enumerate(batch.rows.tolist()):
            if source == "window":
                candidates = self.order(batch.epoch).window_of(position + i)
            accepts = _accepts(row, candidates, groups)
            drawn = draw(len(candidates), self.seed, streams[i], count, accepts, ready[i].reshape(-1))
            found.append(candidates[np.array(drawn, np.int64)])
        return found

    def _bank(self, batch: Batch, size: int) -> Rows:
        """The rows visited before a batch, the last one first."""
        end = batch.epoch * self.count + batch.position
        parts, begin = [np.empty(0, np.int64)], max(0, end - size)
        while end > begin:
            epoch = (end - 1) // self.count
            start = max(begin, epoch * self.count)
            parts.append(self.order(epoch).rows[start - epoch * self.count : end - epoch * self.count][::-1])
            end = start
        return np.concatenate(parts)


def _accepts(row: int, candidates: Rows, groups: Sequence[NDArray[np.generic]]) -> Callable[[int], bool]:
    def accepts(place: int) -> bool:
        other = int(candidates[place])
        return other != row and not any(group[other] >= 0 and group[other] == group[row] for group in groups)

    return accepts
