#!/usr/bin/env python3
"""Compares our tokenizer with the Rust library on GLUE: every line, and every sentence pair at several lengths.

    tokenizer_compare.py --ours "limbeck tokenize" --vocabulary MODEL --glue FOLDER [--characters]

Needs tokenizers==0.23.3. MODEL is a folder with vocab.txt and, if not the defaults, tokenizer_config.json.
Ends with 1 if anything differs.
"""

import argparse
import itertools
import json
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile

import tokenizers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

VERSION = "0.23.3"
# The two sentences of each task, by the names in its header.
PAIRS = {
    "MNLI": ("sentence1", "sentence2"),
    "MRPC": ("#1 String", "#2 String"),
    "QNLI": ("question", "sentence"),
    "QQP": ("question1", "question2"),
    "RTE": ("sentence1", "sentence2"),
    "STS-B": ("sentence1", "sentence2"),
    "WNLI": ("sentence1", "sentence2"),
}


def reference(folder):
    vocabulary = folder / "vocab.txt" if folder.is_dir() else folder
    config = vocabulary.parent / "tokenizer_config.json"
    config = json.loads(config.read_text()) if config.exists() else {}

    def token(name, default):
        value = config.get(f"{name}_token") or default
        return value["content"] if isinstance(value, dict) else value

    unknown, separator, klass = token("unk", "[UNK]"), token("sep", "[SEP]"), token("cls", "[CLS]")
    ids = models.WordPiece.read_file(str(vocabulary))
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token=unknown))
    tokenizer.normalizer = normalizers.BertNormalizer(
        clean_text=True,
        handle_chinese_chars=config.get("tokenize_chinese_chars", True),
        strip_accents=config.get("strip_accents"),
        lowercase=config.get("do_lower_case", True),
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    tokenizer.add_special_tokens([unknown, separator, klass, token("pad", "[PAD]"), token("mask", "[MASK]")])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{klass}:0 $A:0 {separator}:0",
        pair=f"{klass}:0 $A:0 {separator}:0 $B:1 {separator}:1",
        special_tokens=[(klass, ids[klass]), (separator, ids[separator])],
    )
    return tokenizer


def text_lines(glue):
    """Every line of every text file, whole."""
    lines = []
    for path in sorted(p for p in glue.rglob("*") if p.suffix in (".tsv", ".txt", ".conll")):
        lines += path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    return [line for line in lines if line]


def sentence_pairs(glue):
    pairs = []
    for task, (first, second) in PAIRS.items():
        for path in sorted([*(glue / task).glob("*.tsv"), *(glue / task).glob("*.txt")]):
            lines = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")
            header = lines[0].split("\t")
            if first not in header or second not in header:
                print(f"{path}: no columns {first}, {second}; its lines were compared, no pairs", file=sys.stderr)
                continue
            a, b = header.index(first), header.index(second)
            for line in lines[1:]:
                cells = line.split("\t")
                if len(cells) > max(a, b):
                    pairs.append((cells[a], cells[b]))
    return pairs


def character_lines():
    """Every character but the newline between letters, alone in a line, and random runs of characters that combine."""
    scalars = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
    lines = [f"a{chr(c)}b C{chr(c)} {chr(c)}d {chr(c)}" for c in scalars if c != 0x0A]
    nfd, normalize = normalizers.NFD().normalize_str, normalizers.BertNormalizer().normalize_str
    choice = random.Random(7)
    decomposed = [c for c in scalars if nfd(chr(c)) != chr(c)]
    moved = [c for c in scalars if nfd("a" + chr(c) + "\u0334") == "a\u0334" + chr(c) and c != 0x334]
    # The Unicode version that strips marks is older than the one that orders them, so some marks stay, and are ordered.
    kept = [c for c in moved if normalize("a" + chr(c)) != "a"]
    others = [0x334, 0x34F, 0x200D, 0x0, 0xFFFD, 0x20, 0x2E, 0x61, 0x41, 0x4E00, 0xAC01]
    others += [c for c in range(0x300, 0xD800) if normalize("a" + chr(c)) == "a"]
    for _ in range(200_000):
        pools = choice.choices([kept, moved, others, decomposed], [5, 1, 2, 1], k=choice.randint(2, 9))
        line = "".join(chr(choice.choice(pool)) for pool in pools)
        lines.append("x" + line + "y")
    return lines


def vocabulary_of_characters(lines, folder):
    """A vocabulary in which each normalised character is a piece, so that equal ids mean equal normalised text."""
    characters = set()
    for strip in (True, False):
        for lowercase in (True, False):
            normalizer = normalizers.BertNormalizer(clean_text=False, strip_accents=strip, lowercase=lowercase)
            for start in range(0, len(lines), 5000):
                characters.update(normalizer.normalize_str("".join(lines[start:start + 5000])))
    # White space at the end of a line is no part of a token.
    characters = sorted(c for c in characters if c not in "\n\r" and not c.isspace())
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters, *("##" + c for c in characters)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("".join(t + "\n" for t in dict.fromkeys(tokens)), encoding="utf-8")


def run(ours, *arguments):
    result = subprocess.run([*shlex.split(ours), *map(str, arguments)], capture_output=True, check=False)
    if result.returncode:
        sys.exit(f"{ours} ended with {result.returncode}: {result.stderr.decode()}")
    return result.stdout.decode().split("\n")[:-1]


def differences(name, texts, expected, found):
    count = 0
    if len(expected) != len(found):
        print(f"{name}: {len(expected)} lines expected, {len(found)} found")
        count = 1
    for text, a, b in zip(texts, expected, found):
        if a != b:
            count += 1
            if count <= 5:
                print(f"{name}: {text!r}\n  expected {a}\n  found    {b}")
    print(f"{name}: {len(expected)} lines, {sum(a.count(' ') + 1 for a in expected)} ids, {count} differences")
    return count


def spaced(values):
    return " ".join(map(str, values))


def batches(items, size=20_000):
    return (items[start:start + size] for start in range(0, len(items), size))


def compare_lines(name, ours, vocabulary, tokenizer, lines, folder, *options):
    path = folder / "lines.txt"
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="")
    special = "--no-special" not in options
    tokenizer.no_truncation()
    expected = [
        spaced(e.ids) for some in batches(lines) for e in tokenizer.encode_batch(some, add_special_tokens=special)
    ]
    found = run(ours, "--vocabulary", vocabulary, "--lines", path, *options)
    return differences(name, lines, expected, found)


def compare_pairs(name, ours, vocabulary, tokenizer, pairs, folder, length):
    path = folder / "pairs.tsv"
    path.write_text("".join(f"{a}\t{b}\n" for a, b in pairs), encoding="utf-8", newline="")
    tokenizer.enable_truncation(length, strategy="longest_first")
    expected = [
        f"{spaced(e.ids)}\t{spaced(e.type_ids)}" for some in batches(pairs) for e in tokenizer.encode_batch(some)
    ]
    found = run(ours, "--vocabulary", vocabulary, "--pairs", path, "--types", "--max-length", length)
    return differences(name, pairs, expected, found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True, help="our command, such as 'limbeck tokenize'")
    parser.add_argument("--vocabulary", type=pathlib.Path, required=True, help="a model's folder, or a vocab.txt")
    parser.add_argument("--glue", type=pathlib.Path, required=True, help="the folder with the tasks' folders")
    parser.add_argument("--lengths", type=int, nargs="*", default=[128, 32], help="maximum lengths of pairs")
    parser.add_argument("--characters", action="store_true", help="also every character and random combining marks")
    options = parser.parse_args()
    assert tokenizers.__version__ == VERSION, f"install tokenizers=={VERSION}, this is {tokenizers.__version__}"

    count = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tokenizer = reference(options.vocabulary)
        lines = text_lines(options.glue)
        count += compare_lines("lines", options.ours, options.vocabulary, tokenizer, lines, folder)
        count += compare_lines("plain lines", options.ours, options.vocabulary, tokenizer, lines, folder, "--no-special")
        pairs = sentence_pairs(options.glue)
        for length in options.lengths:
            count += compare_pairs(f"pairs at {length}", options.ours, options.vocabulary, tokenizer, pairs, folder, length)
        if options.characters:
            characters = character_lines()
            model = folder / "characters"
            vocabulary_of_characters(characters, model)
            for lowercase, strip, chinese in [*itertools.product((True, False), (True, False), (True,)), (True, None, False)]:
                config = {"do_lower_case": lowercase, "strip_accents": strip, "tokenize_chinese_chars": chinese}
                (model / "tokenizer_config.json").write_text(json.dumps(config))
                name = f"characters {config}"
                count += compare_lines(name, options.ours, model, reference(model), characters, folder)
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
