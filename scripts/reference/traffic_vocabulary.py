#!/usr/bin/env python3
"""Writes corpora/traffic/vocab.txt: WordPiece, uncased, learnt from train.tsv.

Needs tokenizers==0.23.3.
"""

import csv
import json
import pathlib

import tokenizers
from tokenizers import models, normalizers, pre_tokenizers, trainers

VERSION = "0.23.3"
SIZE = 1800
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "corpora/traffic"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def texts():
    with open(FOLDER / "train.tsv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row["text"]


def main():
    assert tokenizers.__version__ == VERSION, f"tokenizers=={VERSION} is asked for"
    # Every printable character, alone and within a word, so that nothing that is typed is unknown.
    characters = [chr(c) for c in range(33, 127) if not chr(c).isupper()]
    tokenizer = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    within = [c for c in characters if c.isalnum()]
    trainer = trainers.WordPieceTrainer(
        vocab_size=SIZE - len(within), special_tokens=SPECIAL, initial_alphabet=characters, show_progress=False
    )
    tokenizer.train_from_iterator(texts(), trainer)
    learnt = tokenizer.get_vocab(with_added_tokens=True)
    tokens = sorted(learnt, key=learnt.get)
    tokens += [f"##{c}" for c in within if f"##{c}" not in learnt]
    (FOLDER / "vocab.txt").write_text("".join(f"{token}\n" for token in tokens), encoding="utf-8")
    settings = {
        "do_lower_case": True,
        "strip_accents": None,
        "tokenize_chinese_chars": True,
        "unk_token": "[UNK]",
        "sep_token": "[SEP]",
        "pad_token": "[PAD]",
        "cls_token": "[CLS]",
        "mask_token": "[MASK]",
        "model_max_length": 64,
        "tokenizer_class": "BertTokenizer",
    }
    (FOLDER / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    print(f"{len(tokens)} tokens")


if __name__ == "__main__":
    main()
