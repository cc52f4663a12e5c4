from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from samples import fill, make_rows

from limbeck_cache import FeatureCache, RowError, Sampler
from limbeck_cache.codes import signs
from limbeck_cache.sampling import EpochOrder, Words, blocks, draw, permutation

N, P = 1 << 48, [3, 4, 2, 5]


def test_vectors_of_the_specification() -> None:
    assert [f"{word:08x}" for word in blocks(42, N, 0)[0].tolist()] == ["610ce4e4", "7fd5c499", "d49de68f", "f70f1e6e"]
    assert permutation(10, 42, N).tolist() == [2, 9, 0, 1, 8, 5, 7, 6, 4, 3]
    assert draw(1000, 42, 2 * N, 8, lambda _: True) == [968, 423, 16, 580, 543, 15, 240, 47]
    assert draw(5, 42, 2 * N + 1, 8, lambda _: True) == [2, 0, 4, 1, 3]
    assert draw(10, 42, 2 * N + 2, 4, lambda n: n % 2 == 1) == [3, 9, 5, 1]
    assert EpochOrder(P, 42, 0, 2).rows.tolist() == [8, 0, 2, 1, 7, 3, 11, 5, 12, 10, 4, 13, 9, 6]
    assert EpochOrder(P, 42, 1, 2).rows.tolist() == [13, 12, 10, 5, 11, 4, 3, 6, 9, 1, 7, 8, 0, 2]
    sampler = Sampler(P, 42, 4, 2)
    batch = next(sampler.batches(1, start=4))
    assert batch.rows[0] == 11
    found = [sampler.negatives(batch, *ask)[0].tolist() for ask in ((2,), (3, "window"), (3, "bank", 8))]
    assert found == [[4, 3], [4, 5, 3], [10, 12, 5]]
    assert "".join("-" if sign < 0 else "+" for sign in signs(32)) == "---+-+-++++++--++-+++--+-+-++-++"


def test_one_window_of_all_shards_does_not_depend_on_them() -> None:
    assert (EpochOrder(P, 1, 3, 4).rows == EpochOrder([1, 13], 1, 3, 2).rows).all()


def test_words_are_those_of_an_oracle_in_plain_numbers() -> None:
    def block(seed: int, stream: int, index: int) -> list[int]:
        m = (1 << 32) - 1
        c, k = [index & m, index >> 32, stream & m, stream >> 32], [seed & m, seed >> 32]
        for _ in range(10):
            a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
            c = [(b >> 32) ^ c[1] ^ k[0], b & m, (a >> 32) ^ c[3] ^ k[1], a & m]
            k = [(k[0] + 0x9E3779B9) & m, (k[1] + 0xBB67AE85) & m]
        return c

    seed, stream = (1 << 64) - 5, (1 << 64) - 1
    words = [word for index in range(9) for word in block(seed, stream, index)]
    assert Words(seed, stream).peek(36).tolist() == words
    # A bound of 3 x 2^30 refuses a quarter of all words: the ones that follow must be taken up where it left.
    bound, expected = 3 << 30, []
    for word in words:
        if word * bound & 0xFFFFFFFF >= ((1 << 32) - bound) % bound:
            expected.append(word * bound >> 32)
    found = Words(seed, stream).below(np.full(len(expected), bound, np.uint64))
    assert found.tolist() == expected and len(expected) < 36


def test_readers_and_later_starts_see_the_same_batches() -> None:
    sampler = Sampler([7, 1, 9, 4], 3, 5, 2)
    whole = list(sampler.batches(2))
    assert sorted(row for batch in whole for row in batch.rows.tolist()) == list(range(21))
    parts = [list(sampler.batches(2, reader, 3, start=10)) for reader in range(3)]
    for batch, *shares in zip(whole[2:], *parts):
        assert np.concatenate([share.rows for share in shares]).tolist() == batch.rows.tolist()
        joined = [some.tolist() for share in shares for some in sampler.negatives(share, 2, "window")]
        assert joined == [some.tolist() for some in sampler.negatives(batch, 2, "window")]
    assert [len(share[-1].rows) for share in parts] == [0, 0, 1]
    with pytest.raises(RowError, match="next multiple"):
        next(sampler.batches(0, start=3))


def test_a_bank_reaches_over_epochs() -> None:
    sampler = Sampler([4, 3], 9, 3, 1)
    visited = [row for epoch in range(3) for row in sampler.order(epoch).rows.tolist()]
    batch = list(sampler.batches(2))[1]
    before = visited[2 * 7 + 3 - 12 : 2 * 7 + 3]
    for row, found in zip(batch.rows, sampler.negatives(batch, 99, "bank", 12)):
        assert sorted(found.tolist()) == sorted(other for other in before if other != row)
    assert sampler.negatives(next(sampler.batches(0)), 4, "bank", 12)[0].tolist() == []


def test_negatives_leave_out_what_is_alike(tmp_path: Path) -> None:
    rows = make_rows(14)
    rows[9]["ids"], rows[9]["types"], rows[9]["hidden"], rows[9]["attention"] = (
        rows[2][key] for key in ("ids", "types", "hidden", "attention")
    )
    fill(tmp_path, rows)
    cache = FeatureCache(tmp_path)
    for leave_out in (("duplicates",), ("document", "label"), ()):
        for batch in cache.batches(1, 0, 14):
            for row, found in zip(batch.rows.tolist(), cache.negatives(batch, 14, leave_out=leave_out)):
                alike = {row} | ({2, 9} if row in (2, 9) and "duplicates" in leave_out else set())
                if leave_out and leave_out[0] == "document":
                    alike |= {n for n in range(14) if n // 4 == row // 4 > 0 or n % 3 == row % 3 < 2}
                assert sorted(found.tolist()) == sorted(set(range(14)) - alike)
