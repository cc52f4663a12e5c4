"""What tokenizer_compare.py compares on: texts (GLUE, dumps of Wikipedia, every character, random lines), and vocabularies."""

import bz2
import html
import itertools
import json
import random
import re
import shutil
import sys
import unicodedata

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
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


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.writelines(line + "\n" for line in lines)
    return path


def read_lines(path):
    """Lines end with a newline and nothing else; what is no UTF-8 is replaced."""
    with open(path, "rb") as file:
        for line in file:
            yield line.removesuffix(b"\n").decode("utf-8", "replace")


def batched(items, size=5000):
    items = iter(items)
    return iter(lambda: list(itertools.islice(items, size)), [])


def text_lines(glue):
    """Every line of every text file, whole."""
    for path in sorted(p for p in glue.rglob("*") if p.suffix in (".tsv", ".txt", ".conll")):
        lines = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")
        yield from (line for line in lines if line)


def sentence_pairs(glue):
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
                    yield f"{cells[a]}\t{cells[b]}"


def decompressed(data):
    """What can be had of one or more bzip2 streams, of which the last may be cut."""
    parts = []
    while data:
        stream = bz2.BZ2Decompressor()
        try:
            parts.append(stream.decompress(data))
        except OSError:
            break
        data = stream.unused_data
    return b"".join(parts)


def wiki_lines(folder, language=""):
    """Every line of wiki text of the dumps of a language, or of all."""
    for path in sorted([*folder.glob(f"{language}*.xml"), *folder.glob(f"{language}*.xml.bz2")]):
        data = path.read_bytes()
        dump = (decompressed(data) if path.suffix == ".bz2" else data).decode("utf-8", "replace")
        for text in re.finditer(r"<text\b[^>]*(?<!/)>(.*?)(?:</text>|\Z)", dump, re.DOTALL):
            yield from (line for line in html.unescape(text[1]).replace("\r", "").split("\n") if line)


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


def is_reordered(text):
    """Whether marks, those within characters too, follow one another in another order than the canonical one."""
    parts = "".join(unicodedata.normalize("NFD", c) for c in text) if not text.isascii() else ""
    classes = [unicodedata.combining(c) for c in parts]
    return any(a > b > 0 for a, b in itertools.pairwise(classes))


def span(*ranges):
    return [chr(c) for first, last in ranges for c in range(first, last + 1)]


class Fuzz:
    """Random lines that mix all that Unicode has with special tokens and words of a vocabulary.

    The same for the same seed and batch. Lines are joined from snippets, of which each batch makes its own.
    """

    def __init__(self, seed, words):
        self.seed, self.words = seed, [word.removeprefix("##") for word in words]
        scalars = [c for c in span((0, 0xD7FF), (0xE000, 0x10FFFF)) if c != "\n"]
        categories = [unicodedata.category(c) for c in scalars]

        def of(*initials):
            return [c for c, category in zip(scalars, categories) if category.startswith(initials)]

        normalize = normalizers.BertNormalizer().normalize_str
        self.marks = of("M")
        self.kept = [c for c in self.marks if normalize("a" + c) != "a"]
        self.moved = [c for c in self.marks if unicodedata.combining(c)]
        self.controls = of("Cc", "Cf")
        self.punctuation = span((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)) * 20 + of("P", "S")
        self.cased = [c for c in scalars if c.lower() != c or c.upper() != c]
        self.decomposed = [c for c in scalars if unicodedata.decomposition(c)]
        self.white = span((0x09, 0x09), (0x0B, 0x0D), (0x1C, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x180E, 0x180E))
        self.white += span((0x2000, 0x200D), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x2060), (0x3000, 0x3000), (0xFEFF, 0xFEFF))
        self.syllables = span((0xAC00, 0xD7A3))
        self.jamo = span((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xD7B0, 0xD7FF), (0xFFA0, 0xFFDC))
        self.ideographs = span((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2A6DF), (0x2A700, 0x2EBEF), (0x30000, 0x323AF))
        self.ideographs += [chr(ord(c) + step) for c in "\u3400\u4dbf\u4e00\u9fff\uf900\ufaff\U00020000\U0002a6df\U0002a700" for step in (-1, 1)] * 50
        self.compatible = span((0x2E80, 0x2FFF), (0x3200, 0x33FF), (0xF900, 0xFAFF), (0xFE30, 0xFFEF), (0x2F800, 0x2FA1F))
        self.noncharacters = span((0xFDD0, 0xFDEF)) + [chr(p << 16 | 0xFFFE | b) for p in range(17) for b in (0, 1)]
        self.emoji = span((0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x2600, 0x27BF))
        self.letters = span((0x61, 0x7A))

    def lines(self, batch, count):
        rng = self.chance(batch)
        pool = self.snippets(rng)
        sizes = rng.choices([(0, 0), (1, 3), (4, 12), (13, 40), (5000, 20_000)], [20, 250, 500, 230, 0.2], k=count)
        sizes = [rng.randint(*size) for size in sizes]
        some = iter(rng.choices(pool, k=sum(sizes)))
        return ["".join(next(some) for _ in range(size)) for size in sizes]

    def broken_lines(self, batch, count):
        """Lines of bytes that are no UTF-8, for the most part."""
        rng = self.chance(f"{batch} bytes")
        whole = [snippet.encode() for snippet in rng.sample(self.snippets(rng), 500)]
        high, following = [bytes([b]) for b in range(0x80, 0x100)], [bytes([b]) for b in range(0x80, 0xC0)]
        edges = [0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]
        pool = whole + [b" "] * 300
        for _ in range(500):
            pool.append(self.scalar(rng).encode()[: rng.randint(1, 3)])
            pool.append(bytes([rng.choice(edges)]) + b"".join(rng.choices(following, k=rng.randint(0, 4))))
            pool.append(b"".join(rng.choices(high, k=rng.randint(1, 6))))
            pool.append(rng.randbytes(rng.randint(1, 9)).replace(b"\n", b""))
        return [b"\xff", *(b"".join(rng.choices(pool, k=rng.randint(1, 15))) for _ in range(count - 1))]

    def chance(self, batch):
        return random.Random(f"{self.seed} {batch}")

    def scalar(self, rng):
        """A character of any plane, assigned or not."""
        while True:
            value = rng.choice((0, 0, 0, 0, 1, 1, 1, 2, 3, 14, 15, 16, rng.randrange(17))) << 16 | rng.randrange(0x10000)
            value = rng.choice((value, value, value & 0x1FFF))
            if value != 0x0A and not 0xD800 <= value <= 0xDFFF:
                return chr(value)

    def snippets(self, rng):
        def some(pool, least, most):
            return "".join(rng.choices(pool, k=rng.randint(least, most)))

        def scalars():
            return "".join(self.scalar(rng) for _ in range(rng.randint(1, 3)))

        def word():
            return rng.choice(self.words)

        def special():
            token, cut = rng.choice(SPECIAL), rng.randint(1, 5)
            forms = [token, token.lower(), token.title(), token[:cut], token[cut:], f"[{token}]", token + token[1:], token[:-1] + token]
            return rng.choice([token, token, *forms, token[:cut] + self.scalar(rng) + token[cut:], token[:cut] + token])

        def emoji():
            parts = rng.choices(self.emoji, k=rng.randint(1, 4))
            joined = "\u200d".join(part + rng.choice(("", "", "\ufe0f", chr(rng.randint(0x1F3FB, 0x1F3FF)))) for part in parts)
            flags, key = some(span((0x1F1E6, 0x1F1FF)), 1, 4), rng.choice("0123456789#*") + "\ufe0f\u20e3"
            tags = "\U0001f3f4" + some(span((0xE0061, 0xE007A)), 2, 6) + "\U000e007f"
            return rng.choice((joined, joined, flags, key, tags))

        def marked():
            base = rng.choice((rng.choice(self.letters), rng.choice(self.decomposed), word(), ""))
            return base + some(rng.choice((self.marks, self.kept, self.moved, self.kept + self.moved)), 1, 6)

        def glued():
            return rng.choice((word() + self.scalar(rng) + word(), word() + word(), word() + scalars(), scalars() + word()))

        def long_word(least, most):
            pools = (self.letters, self.letters, self.kept, self.syllables, self.cased, self.decomposed, ["é"], ["e\u0301"], ["a", "\u0301"])
            return some(rng.choice(pools), least, most) + some(self.letters + [".", " ", "中", "\u0301", "\0"], 0, 2)

        makers = [
            (1000, lambda: " "), (500, scalars), (700, word), (500, lambda: word().title() + " "), (400, glued), (400, special),
            (500, marked), (200, emoji), (60, lambda: long_word(95, 105)), (2, lambda: long_word(1000, 5000)),
            (40, lambda: "\0"), (40, lambda: "\ufffd"), (300, lambda: some(self.letters, 1, 12)), (150, lambda: some("0123456789,.", 1, 8)),
        ]
        makers += [(count, lambda pool=pool, most=most: some(pool, 1, most)) for count, most, pool in (
            (200, 2, self.white), (150, 2, self.controls), (80, 2, self.noncharacters), (300, 3, self.punctuation), (250, 6, self.cased),
            (250, 3, self.decomposed), (200, 4, self.syllables), (200, 5, self.jamo), (250, 4, self.ideographs), (150, 3, self.compatible))]
        return [make() for count, make in makers for _ in range(count)]


def configuration(model):
    config = (model if model.is_dir() else model.parent) / "tokenizer_config.json"
    return json.loads(config.read_text()) if config.exists() else {}


def reference(model):
    config = configuration(model)

    def token(name, default):
        value = config.get(f"{name}_token") or default
        return value["content"] if isinstance(value, dict) else value

    unknown, separator, klass = token("unk", "[UNK]"), token("sep", "[SEP]"), token("cls", "[CLS]")
    ids = models.WordPiece.read_file(str(model / "vocab.txt" if model.is_dir() else model))
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


def write_model(folder, tokens, config):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    (folder / "vocab.txt").write_text("".join(t + "\n" for t in tokens), encoding="utf-8", newline="")
    return folder


def train(folder, size, texts):
    if not (folder / "vocab.txt").exists():
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=None)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=SPECIAL, show_progress=False)
        tokenizer.train_from_iterator(texts, trainer)
        assert tokenizer.get_vocab_size() > len(SPECIAL), f"there is no {folder}, and no text to train it on; give --data"
        ids = tokenizer.get_vocab()
        write_model(folder, sorted(ids, key=ids.get), {"do_lower_case": False, "strip_accents": None})
        assert models.WordPiece.read_file(str(folder / "vocab.txt")) == ids
    return folder


def variant(model, folder, **changes):
    """The model under other settings; by tokenizer.json alone where nothing but that can say them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if "clean_text" in changes:
        tokenizer = reference(model)
        normalizer = tokenizer.normalizer
        normalizer.clean_text = changes["clean_text"]
        tokenizer.normalizer = normalizer
        tokenizer.save(str(folder / "tokenizer.json"))
        return folder, tokenizer
    shutil.copyfile(model / "vocab.txt" if model.is_dir() else model, folder / "vocab.txt")
    (folder / "tokenizer_config.json").write_text(json.dumps(configuration(model) | changes))
    return folder, reference(folder)


def vocabulary_of_characters(lines):
    """A vocabulary in which each normalised character is a piece, so that equal ids mean equal normalised text."""
    characters = set()
    for strip, lowercase in itertools.product((True, False), repeat=2):
        normalizer = normalizers.BertNormalizer(clean_text=False, strip_accents=strip, lowercase=lowercase)
        for start in range(0, len(lines), 5000):
            characters.update(normalizer.normalize_str("".join(lines[start:start + 5000])))
    # White space at the end of a line is no part of a token.
    characters = sorted(c for c in characters if c not in "\n\r" and not c.isspace())
    return dict.fromkeys([*SPECIAL, *characters, *("##" + c for c in characters)])
