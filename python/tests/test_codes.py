from __future__ import annotations

import numpy as np
import pytest
import xxhash

from limbeck_cache import codes, frames

random = np.random.default_rng(1)


@pytest.mark.parametrize("d", [1, 3, 12, 48, 384])
def test_rotation_is_the_matrix_of_the_specification(d: int) -> None:
    b = d & -d
    matrix = np.array([[(-1) ** bin(i & j).count("1") for j in range(b)] for i in range(b)]) / np.sqrt(b)
    rotated = random.standard_normal((4, d)).astype("f4")
    expected = np.concatenate([part @ matrix for part in np.split(rotated, d // b, axis=1)], axis=1) * codes.signs(d)
    assert np.allclose(codes.unrotate(rotated), expected, atol=1e-5)
    assert np.allclose(codes.rotate(codes.unrotate(rotated)), rotated, atol=1e-5)


def test_codes_are_laid_out_as_the_specification_says() -> None:
    # Two vectors of 33 numbers; 33 is odd, so the rotation is the signs alone.
    nibbles = random.integers(-8, 8, (2, 33))
    scales = np.array([[0.5, 2], [0.25, 0]], "f2")
    packed = bytearray()
    for vector in nibbles:
        padded = [*(int(n) & 15 for n in vector), 0]
        packed += bytes(padded[i] | padded[i + 1] << 4 for i in range(0, 34, 2))
    raw = np.frombuffer(packed + scales.tobytes(), "u1")
    wide = np.concatenate((np.repeat(scales[:, :1], 32, 1), scales[:, 1:]), axis=1).astype("f4")
    assert (codes.decode("int4-rotated", raw, 33, 1, 2) == nibbles * wide * codes.signs(33)).all()
    numbers = random.integers(-128, 128, (2, 33)).astype("i1")
    raw = np.frombuffer(numbers.tobytes() + scales[:, 0].tobytes(), "u1")
    assert (codes.decode("int8-rotated", raw, 33, 1, 2) == numbers * scales[:, :1].astype("f4") * codes.signs(33)).all()
    # As rows of one vector each, every row has its own scale behind its codes.
    raw = np.frombuffer(b"".join(numbers[i].tobytes() + scales[i, :1].tobytes() for i in range(2)), "u1")
    assert (codes.decode("int8-rotated", raw, 33, 2, 1) == numbers * scales[:, :1].astype("f4") * codes.signs(33)).all()


@pytest.mark.parametrize("d", [1, 31, 32, 33, 64, 312])
def test_encoding_is_near_and_keeps_zero(d: int) -> None:
    vectors = random.standard_normal((7, d)).astype("f4")
    vectors[3] = 0
    for element, worst in (("float32", 0), ("float16", 1e-3), ("bfloat16", 4e-3), ("int8-rotated", 0.01), ("int4-rotated", 0.15)):
        raw = np.frombuffer(codes.encode(element, vectors), "u1")
        assert len(raw) == 7 * codes.vector_bytes(element, d) and codes.problem(element, raw, d, 7) is None
        back = codes.decode(element, raw, d, 1, 7)
        assert (np.linalg.norm(back - vectors, axis=1) <= worst * np.linalg.norm(vectors, axis=1)).all() and not back[3].any()


def test_numbers_that_do_not_fit_are_named() -> None:
    for element in ("float16", "int8-rotated", "int4-rotated"):
        raw = np.frombuffer(codes.encode(element, np.full((1, 32), 3e7, "f4")), "u1")
        assert codes.problem(element, raw, 32, 1)
    assert codes.problem("int8-rotated", np.frombuffer(b"\1" + np.array([-1], "f2").tobytes(), "u1"), 1, 1)


def test_bfloat16_is_rounded_to_even() -> None:
    bits = np.array([0x3F808000, 0x3F818000, 0x3F808001, 0x3F807FFF], "<u4")
    assert np.frombuffer(codes.encode("bfloat16", bits.view("f4")[None]), "<u2").tolist() == [0x3F80, 0x3F82, 0x3F81, 0x3F80]


@pytest.mark.parametrize("size", [2, 4])
@pytest.mark.parametrize("count", [1, 8, 9, 4096, 5000, 8192])
def test_bit_planes_are_those_of_the_specification(size: int, count: int) -> None:
    numbers = random.integers(0, 256, count * size, dtype=np.uint8)
    planes = b""
    for start in range(0, len(numbers), 8192):
        bits = np.unpackbits(numbers[start : start + 8192].reshape(-1, size), axis=1, bitorder="little")
        planes += np.packbits(bits.T, axis=1, bitorder="little").tobytes()
    assert frames.filtered(numbers.tobytes(), size) == planes
    assert (frames.unfiltered(np.frombuffer(planes, "u1"), len(numbers), size) == numbers).all()


@pytest.mark.parametrize("position", range(0, 64, 9))
def test_stored_frames_are_aligned_and_all_frames_checked(position: int) -> None:
    noise = random.integers(0, 256, 300, dtype=np.uint8).tobytes()
    for text in (noise, bytes(5000), noise + bytes(20)):
        gap, frame, flags = frames.encode(text, 1, False, position)
        assert frame[:6] == b"\x04\x22\x4d\x18\x6c\x70" and (flags == 1) == (len(text) < 5000)
        assert len(gap) < 72 and (flags != 1 or (position + len(gap)) % 64 == 45)
        for damage in (None, 14, 20, len(frame) - 1):
            changed = bytearray(frame)
            if damage is not None:
                changed[damage] ^= 1
            # The hash is right, as in a forgery: LZ4's own checks are all that is left.
            record = frames.Record(0, len(frame), len(text), 1, flags, xxhash.xxh3_64_intdigest(bytes(changed)))
            if damage is None:
                assert frames.decode(memoryview(changed), record, 1, verifies=True).tobytes() == text
            else:
                with pytest.raises(frames.FrameProblem):
                    frames.decode(memoryview(changed), record, 1, verifies=True)
