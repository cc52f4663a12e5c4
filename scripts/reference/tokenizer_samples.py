#!/usr/bin/env python3
"""Writes Tests/WordPieceTests/Fixtures: a small vocabulary of our own, texts, and what the Rust library makes of them.

Needs tokenizers==0.23.3.
"""

import json
import pathlib
import random

import tokenizers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from tokenizer_texts import is_reordered

VERSION = "0.23.3"
FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests/WordPieceTests/Fixtures"

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = """
the a an of to in on at is was are road roads lane lanes bridge closed closes closing open traffic slow slowly heavy
accident crash lorry truck bus stop stopped near north south east west exit junction tunnel work works diversion police
report reported delay delays minutes hour hours until from after before both all no not do don't n't can cannot won
The Road Bridge Police North South Exit Work A I Berlin Istanbul Paris cafe café naive naïve Straße strasse uber über
istanbul fine fi ff ﬁ ﬀ ok 1 2 10 12 100 2026 km h m s t re ve ll d
""".split()
PIECES = """
s ed ing er est ly ion ions al ally able ment ness un re pre bridge road work lane lanes way ways side light lights
ic fic raf tun nel sch stra ße ass e
""".split()
PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") + list("…–—“”‘’«»¿¡、。§¶€")
LETTERS = list("abcdefghijklmnopqrstuvwxyz0123456789") + list("ABCDEGIKNS")
FOREIGN = list("éèüöäßñçøåìíóúşğıİœæﬁﬀ") + list("αβγδσςΣάή") + list("абвйжЖ") + list("道路工事中国高速公車国") + list("かカがガ")
FOREIGN += list("한국어") + ["\u1112", "\u1161", "\u11ab", "\u1100", "\u116e", "\u11a8"] + list("שלا") + list("कि") + ["🚗", "🚧", "👍", "🏽"]
MARKS = ["\u0300", "\u0301", "\u0307", "\u0308", "\u0327", "\u0323", "\u302e", "\u200d", "\u08d4", "\u1baa", "\U0001d165", "\u034f", "\ufe0f"]
DECODED = ["'s", "'m", "n't", "'re", "##'s", "##.", "do not"]


def vocabulary():
    # A token cannot hold white space at its end; "do not" holds one within.
    characters = LETTERS + FOREIGN + MARKS
    tokens = SPECIAL + ["[unused0]", "[unused1]"] + WORDS + PUNCTUATION + characters + ["##" + p for p in PIECES]
    tokens += ["##" + c for c in characters] + DECODED + ["##"]
    return list(dict.fromkeys(tokens))


TEXTS = [
    "", " ", "   \t ", "The road is closed.", "the ROAD IS closed!!", "Roadworks on the bridge, both lanes closed until 10:30.",
    "Don't stop; I can't, won't.", "unbridgeable", "tunnel-lights (north/south) #12 @exit $100 50%", "a_b^c`d|e~f",
    "[CLS] the [SEP]", "the[MASK]road[MASK][MASK]", "[cls] [sep] [mask] [Mask] [MASK ]", "[UNK][PAD] [[SEP]] [SE[SEP]P]", "[CLS",
    "[unused0] the [unused1]", "##ing #", "café cafe\u0301 CAFÉ CAFE\u0301", "naïve Naïve naïVE", "Straße STRASSE straẞe",
    "İstanbul ISTANBUL ıstanbul I\u0307stanbul", "Überholspur über ÜBER", "ﬁne ﬀ ﬃ ſ ŉ ǆ ǅ Ǆ", "ΟΔΟΣ οδος Σ ς ΑΣ. Σίσυφος", "Жук жЖ й Й",
    "道路工事中", "road道路work", "中国の高速公車 カタカナ がガ ハ\u3099", "한국어 한 글 \u1112\u1161\u11ab", "שָׁלוֹם שלום", "السَّلَام", "हिन्दी कि क\u094d",
    "豈更 \uf900 \U0002f800 \ufa0e \ufad9", "🚗🚧 👍🏽 👨\u200d👩\u200d👧 ❤\ufe0f", "a\u00a0b\u2003c\u3000d\u2028e\u2029f\u202fg", "a\u200bb\u200cc\u200dd\ufeffe\u00adf\u2060g",
    "a\x00b\x01c\x7fd\x85e\x0bf\x0cg\x1fh", "tab\tnew\rline", "a\ufffdb \ufffd", "\ue000 private \U000f0000", "a\u0378b unassigned \U000e0fff", "x\u0323\u0307y x\u0307\u0323y",
    "a\u08d4\u1baa\u302eb a\u302e\u1baa\u08d4b a\u1baa\u034f\u302e a\u302e\u034f\u1baa", "a\u0301\u302e\u0327\u1baa.\u302e\u1baa", "𝅘𝅥 \U0001d15e \U0001d158\U0001d165\U0001d16e",
    "\u0344 \u0340a \u0f73 \u0f71\u0f72\u0f80", "≠ ≮ ≯ = < > \u226d", "\u037e \u1fef \u2000 \u2126 \u212a \u212b", "e\u0301\u0301\u0301 \u0301", "¿Dónde? ¡Aquí! «oui» “non” ‘si’ — – …",
    "a" * 99, "a" * 100, "a" * 101, "é" * 100, "é" * 101, "\u0301" * 120 + "a", "道" * 101, "a" * 100 + "." + "b" * 101 + " the", "x" + "\u1baa" * 99, "x" + "\u1baa" * 100,
    "zzz qqq the", "zzz中qqq", "1,000.5 km/h 3x 12th", "http://a.example/b?c=d&e=f", "the\u0301 road\u0308s", "A I a i", "ÀÉÎ ÑÇØÅ Þ Ð", "ꙮ Ꙁ Ა ა Ꭰ ꭰ 𐐀 𐐨", "K Å Ω ϴ ẞ",
    "٣ ۴ ５ Ａｂ！", "½ ² ① Ⅷ ⅷ ™", "\u1680 ogham \u180e", "don’t it's 's", "  leading and trailing  ",
]


def random_texts(count):
    choice = random.Random(11)
    pools = [WORDS, LETTERS, PUNCTUATION, FOREIGN, MARKS, [" "] * 4 + ["\u00a0", "\t"], SPECIAL, ["\u0301", "\u302e", "\u1baa", "\u08d4", "Á", "가", "각"]]
    return [
        "".join(choice.choice(pool) for pool in choice.choices(pools, [6, 5, 2, 3, 2, 6, 0.3, 1], k=choice.randint(1, 16)))
        for _ in range(count)
    ]


def build(ids, **options):
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(**options)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    return tokenizer


def flat(offsets):
    return [place for pair in offsets for place in pair]


def byte_offsets(text, offsets):
    """Places in characters as places in UTF-8, one after another."""
    places = [len(text[:index].encode()) for index in range(len(text) + 1)]
    return [places[place] for place in flat(offsets)]


def main():
    assert tokenizers.__version__ == VERSION, f"install tokenizers=={VERSION}, this is {tokenizers.__version__}"
    tokens = vocabulary()
    ids = {token: i for i, token in enumerate(tokens)}
    texts = TEXTS + random_texts(120)

    settings = [dict(lowercase=True, strip_accents=None), dict(lowercase=False, strip_accents=None),
                dict(lowercase=True, strip_accents=False), dict(lowercase=False, strip_accents=True)]
    settings = [dict(clean_text=True, handle_chinese_chars=True, **s) for s in settings]
    settings.append(dict(clean_text=False, handle_chinese_chars=False, lowercase=True, strip_accents=None))
    lines = []
    for options in settings:
        tokenizer = build(ids, **options)
        lines.append(dict(
            lowercase=options["lowercase"], stripAccents=options["strip_accents"],
            handleChineseCharacters=options["handle_chinese_chars"], cleanText=options["clean_text"],
            ids=[tokenizer.encode(text, add_special_tokens=False).ids for text in texts]))

    alignments = []
    for number, options in enumerate(settings[:2]):
        tokenizer = build(ids, **options)
        for place, text in enumerate(texts):
            if not is_reordered(text):  # The library then gives pieces the places of marks that it removed.
                e = tokenizer.encode(text, add_special_tokens=False)
                alignments.append(dict(settings=number, text=place, offsets=byte_offsets(text, e.offsets), words=e.word_ids))

    tokenizer = build(ids, lowercase=True)
    windows = []
    long = "The road is closed until 10, both lanes; unbridgeable. Police report slow traffic"
    for second, strategy in [(None, "longest_first"), ("North exit", "only_first"), ("A long side: road, road, road, road", "only_second")]:
        first = "Delay" if strategy == "only_second" else long
        for length, stride in [(16, 0), (16, 3), (32, 1), (64, 5)]:
            tokenizer.enable_truncation(length, strategy=strategy, stride=stride)
            e = tokenizer.encode(first, second)
            windows.append(dict(first=first, second=second, strategy=strategy, maximumLength=length, stride=stride, windows=[
                dict(ids=w.ids, types=w.type_ids, offsets=flat(w.offsets), words=w.word_ids) for w in [e, *e.overflowing]]))

    sides = ["", "the", "the road", "the road is closed until 10", "Roadworks!", "a b c d e f g h", "North [SEP] south, east and west"]
    encodings = []
    for first in sides:
        for second in [None, *sides]:
            least = 2 if second is None else 3
            for length in [None, *range(least, 9), 16]:
                if length is None:
                    tokenizer.no_truncation()
                else:
                    tokenizer.enable_truncation(length, strategy="longest_first")
                e = tokenizer.encode(first, second)
                encodings.append(dict(first=first, second=second, maximumLength=length, ids=e.ids, types=e.type_ids))
    # How much remains of sides of n and m pieces.
    counts = []
    for n in range(9):
        for m in range(9):
            for length in range(3, 20):
                tokenizer.enable_truncation(length, strategy="longest_first")
                e = tokenizer.encode("a " * n, "b " * m)
                counts.append([n, m, length, e.ids.count(ids["a"]), e.ids.count(ids["b"])])

    plain = decoders.WordPiece(prefix="##", cleanup=False)
    choice = random.Random(13)
    decodings = [dict(ids=e["ids"], skip=skip) for e in encodings[::9] for skip in (True, False)]
    pool = [ids[t] for t in [*DECODED, "##", ".", ",", "'", "!", "?", "do", "not", "the", "##s", "s", "t", "[SEP]", "[MASK]", "道", "##é"]]
    for _ in range(150):
        some = choice.choices(pool + [len(ids), len(ids) + 7], k=choice.randint(0, 8))
        decodings.append(dict(ids=some, skip=choice.random() < 0.5))
    for d in decodings:
        d["text"] = tokenizer.decode(d["ids"], skip_special_tokens=d["skip"])
    tokenizer.decoder = plain
    for d in decodings:
        d["plain"] = tokenizer.decode(d["ids"], skip_special_tokens=d["skip"])

    FIXTURES.mkdir(parents=True, exist_ok=True)
    (FIXTURES / "vocab.txt").write_text("".join(t + "\n" for t in tokens), encoding="utf-8")
    samples = dict(version=VERSION, texts=texts, lines=lines, alignments=alignments, windows=windows, encodings=encodings, counts=counts, decodings=decodings)
    rows = ",\n".join(
        f'"{key}": ' + (json.dumps(value) if isinstance(value, str) else
                        "[\n" + ",\n".join(json.dumps(v, separators=(",", ":")) for v in value) + "\n]")
        for key, value in samples.items())
    (FIXTURES / "samples.json").write_text("{\n" + rows + "\n}\n")


if __name__ == "__main__":
    main()
