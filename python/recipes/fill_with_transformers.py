#!/usr/bin/env python3
"""Fills a cache from a BERT that transformers can load.

    fill_with_transformers.py --model TEACHER --input train.tsv --output CACHE --layers 3,6,9,12

The input is a table with a header, tab-separated (`--label` and `--text` name its columns; those of MRPC are the default), or,
with `--lines`, a text a line without labels. Killed and begun again, it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch
import xxhash
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification, AutoTokenizer

from limbeck_cache import CacheError, CacheWriter


class Example(NamedTuple):
    texts: tuple[str, ...]
    label: str | None


def read_lines(path: Path) -> list[Example]:
    return [Example((line,), None) for line in path.read_text("utf-8").splitlines() if line.strip()]


def read_table(path: Path, text: list[str], label: str | None) -> list[Example]:
    """The rows of a table; quotes mean nothing, as in GLUE."""
    header, *rows = (line.split("\t") for line in path.read_text("utf-8-sig").split("\n") if line)
    header, rows = [name.rstrip("\r") for name in header], [[*row[:-1], row[-1].rstrip("\r")] for row in rows]
    for name in [*text, *([label] if label else [])]:
        if name not in header:
            sys.exit(f"{path}: there is no column '{name}', only {', '.join(header)}; choose by --text and --label")
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            sys.exit(f"{path}, line {number}: {len(row)} columns, and the header has {len(header)}")
    texts, place = [header.index(name) for name in text], header.index(label) if label else None
    return [Example(tuple(row[i] for i in texts), row[place] if place is not None else None) for row in rows]


def fingerprint(*paths: Path, more: str = "") -> str:
    """A hash of files by name and contents."""
    found = xxhash.xxh3_128(more.encode())
    for path in sorted(paths):
        found.update(path.name.encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                found.update(block)
    return found.hexdigest()


def fingerprints(arguments: argparse.Namespace) -> dict[str, str]:
    files = [path for path in arguments.model.iterdir() if path.is_file()]
    vocabulary = arguments.model / "vocab.txt"
    return {
        "corpus": fingerprint(arguments.input),
        # By its contents alone, as limbeck has it, so that `limbeck distill --cache` compares it with its own.
        **({"vocabulary": "xxh3-128:" + xxhash.xxh3_128_hexdigest(vocabulary.read_bytes())} if vocabulary.exists() else {}),
        "tokenizer": fingerprint(*(path for path in files if path.name.startswith("tokenizer")), more=str(arguments.max_length)),
        "teacher": fingerprint(*(path for path in files if path.suffix in (".safetensors", ".bin") or path.name == "config.json")),
    }


def logit_order(names: list[str], config: Any) -> list[int]:
    """For each label the model's own column: by its name where the model knows them all, and else by its place."""
    known = {str(name): int(place) for place, name in config.id2label.items()}
    if len(known) != len(names):
        sys.exit(f"the model has {len(known)} labels and the input {len(names)}: {', '.join(names)}; give them by --label-names")
    if all(name in known for name in names):
        return [known[name] for name in names]
    print(f"labels {', '.join(names)} are taken to be the model's {', '.join(known)}, in this order", file=sys.stderr)
    return list(range(len(names)))


def encoded(tokenizer: Any, examples: list[Example], max_length: int) -> tuple[dict[str, torch.Tensor], list[int]]:
    """A padded batch, and the length of each of its sequences."""
    texts = [list(column) for column in zip(*(example.texts for example in examples))]
    batch = tokenizer(
        *texts, truncation=True, max_length=max_length, padding=True, return_tensors="pt", return_token_type_ids=True
    )
    return dict(batch), batch["attention_mask"].sum(1).tolist()


def batches(count: int, size: int, start: int) -> Iterator[range]:
    """Always the same batches, as the padding shows in the last digits of a result; those that are done are left out."""
    return (range(first, min(first + size, count)) for first in range(start - start % size, count, size))


@torch.inference_mode()
def fill(arguments: argparse.Namespace) -> None:
    examples = read_lines(arguments.input) if arguments.lines else read_table(arguments.input, arguments.text, arguments.label)
    config = AutoConfig.from_pretrained(arguments.model)
    classifies = any("ForSequenceClassification" in name for name in config.architectures or [])
    kind = AutoModelForSequenceClassification if classifies else AutoModel
    model = kind.from_pretrained(arguments.model, dtype=torch.float32).eval().to(arguments.device)
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    names: list[str] = arguments.label_names or sorted({example.label for example in examples if example.label is not None})
    labels: Any = "scores" if arguments.scores else names or None
    order = logit_order(names, config) if classifies and names and not arguments.scores else None
    tensors = [name for name in arguments.tensors if name != "logits" or classifies]
    settings = {
        "layers": arguments.layers, "hidden": config.hidden_size, "teacher_layers": config.num_hidden_layers,
        "precision": arguments.precision, "labels": labels, "tensors": tensors, "fingerprints": fingerprints(arguments),
        "classes": config.num_labels if classifies else None, "logit_order": order,
    }  # fmt: skip
    with CacheWriter(arguments.output, **settings) as writer:
        committed = writer.committed_rows
        for rows in batches(len(examples), arguments.batch_size, committed):
            inputs, lengths = encoded(tokenizer, [examples[row] for row in rows], arguments.max_length)
            output = model(**{name: value.to(arguments.device) for name, value in inputs.items()}, output_hidden_states=True)
            states = {layer: output.hidden_states[layer].float().cpu().numpy() for layer in arguments.layers}
            logits = output.logits.float().cpu().numpy()[:, order or slice(None)] if "logits" in tensors else None
            for i, (row, n) in enumerate(zip(rows, lengths)):
                if row < committed:
                    continue
                text, label = examples[row].label, None
                if text is not None and labels is not None:
                    label = float(text) if arguments.scores else names.index(text)
                writer.append(
                    inputs["input_ids"][i, :n].numpy(), inputs["token_type_ids"][i, :n].numpy(), label, row,
                    {layer: values[i, :n] for layer, values in states.items()}, logits=None if logits is None else logits[i],
                )  # fmt: skip
            print(f"\r{rows.stop} of {len(examples)} rows", end="", file=sys.stderr, flush=True)
    print(f"\n{arguments.output}: {len(examples)} rows", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a folder with config.json, weights and a vocabulary")
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="the folder of the cache")
    parser.add_argument("--layers", type=lambda text: [int(n) for n in text.split(",")], required=True, help="from 1: 3,6,9,12")
    parser.add_argument("--precision", default="int8-rotated", help="default: int8-rotated")
    parser.add_argument("--tensors", type=lambda text: text.split(","), default=["hidden", "logits"], help="of hidden,cls,mean,logits")
    parser.add_argument("--lines", action="store_true", help="the input has a text a line")
    parser.add_argument("--text", type=lambda text: text.split(","), default=["#1 String", "#2 String"], help="one column, or two")
    parser.add_argument("--label", default="Quality", help="the column of labels; '' for none")
    parser.add_argument("--label-names", type=lambda text: text.split(","), help="their order (default: sorted)")
    parser.add_argument("--scores", action="store_true", help="labels are numbers")
    parser.add_argument("--max-length", type=int, default=128)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    try:
        fill(arguments)
    except CacheError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
