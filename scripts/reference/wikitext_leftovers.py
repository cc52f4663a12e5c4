"""Counts what is left of wikitext in the text that `limbeck corpus wikipedia` makes of dumps, and what was lost.

    python wikitext_leftovers.py --limbeck BIN DUMP [DUMP ...] [--language CODE] [--examples 3]

Literal text does not count: what stands in nowiki or code, characters that the page writes as references, and signs that are text
by where they stand on the page (a pipe outside all brackets, a sign of lists within a line). The command lists these spans. Prose is measured
here by a crude reading of the source that shares nothing with the command; an article counts as lost if under a tenth of its prose came out.
Ends with 1 where anything is left or lost.
"""

import argparse
import collections
import json
import re
import subprocess
import sys

LEFTOVERS = {
    "quote runs": r"''+",
    "list markers": r"(?m)^[*#:;]+",
    "thumb and px": r"\|\s*(?:thumb|mini|left|right|frame|upright|\d+x?\d*px|サムネイル|থাম্ব|[0-9]+ピクセル)\b|\b\d+px\b",
    "category lines": r"(?im)^\[*(?:category|kategorie|kategoreja|カテゴリ|বিষয়শ্রেণী|বিষয়শ্রেণী|категория):",
    "files": r"(?i)\b(?:file|image|ファイル|画像|চিত্র|файл):\S+\.(?:jpg|jpeg|png|svg|gif|ogg)",
    "pipes": r"\|",
    "{{ or }}": r"\{\{|\}\}",
    "[[ or ]]": r"\[\[|\]\]",
    "tables": r"\{\||\|\}",
    "raw tags": r"</?(?:ref|references|br|div|span|small|big|sub|sup|table|tr|td|th|gallery|nowiki|math|code|center|font|b|i|u|p|blockquote|"
    r"includeonly|noinclude|onlyinclude|ruby|rt|rp|poem|timeline|score|hiero|section|syntaxhighlight|pre)\b[^<>\n]*/?>",
    "comments": r"<!--|-->",
    "&entity;": r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});",
    "empty ()": r"(?<![A-Za-z0-9])[(（][\s,;、，:]*[)）]",
    "placeholders": r"\b(?:formula|codice)_\d",
    "addresses": r"https?://",
    "headings": r"(?m)^=+[^=\n]+=+$",
    "switches": r"__[A-Z]+__",
    "variants": r"-\{|\}-",
    "double spaces": r"  ",
    "controls": r"[\x00-\x08\x0b-\x1f\x7f]",
}
LEFTOVERS = {name: re.compile(pattern) for name, pattern in LEFTOVERS.items()}
LITERAL = "\N{LOZENGE}"


def pages(arguments):
    """The objects that the command prints; a dump that is cut off ends it with 1, and is read all the same."""
    process = subprocess.Popen(arguments + ["--progress", "none"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    for line in process.stdout:
        yield json.loads(line)


def without_literals(page):
    text, parts, start = page["text"].encode(), [], 0
    for low, high in page["literals"]:
        parts += [text[start:low].decode(), LITERAL]
        start = high
    return "".join(parts) + text[start:].decode()


def innermost(pattern, text):
    """Takes out what matches until nothing does, from the inside to the outside."""
    while True:
        shorter = pattern.sub("", text)
        if len(shorter) == len(text):
            return text
        text = shorter


DROPPED = [
    re.compile(r"<!--.*?-->", re.S),
    re.compile(r"<ref[^>/]*/>|<ref\b[^>]*>.*?</ref\s*>", re.S | re.I),
    re.compile(r"<(gallery|math|timeline|score|imagemap|syntaxhighlight|source|pre|table|chem|graph)\b.*?</\1\s*>", re.S | re.I),
]
TEMPLATE = re.compile(r"\{\{[^{}]*\}\}")
TABLE = re.compile(r"\{\|(?:(?!\{\||\|\}).)*\|\}", re.S)
LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
PICTURE = re.compile(r"\[\[[^\[\]|:]{2,20}:(?:[^\[\]]|\[\[[^\[\]]*\]\])*\]\]")


def prose(wikitext):
    """How many letters of running text a page has, roughly: lines that begin no row, parameter or heading."""
    for pattern in DROPPED:
        wikitext = pattern.sub("", wikitext)
    wikitext = innermost(TABLE, innermost(TEMPLATE, wikitext))
    wikitext = LINK.sub(r"\1", PICTURE.sub("", wikitext))
    wikitext = re.sub(r"\[(?:https?:)?//\S*\s?([^\]]*)\]|https?://\S+|<[^>]*>|'''?", r"\1", wikitext)
    lines = [line for line in wikitext.split("\n") if not re.match(r"\s*[|!={}]", line)]
    return sum(character.isalnum() for line in lines for character in line)


def examine(arguments, dump):
    counts, examples = collections.Counter(), collections.defaultdict(list)
    command = [arguments.limbeck, "corpus", "wikipedia", dump, *(["--language", arguments.language] if arguments.language else [])]
    sources, texts = pages([*command, "--format", "wikitext"]), pages([*command, "--literals"])
    for source, page in zip(sources, texts, strict=True):
        assert source["id"] == page["id"]
        counts["articles"] += 1
        counts["characters"] += len(page["text"])
        text = without_literals(page)
        for name, pattern in LEFTOVERS.items():
            for match in pattern.finditer(text):
                counts[name] += 1
                examples[name].append(f"{page['title']}: {text[max(0, match.start() - 50) : match.end() + 40]!r}")
        before, after = prose(source["wikitext"]), sum(map(str.isalnum, page["text"]))
        if after < 0.1 * before:
            counts["lost"] += 1
            examples["lost"].append(f"{page['title']}: {after} of {before} letters of prose")
        counts["literal spans"] += len(page["literals"])
    return counts, examples


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dumps", nargs="+", metavar="DUMP")
    parser.add_argument("--limbeck", required=True, help="our command")
    parser.add_argument("--language", help="of dumps that do not say it, such as single pages")
    parser.add_argument("--examples", type=int, default=3, help="how many to show of each kind")
    arguments = parser.parse_args()
    total = 0
    for dump in arguments.dumps:
        counts, examples = examine(arguments, dump)
        kinds = [*LEFTOVERS, "lost"]
        found = sum(counts[kind] for kind in kinds)
        total += found
        print(f"{dump}: {counts['articles']} articles, {counts['characters']} characters, {counts['literal spans']} literal spans; left or lost: {found}")
        for kind in kinds:
            if counts[kind]:
                print(f"  {kind}: {counts[kind]}")
                for example in examples[kind][: arguments.examples]:
                    print(f"    {example}")
    sys.exit(1 if total else 0)


if __name__ == "__main__":
    main()
