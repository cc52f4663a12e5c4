from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from limbeck_cache import FeatureCache

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

RECIPE = Path(__file__).resolve().parents[1] / "recipes" / "fill_with_transformers.py"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"the a cat dog sat ran on mat here there".split()]


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("teacher")
    torch.manual_seed(3)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=4, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=64, num_labels=2, id2label={0: "1", 1: "0"}, label2id={"1": 0, "0": 1},
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer", "do_lower_case": true}')
    return folder


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(0)
    lines = ["Quality\t#1 ID\t#2 ID\t#1 String\t#2 String"]
    for row in range(40):
        first, second = (" ".join(random.choice(WORDS[5:], random.integers(1, 9))) for _ in range(2))
        lines.append(f"{row % 2}\t{row}\t{row}\tThe {first}\t{second} \"")
    path = tmp_path_factory.mktemp("data") / "train.tsv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Calls the recipe in this process, as another would have to load torch again."""

    def call(*arguments: object) -> None:
        monkeypatch.setattr(sys, "argv", [str(RECIPE), *map(str, arguments)])
        runpy.run_path(str(RECIPE), run_name="__main__")

    return call


def test_a_cache_holds_what_the_model_shows(run: Callable[..., None], teacher: Path, table: Path, tmp_path: Path) -> None:
    run("--model", teacher, "--input", table, "--output", tmp_path / "cache", "--layers", "1,2,3,4", "--batch-size", 7)
    cache = FeatureCache(tmp_path / "cache")
    cache.shards.verify()
    assert (len(cache), cache.layers, cache.label_names, cache.labels[:4].tolist()) == (40, [1, 2, 3, 4], ["0", "1"], [0, 1, 0, 1])
    assert cache.shards.attributes["logitOrder"] == "1,0"
    model = transformers.BertForSequenceClassification.from_pretrained(teacher).eval()
    for row in (0, 17, 39):
        found = cache[row]
        ids, types = (torch.from_numpy(found[name])[None].long() for name in ("ids", "types"))
        assert found["ids"][0] == 2 and found["ids"][-1] == 3 and found["types"][0] < found["types"][-1]
        with torch.inference_mode():
            output = model(input_ids=ids, token_type_ids=types, output_hidden_states=True)
        # The second layer before the last, to see that layers are counted from 1.
        states = output.hidden_states[2][0].numpy()
        assert np.abs(found["layer.2"] - states).max() < 0.02 * np.abs(states).max()
        assert np.allclose(found["logits"], output.logits[0].numpy()[[1, 0]], atol=1e-4)
    # A dataset as PyTorch takes it; rows differ in length, so that the collation is the caller's.
    loader = torch.utils.data.DataLoader(cache, batch_size=8, shuffle=True, collate_fn=list)
    assert sum(len(rows) for rows in loader) == 40

    limbeck = os.environ.get("LIMBECK")
    if limbeck is None:
        pytest.skip("LIMBECK does not name the program to train with")
    command = [limbeck, "distill", "--cache", tmp_path / "cache", "--vocabulary", teacher, "--output", tmp_path / "student"]
    trained = subprocess.run(
        [*map(str, command), "--epochs", "1", "--student", "2,16,32,2"], capture_output=True, text=True, cwd=tmp_path
    )
    assert trained.returncode == 0, trained.stderr


def test_plain_lines_have_no_labels(run: Callable[..., None], teacher: Path, tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text("the cat sat\n\na dog ran there\n")
    run(
        "--model", teacher, "--input", tmp_path / "lines.txt", "--output", tmp_path / "cache", "--layers", 4, "--lines",
        "--precision", "float32", "--tensors", "hidden,cls,mean",
    )  # fmt: skip
    cache = FeatureCache(tmp_path / "cache")
    assert cache.labels.tolist() == [-1, -1] and (cache[1]["cls.4"] == cache[1]["layer.4"][0]).all()
    with pytest.raises(SystemExit, match="complete"):
        run("--model", teacher, "--input", tmp_path / "lines.txt", "--output", tmp_path / "cache", "--layers", 4, "--lines")
