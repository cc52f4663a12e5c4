from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples import LAYERS, contents, fill, make_rows, make_writer

from limbeck_cache import CacheError, DamagedError, FeatureCache, FidelityError, FolderError, RowError, SealedError
from limbeck_cache.features import PRECISIONS
from limbeck_cache.fidelity import BOUNDS


@pytest.mark.parametrize("precision", PRECISIONS)
def test_rows_come_back_within_the_bounds(tmp_path: Path, precision: str) -> None:
    rows = make_rows(14)
    fill(tmp_path, rows, precision)
    cache = FeatureCache(tmp_path)
    cache.shards.verify()
    assert (cache.layers, cache.precision, cache.label_names) == (list(LAYERS), precision, ["no", "yes"])
    assert cache.labels.tolist() == [-1 if row["label"] is None else row["label"] for row in rows]
    bound = BOUNDS.get(precision, {"minimum": 1})["minimum"]
    mean = np.concatenate([row["hidden"][3][1:] for row in rows[:4]]).mean(0)
    for row, found in zip(rows, cache):
        assert found["ids"].tolist() == row["ids"].tolist() and found["types"].tolist() == row["types"].tolist()
        assert found["document"][0] == row["document"] and np.allclose(found["logits"], row["logits"])
        states = row["hidden"][3]
        for name, wanted in (("layer.3", states), ("cls.3", states[0]), ("mean.3", states.mean(0)), ("pooled", row["pooled"])):
            assert np.abs(found[name] - wanted).max() <= {"float32": 1e-6, "int4-rotated": 0.3}.get(precision, 0.05)
        assert np.abs(found["attention.1"] - row["attention"][1]).max() <= (0 if precision == "float32" else 0.02)
        for x, y in zip(states[1:] - mean, found["layer.3"][1:] - mean):
            assert x @ y / np.linalg.norm(x) / np.linalg.norm(y) >= bound - 1e-5
    facts = cache.shards.manifest["attributes"]
    assert ("fidelity.layer.1" in facts) == (precision != "float32") == ("offset.cls.3" in cache.shards.attributes)
    beside = json.loads((tmp_path / "statistics.json").read_bytes())
    firsts = np.stack([found["layer.1"][0] for found in cache])
    assert beside["cache"] == cache.shards.hash
    assert np.allclose(beside["layers"][0]["first"]["mean"], firsts.mean(0), atol=1e-5)
    assert np.allclose(beside["layers"][0]["first"]["deviation"], firsts.std(0), atol=1e-4)


def test_lz4_accepts_the_shards(tmp_path: Path) -> None:
    tool = shutil.which("lz4")
    if tool is None:
        pytest.skip("lz4 is not here")
    for precision in PRECISIONS:
        fill(tmp_path / precision, make_rows(14), precision)
        shards = sorted((tmp_path / precision).glob("*.lz4"))
        assert subprocess.run([tool, "-tqm", *map(str, shards)]).returncode == 0 and len(shards) > 1


def test_shards_close_where_the_specification_says(tmp_path: Path) -> None:
    fill(tmp_path, make_rows(14), "float32", tensors=("hidden",), heads=None, documents=False)
    cache = FeatureCache(tmp_path)
    # 4 for the length, 8 for label and example, 5 a token for ids and types, two layers of 48 floats.
    raw = [12 + n * (5 + 2 * 48 * 4) for n in cache.lengths.tolist()]
    expected, total = [0], 0
    for size in raw:
        expected[-1], total = expected[-1] + 1, total + size
        if total >= 9000:
            expected, total = expected + [0], 0
    assert cache.shards.shard_rows == [rows for rows in expected if rows]


def test_a_writer_killed_after_any_row_ends_with_the_same_bytes(tmp_path: Path) -> None:
    rows = make_rows(13)
    fill(tmp_path / "whole", rows)
    whole = contents(tmp_path / "whole")
    writer = make_writer(tmp_path / "running")
    resumed = []
    for number, row in enumerate(rows):
        writer.append(**row)
        # A copy of what lies on the disk is what a kill leaves.
        shutil.copytree(tmp_path / "running", tmp_path / f"killed{number}")
    writer.close()
    for number in range(len(rows)):
        folder = tmp_path / f"killed{number}"
        (folder / "shard-00099.lz4").write_bytes(b"not in the journal") if (folder / "journal.jsonl").exists() else None
        with make_writer(folder) as again:
            resumed.append(again.committed_rows)
            for row in rows[again.committed_rows :]:
                again.append(**row)
        assert contents(folder) == whole, number
    assert resumed[0] == 0 < resumed[-1] <= 13 and len(set(resumed)) > 2


def test_a_torn_journal_loses_its_last_line_and_no_other(tmp_path: Path) -> None:
    rows = make_rows(13)
    fill(tmp_path / "whole", rows)
    whole = contents(tmp_path / "whole")
    lines = whole["journal.jsonl"].splitlines(keepends=True)
    for kept, tail in ((1, b'{"by'), (2, lines[2][:-1]), (2, lines[2][:9] + b"7" + lines[2][10:]), (len(lines), b""), (0, b'{"ca')):
        folder = tmp_path / f"torn{kept}{len(tail)}"
        shutil.copytree(tmp_path / "whole", folder)
        (folder / "manifest.json").unlink()
        (folder / "journal.jsonl").write_bytes(b"".join(lines[:kept]) + tail)
        fill(folder, rows)
        assert contents(folder) == whole
    folder = tmp_path / "damaged"
    shutil.copytree(tmp_path / "whole", folder)
    (folder / "manifest.json").unlink()
    (folder / "shard-00001.lz4").rename(folder / "other")
    with pytest.raises(DamagedError, match="shard-00001"):
        make_writer(folder)
    (folder / "journal.jsonl").write_bytes(b"".join([lines[0], lines[1][:9] + b"7" + lines[1][10:], *lines[2:]]))
    with pytest.raises(DamagedError, match="line 2"):
        make_writer(folder)


def test_folders_that_are_not_to_be_written_are_refused(tmp_path: Path) -> None:
    rows = make_rows(9)
    fill(tmp_path / "sealed", rows)
    with pytest.raises(SealedError):
        make_writer(tmp_path / "sealed")
    writer = make_writer(tmp_path / "open")
    with pytest.raises(FolderError, match="another writer"):
        make_writer(tmp_path / "open")
    for row in rows:
        writer.append(**row)
    writer.close()
    with pytest.raises(FolderError, match="teacher: expected u, found t"):
        make_writer(tmp_path / "open", fingerprints={"teacher": "u"})
    with pytest.raises(FolderError, match="shardBytes: expected 5, found 9000"):
        make_writer(tmp_path / "open", shard_bytes=5)
    with pytest.raises(CacheError, match="closed"):
        writer.append(**rows[0])
    (tmp_path / "open" / "journal.jsonl").unlink()
    with pytest.raises(FolderError, match="no journal"):
        make_writer(tmp_path / "open")


def test_rows_that_do_not_fit_are_refused_and_change_nothing(tmp_path: Path) -> None:
    rows = make_rows(9)
    fill(tmp_path / "whole", rows)
    nan = {1: rows[0]["hidden"][1].copy(), 3: rows[0]["hidden"][3]}
    nan[1][0, 5] = np.nan
    wrong: list[dict[str, Any]] = [
        {"hidden": nan}, {"hidden": {1: nan[3]}}, {"logits": [0, np.inf]}, {"logits": [1.0]}, {"label": 2}, {"label": "yes"},
        {"ids": -rows[0]["ids"] - 1}, {"types": [300] * len(rows[0]["ids"])}, {"example": -1}, {"pooled": None},
        {"ids": rows[0]["ids"] + 0.5}, {"document": -2}, {"attention": {1: 0, 3: 0}},
    ]  # fmt: skip
    with make_writer(tmp_path / "tried") as writer:
        for row in rows:
            for change in wrong:
                with pytest.raises(RowError):
                    writer.append(**{**rows[0], **change})
            writer.append(**row)
    assert contents(tmp_path / "tried") == contents(tmp_path / "whole")


def test_settings_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    for settings in ({"layers": [5]}, {"heads": None}, {"labels": ["one"], "classes": 2}, {"logit_order": [0, 0]}, {"tensors": ["sums"]}):
        with pytest.raises(RowError):
            make_writer(tmp_path, **settings)


def test_what_a_precision_cannot_keep_is_refused(tmp_path: Path) -> None:
    rows = make_rows(6)
    for row in rows:
        # The differences to the mean are below the least scale that float16 holds.
        row["hidden"][1] *= np.float32(1e-7)
    with pytest.raises(FidelityError, match="row 0, cls.1: first.minimum is .*below 0.99"):
        fill(tmp_path / "small", rows)
    rows = make_rows(6)
    rows[5]["hidden"][3][0] = 1e8
    with pytest.raises(RowError, match="row 5: 'cls.3'.*wider precision"):
        fill(tmp_path / "large", rows)
    fill(tmp_path / "wide", rows, "float32")
    assert not list(tmp_path.glob("*l*/manifest.json"))


def test_scores_empty_sets_and_rows_without_tokens(tmp_path: Path) -> None:
    plain: dict[str, Any] = {"tensors": ("hidden", "logits"), "heads": None, "documents": False, "labels": "scores"}
    rows = [{key: row[key] for key in ("ids", "types", "example", "hidden")} | {"logits": [0.5]} for row in make_rows(3)]
    rows[1] |= {"ids": [], "types": [], "hidden": {k: np.zeros((0, 48)) for k in LAYERS}}
    with make_writer(tmp_path / "scores", **plain) as writer:
        for label, row in zip((2.5, None, 0), rows):
            writer.append(label=label, **row)
    cache = FeatureCache(tmp_path / "scores")
    cache.shards.verify()
    assert np.array_equal(cache.labels, np.array([2.5, np.nan, 0], "f4"), equal_nan=True) and cache[1]["layer.1"].shape == (0, 48)
    fill(tmp_path / "none", [])
    empty = FeatureCache(tmp_path / "none")
    empty.shards.verify()
    assert len(empty) == 0 and list(empty.batches(0, 0, 4)) == [] and empty.labels.shape == (0,)
