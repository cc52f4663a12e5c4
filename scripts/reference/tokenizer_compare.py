#!/usr/bin/env python3
"""Compares our tokenizer with the Rust library: every line of GLUE and of dumps of Wikipedia, pairs, random lines.

    tokenizer_compare.py --ours "limbeck tokenize" --vocabulary MODEL --glue FOLDER [--characters]
    tokenizer_compare.py --ours "limbeck tokenize" --vocabulary MODEL --data FOLDER --train --models FOLDER \\
        --settings --offsets --characters --fuzz 2000000

Needs tokenizers==0.23.3. MODEL is a folder with vocab.txt and, if not the defaults, tokenizer_config.json.
Prints a line for each comparison and a total. Ends with 1 if anything differs.
"""

import argparse
import collections
import itertools
import json
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile

import tokenizers
from tokenizers import decoders
from tokenizer_texts import (
    Fuzz, batched, character_lines, configuration, is_reordered, read_lines, reference, sentence_pairs, text_lines, train, variant,
    vocabulary_of_characters, wiki_lines, write_lines, write_model,
)

VERSION = "0.23.3"
FUZZ_BATCH = 20_000
# Names of vocabularies that are trained, their sizes, and the dumps that they are trained on beside GLUE.
TRAINED = {"cased": (30_000, "enwiki"), "multilingual": (60_000, "")}
REORDERED = "offsets of reordered marks"


class Tally:
    """Counts what differs in a comparison, and prints the first of it."""

    def __init__(self, name):
        self.name, self.place, self.lines, self.ids, self.counts = name, "", 0, 0, collections.Counter(differences=0)

    def differ(self, text, expected, found, kind="differences"):
        self.counts[kind] += 1
        if self.counts[kind] > 5:
            return
        expected, found = str(expected), str(found)
        start = next((i for i, (a, b) in enumerate(zip(expected, found)) if a != b), 0)
        start = start - 60 if start > 100 else 0
        print(f"{self.name}{self.place}: {kind}, {text[:2000]!r}{' and so on' if len(text) > 2000 else ''}")
        for name, values in (("expected", expected), ("found   ", found)):
            print(f"  {name} {'...' if start else ''}{values[start:start + 400]}")

    def plain(self, text, expected, found):
        self.ids += len((expected or "").partition("\t")[0].split())
        if (expected or "") != found:
            self.differ(text, expected, found)

    def decoded(self, text, expected, found):
        self.ids += len(text.split())
        if expected != found:
            self.differ(text, expected, found)

    def aligned(self, text, expected, found):
        self.ids += sum(len(window["ids"]) for window in expected or ())

        def parts(windows, *keys):
            return [window and [window.get(key) for key in keys] for window in windows or [None]]

        for kind, keys in (("differences", ("line", "ids", "types")), ("offsets", ("offsets",)), ("words", ("words",))):
            self.counts[kind] += 0
            a, b = parts(expected, *keys), parts(found, *keys)
            if a != b:
                self.differ(text, a, b, REORDERED if kind == "offsets" and is_reordered(text) else kind)
                if kind == "differences":
                    break

    def report(self):
        counts = ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
        print(f"{self.name}: {self.lines} lines, {self.ids} ids, {counts}", flush=True)
        return sum(count for kind, count in self.counts.items() if kind != REORDERED)


def spaced(values):
    return " ".join(map(str, values))


def windows_of_lines(lines):
    """The objects of each line: one, or several in a row that say that they are of the same line."""

    def parsed(line):
        if line == "null":
            return None
        try:
            return dict(json.loads(line))
        except (TypeError, ValueError):
            return {"ids": line}

    def number(window):
        return (window or {}).get("line", object())

    return (list(group) for _, group in itertools.groupby(map(parsed, lines), number))


def compare(tally, check, ours, arguments, path, expect, code=0):
    """Runs our command on a file, and checks what it prints line by line.

    Expect takes a list of lines, and returns what is expected of each; None where the line is to be refused.
    """
    command = [*shlex.split(ours), *map(str, arguments)]
    with tempfile.TemporaryFile() as errors, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as process:
        found = (line.removesuffix(b"\n").decode("utf-8", "backslashreplace") for line in process.stdout)
        if check == tally.aligned:
            found = windows_of_lines(found)
        for lines in batched(read_lines(path)):
            expected = expect(lines)
            if None in expected:
                code = 2
            results = list(itertools.islice(found, len(lines)))
            tally.lines += len(results)
            for text, a, b in zip(lines, expected, results):
                check(text, a, b)
            if len(results) < len(lines):
                tally.differ(lines[len(results)], expected[len(results)], "the end of the output")
                break
        for extra in itertools.islice(found, 1):
            tally.differ("the end of the file", "the end of the output", extra)
        process.stdout.close()
        if process.wait() != code:
            errors.seek(0)
            said = errors.read(2000).decode(errors="replace")
            tally.differ(spaced(command), f"exit code {code}", f"exit code {process.returncode}: {said}")


def encode(tokenizer, inputs, special=True):
    """The encodings; None where a side of a pair is too short to be cut, or to be wider than the stride."""
    try:
        return tokenizer.encode_batch(inputs, add_special_tokens=special)
    except BaseException as error:  # The library has no type of its own for it, and panics where the stride is too wide.
        if "too short" not in str(error) and "strictly less" not in str(error):
            raise
        return [encode(tokenizer, [one], special)[0] for one in inputs] if len(inputs) > 1 else [None]


def ids_of(tokenizer, special=True):
    return lambda lines: [spaced(e.ids) for e in tokenizer.encode_batch_fast(lines, add_special_tokens=special)]


def pair_of(line):
    first, _, second = line.partition("\t")
    return first, second


def types_of(tokenizer):
    def expect(lines):
        encodings = encode(tokenizer, list(map(pair_of, lines)))
        return [None if e is None else f"{spaced(e.ids)}\t{spaced(e.type_ids)}" for e in encodings]

    return expect


def windows_of(tokenizer, special=False, stride=False, pairs=False):
    """Objects with ids, types, offsets in bytes, and words; with a stride one for each window, with the line's number."""
    numbers = itertools.count(1)

    def ends(text):
        """For each character where it starts, in bytes, and the end."""
        return range(len(text) + 1) if text.isascii() else [0, *itertools.accumulate(len(c.encode()) for c in text)]

    def window(e, ends, number):
        offsets = [[ends[t][a], ends[t][b]] for (a, b), t in zip(e.offsets, e.type_ids)]
        return {"line": number, "ids": e.ids, "types": e.type_ids, "offsets": offsets, "words": e.word_ids}

    def expect(lines):
        inputs = list(map(pair_of, lines)) if pairs else lines
        for texts, e in zip(inputs, encode(tokenizer, inputs, special)):
            number = next(numbers) if stride else None
            tables = [ends(text) for text in (texts if pairs else [texts])]
            parts = [e, *e.overflowing] if stride and e is not None else [e]
            yield None if e is None else [window(part, tables, number) for part in parts]

    return lambda lines: list(expect(lines))


def texts_of(tokenizer, skip, clean):
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=clean)
    return lambda lines: tokenizer.decode_batch([list(map(int, line.split())) for line in lines], skip_special_tokens=skip)


class Comparison:
    """Of our command with the reference, on files in a folder that is removed later."""

    def __init__(self, ours, folder):
        self.ours, self.folder, self.total, self.count = ours, folder, 0, 0

    def run(self, name, model, path, expect, *arguments, source="--lines", check="plain"):
        tally = Tally(name)
        compare(tally, getattr(tally, check), self.ours, ["--vocabulary", model, source, path, *arguments], path, expect)
        self.add(tally)

    def add(self, tally):
        if tally.lines == 0:
            tally.differ("nothing was compared", "lines", "none")
        self.count += 1
        self.total += tally.report()

    def tokenizer_file(self, name, model, path):
        """The vocabulary as nothing but a tokenizer.json, which is given by its folder, and by its name."""
        folder = self.folder / "file"
        folder.mkdir(exist_ok=True)
        tokenizer = reference(model)
        tokenizer.save(str(folder / "tokenizer.json"))
        for given in (folder, folder / "tokenizer.json"):
            self.run(f"{name} {given.relative_to(self.folder)}", given, path, ids_of(tokenizer))

    def settings(self, name, model, path):
        config = configuration(model)
        own = config.get("do_lower_case", True), config.get("strip_accents")
        for lowercase, strip in itertools.product((True, False), (None, True, False)):
            if (lowercase, strip) != own:
                other, tokenizer = variant(model, self.folder / "settings", do_lower_case=lowercase, strip_accents=strip)
                self.run(f"{name} lowercase={lowercase} strip_accents={strip}", other, path, ids_of(tokenizer))

    def offsets(self, name, model, path, sample):
        tokenizer = reference(model)
        json_format = ("--format", "json")
        self.run(f"{name} offsets", model, path, windows_of(tokenizer), *json_format, "--no-special", check="aligned")
        for length, stride in ((64, 16), (16, 0), (9, 6)):
            tokenizer.enable_truncation(length, stride=stride)
            arguments = (*json_format, "--max-length", length, "--stride", stride)
            name_of = f"{name} windows of {length} by stride {stride}"
            self.run(name_of, model, sample, windows_of(tokenizer, True, True), *arguments, check="aligned")

    def pairs(self, model, path, length, strategy):
        tokenizer = reference(model)
        tokenizer.enable_truncation(length, strategy=strategy)
        arguments = ("--types", "--max-length", length, "--truncation", strategy)
        self.run(f"pairs at {length} {strategy}", model, path, types_of(tokenizer), *arguments, source="--pairs")

    def pair_windows(self, name, model, path, length, stride):
        tokenizer = reference(model)
        for strategy in ("only_first", "only_second"):
            tokenizer.enable_truncation(length, stride=stride, strategy=strategy)
            arguments = ("--format", "json", "--max-length", length, "--truncation", strategy, "--stride", stride)
            name_of = f"{name} windows of pairs {strategy}"
            expect = windows_of(tokenizer, True, True, True)
            self.run(name_of, model, path, expect, *arguments, source="--pairs", check="aligned")

    def decoding(self, name, model, path):
        """Ids of text, and random ones."""
        tokenizer, choice = reference(model), random.Random(17)
        size = tokenizer.get_vocab_size()
        lines = [line for some in batched(read_lines(path)) for line in ids_of(tokenizer)(some)]
        lines += (spaced(choice.choices(range(size), k=choice.randint(0, 40))) for _ in range(20_000))
        ids = write_lines(self.folder / "ids.txt", lines)
        for skip, clean in itertools.product((True, False), repeat=2):
            arguments = [*([] if skip else ["--keep-special"]), *([] if clean else ["--no-clean-up"])]
            name_of = " ".join([name, "decoded", *arguments])
            self.run(name_of, model, ids, texts_of(tokenizer, skip, clean), "--decode", *arguments, check="decoded")

    def characters(self):
        lines = character_lines()
        model = write_model(self.folder / "characters", vocabulary_of_characters(lines), {})
        path = write_lines(self.folder / "characters.txt", lines)
        for lowercase, strip, chinese in [*itertools.product((True, False), (True, False), (True,)), (True, None, False)]:
            config = {"do_lower_case": lowercase, "strip_accents": strip, "tokenize_chinese_chars": chinese}
            (model / "tokenizer_config.json").write_text(json.dumps(config))
            self.run(f"characters {config}", model, path, ids_of(reference(model)))

    def fuzz(self, vocabularies, count, seed, offsets):
        """Batches of random lines: vocabularies take turns, and every other round of them has other settings."""
        other = [{"do_lower_case": a, "strip_accents": b} for a in (True, False) for b in (True, False)]
        other += [{"tokenize_chinese_chars": False}, {"clean_text": False}]
        makers = [Fuzz(seed, read_lines(model / "vocab.txt" if model.is_dir() else model)) for model in vocabularies.values()]
        tallies = {}
        for batch, start in enumerate(range(0, count, FUZZ_BATCH)):
            turn, index = divmod(batch, len(vocabularies))
            name, model = list(vocabularies.items())[index]
            changes = other[turn // 2 % len(other)] if turn % 2 else {}
            model, tokenizer = variant(model, self.folder / "fuzz", **changes)
            name = " ".join([name, "fuzz", *(f"{key}={value}" for key, value in changes.items())])
            tally, broken = tallies.setdefault(name, (Tally(name), Tally(f"{name} bytes")))
            tally.place = broken.place = f", batch {batch}"
            size = min(FUZZ_BATCH, count - start)
            path = write_lines(self.folder / "fuzz.txt", makers[index].lines(batch, size))
            arguments = ["--vocabulary", model, "--lines", path]
            if offsets:
                json_format = [*arguments, "--format", "json", "--no-special"]
                compare(tally, tally.aligned, self.ours, json_format, path, windows_of(tokenizer))
            else:
                compare(tally, tally.plain, self.ours, arguments, path, ids_of(tokenizer))
            path.write_bytes(b"".join(line + b"\n" for line in makers[index].broken_lines(batch, max(1, size // 10))))
            compare(broken, broken.plain, self.ours, arguments, path, ids_of(tokenizer), code=2)
        for tally in itertools.chain.from_iterable(tallies.values()):
            self.add(tally)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True, help="our command, such as 'limbeck tokenize'")
    parser.add_argument("--vocabulary", type=pathlib.Path, required=True, help="a model's folder, or a vocab.txt")
    parser.add_argument("--data", type=pathlib.Path, help="a folder with glue and wikipedia, folders of tasks and dumps")
    parser.add_argument("--glue", type=pathlib.Path, help="the folder with the tasks' folders, alone")
    parser.add_argument("--lengths", type=int, nargs="*", default=[128, 32], help="maximum lengths of pairs")
    parser.add_argument("--train", action="store_true", help="also vocabularies that are trained here, cased and multilingual")
    parser.add_argument("--models", type=pathlib.Path, help="where these are, or go (default: they are not kept)")
    parser.add_argument("--settings", action="store_true", help="also every other pair of lowercase and strip_accents")
    parser.add_argument("--offsets", action="store_true", help="also offsets, words, truncation strategies, windows, decoding")
    parser.add_argument("--characters", action="store_true", help="also every character and random combining marks")
    parser.add_argument("--fuzz", type=int, default=0, metavar="N", help="also so many random lines, and a tenth as many of bytes")
    parser.add_argument("--seed", type=int, default=1, help="of the random lines")
    options = parser.parse_args()
    assert tokenizers.__version__ == VERSION, f"install tokenizers=={VERSION}, this is {tokenizers.__version__}"
    glue = options.glue or (options.data and options.data / "glue")
    dumps = options.data and options.data / "wikipedia"
    for wanted in filter(None, (glue, dumps)):
        if not wanted.is_dir():
            parser.error(f"there is no folder {wanted}")

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        comparison = Comparison(options.ours, folder)
        given = options.vocabulary.resolve()
        vocabularies = {given.name if given.is_dir() else given.parent.name: given}
        if options.train:
            for name, (size, language) in TRAINED.items():
                texts = itertools.chain(text_lines(glue) if glue else (), wiki_lines(dumps, language) if dumps else ())
                vocabularies[name] = train((options.models or folder / "models") / name, size, texts)
        if glue:
            lines = write_lines(folder / "lines.txt", itertools.chain(text_lines(glue), wiki_lines(dumps) if dumps else ()))
            wiki = write_lines(folder / "wiki.txt", wiki_lines(dumps)) if dumps else lines
            sample = write_lines(folder / "sample.txt", itertools.islice(read_lines(lines), 0, None, 50))
            pairs = write_lines(folder / "pairs.tsv", sentence_pairs(glue))
            few_pairs = write_lines(folder / "few.tsv", itertools.islice(read_lines(pairs), 0, None, 20))
            for name, model in vocabularies.items():
                comparison.run(f"{name} lines", model, lines, ids_of(reference(model)))
                comparison.run(f"{name} plain lines", model, lines, ids_of(reference(model), False), "--no-special")
                comparison.tokenizer_file(name, model, sample)
                if options.settings:
                    comparison.settings(name, model, wiki)
                if options.offsets:
                    comparison.offsets(name, model, lines, sample)
                    comparison.pair_windows(name, model, few_pairs, 64, 16)
                    comparison.decoding(name, model, sample)
            strategies = ("longest_first", "only_first", "only_second") if options.offsets else ("longest_first",)
            for length, strategy in itertools.product(options.lengths, strategies):
                comparison.pairs(given, pairs, length, strategy)
        if options.characters:
            comparison.characters()
        if options.fuzz:
            comparison.fuzz(vocabularies, options.fuzz, options.seed, options.offsets)
        print(f"{comparison.count} comparisons, {comparison.total} differences")
    sys.exit(1 if comparison.total or not comparison.count else 0)


if __name__ == "__main__":
    main()
