#!/usr/bin/env python3
"""Writes Sources/WordPiece/Tables: what the Rust library does to every character, found by asking it.

The library follows several Unicode versions at once (one crate a property), so its answers are the only reference.
Needs tokenizers==0.23.3.
"""

import pathlib
import unicodedata

import tokenizers
from tokenizers import normalizers, pre_tokenizers

VERSION = "0.23.3"
TABLES = pathlib.Path(__file__).resolve().parents[2] / "Sources/WordPiece/Tables"
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
HANGUL = range(0xAC00, 0xAC00 + 11172)


def normalizer(**on):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**off, **on}).normalize_str


def between(function, scalar):
    return function(f"a{chr(scalar)}b")


def ranges(scalars):
    found = []
    for c in scalars:
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return found


def combining_classes(nfd, decomposed):
    """The canonical combining class of each character, from which pairs the library swaps."""

    def swaps(first, second):
        return first != second and nfd("a" + first + second) == "a" + second + first

    # One character of each class that the library knows too: U+0334 has class 1, the lowest.
    known = {1: "\u0334"}
    for c in SCALARS:
        if unicodedata.combining(chr(c)) > 1 and c not in decomposed and swaps(chr(c), "\u0334"):
            known.setdefault(unicodedata.combining(chr(c)), chr(c))
    order = sorted(known)

    classes = {}
    for c in SCALARS:
        mark = chr(c)
        if c in decomposed or not (swaps(known[order[-1]], mark) or swaps(mark, known[order[0]])):
            continue
        equal = [k for k in order if not swaps(known[k], mark) and not swaps(mark, known[k])]
        assert len(equal) == 1, (hex(c), equal)
        classes[c] = equal[0]
    return classes


def class_ranges(classes):
    found = []
    for c, k in sorted(classes.items()):
        if found and found[-1][1] == c - 1 and found[-1][2] == k:
            found[-1][1] = c
        else:
            found.append([c, c, k])
    return found


def lowercase_ranges(mapping):
    """Runs (first, last, stride, distance) that cover the mapping."""
    found = []
    for c, lower in sorted(mapping.items()):
        distance = lower - c
        for run in reversed(found[-2:]):
            first, last, stride, d = run
            if d == distance and c - last in (1, 2) and (first == last or c - last == stride):
                run[1], run[2] = c, c - last
                break
        else:
            found.append([c, c, 1, distance])
    return found


def check_hangul(nfd):
    for c in HANGUL:
        i = c - 0xAC00
        parts = [0x1100 + i // 588, 0x1161 + i % 588 // 28] + ([0x11A7 + i % 28] if i % 28 else [])
        assert [ord(x) for x in nfd(chr(c))] == parts


def array(name, comment, element, values):
    lines, line = [], "   "
    for value in values:
        text = f" {value if element == 'Int32' else hex(value)},"
        if len(line) + len(text) > 118:
            lines.append(line)
            line = "   "
        line += text
    lines.append(line)
    return f"/// {comment}\nlet {name}: [{element}] = [\n" + "\n".join(lines) + "\n]\n"


def write(name, *arrays):
    header = f"// Written by scripts/reference/tokenizer_tables.py from tokenizers {VERSION}; not edited by hand.\n\n"
    (TABLES / f"{name}.swift").write_text(header + "\n".join(arrays))


def flat(rows):
    return [value for row in rows for value in row]


def main():
    assert tokenizers.__version__ == VERSION, f"install tokenizers=={VERSION}, this is {tokenizers.__version__}"
    nfd = normalizers.NFD().normalize_str
    clean, chinese = normalizer(clean_text=True), normalizer(handle_chinese_chars=True)
    strip, lower = normalizer(strip_accents=True), normalizer(lowercase=True)
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str

    check_hangul(nfd)
    removed = [c for c in SCALARS if between(clean, c) == "ab"]
    pieces = {c: len(between(split, c)) for c in SCALARS}
    decomposed = {c: nfd(chr(c)) for c in SCALARS if c not in HANGUL and nfd(chr(c)) != chr(c)}
    nonspacing = [c for c in SCALARS if c not in decomposed and between(strip, c) == "ab"]
    lowered = {c: lower(chr(c)) for c in SCALARS if lower(chr(c)) != chr(c)}

    TABLES.mkdir(parents=True, exist_ok=True)
    pairs = "First and last of each range of characters that "
    write(
        "CategoryTables",
        array("controlRanges", pairs + "cleaning removes.", "UInt32", flat(ranges(removed))),
        array("whitespaceRanges", pairs + "separate words.", "UInt32", flat(ranges([c for c in SCALARS if pieces[c] == 2]))),
        array("punctuationRanges", pairs + "are words alone.", "UInt32", flat(ranges([c for c in SCALARS if pieces[c] == 3]))),
        array("ideographRanges", pairs + "get spaces around.", "UInt32",
              flat(ranges([c for c in SCALARS if between(chinese, c) == f"a {chr(c)} b"]))),
        array("nonspacingRanges", pairs + "stripping accents removes.", "UInt32", flat(ranges(nonspacing))),
    )
    write(
        "CombiningTable",
        array("combiningRanges", "First, last and canonical combining class of each range; all others have class 0.", "UInt32",
              flat(class_ranges(combining_classes(nfd, set(decomposed) | set(HANGUL))))),
    )
    write(
        "DecompositionTable",
        array("decompositions", "Full canonical decompositions but Hangul: character | count << 24, then the parts.", "UInt32",
              flat([c | len(parts) << 24, *map(ord, parts)] for c, parts in decomposed.items())),
    )
    single = {c: ord(text) for c, text in lowered.items() if len(text) == 1}
    write(
        "LowercaseTable",
        array("lowercaseRanges", "First, last, stride and distance of each run of characters with one lower-case character.",
              "Int32", flat(lowercase_ranges(single))),
        array("lowercaseExpansions", "Lower case of several characters: character | count << 24, then the parts.", "UInt32",
              flat([c | len(text) << 24, *map(ord, text)] for c, text in lowered.items() if c not in single)),
    )


if __name__ == "__main__":
    main()
