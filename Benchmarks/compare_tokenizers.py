"""Puts our WordPiece beside nanotoken and Hugging Face tokenizers: ids, speed cold and warm, and training of vocabularies.

    python compare_tokenizers.py --limbeck BIN --vocabulary FOLDER --data shared/data [--rounds 5] [--threads 2]

Texts are made from the Wikipedia dumps and MRPC in --data. Each round runs every system in a fresh process, so that cold is
cold: the first pass over a text, then the median of three more. Every other round goes backwards. tokenizers is slow and runs
in the first round alone, on lines spread over at most 4 MB of a text. Prints a Markdown report; progress goes to stderr.
"""

import argparse
import bz2
import datetime
import html
import importlib.metadata
import itertools
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nanotoken
import tokenizers
from tokenizers import models, normalizers, pre_tokenizers, trainers

LANGUAGES = {"en": ("enwiki-2014*", "enwiki-2016*"), "ja": ("jawiki*",), "bn": ("bnwiki*",)}
WHOLE, SLICE, HELD_OUT = 50_000_000, 4_000_000, 20
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def read(path):
    """The text of a file; of a bz2, which may have several streams or be cut, what can be decompressed."""
    data = path.read_bytes()
    if path.suffix == ".bz2":
        compressed, data = data, bytearray()
        while compressed:
            stream, begin = bz2.BZ2Decompressor(), 0
            try:
                while begin < len(compressed) and not stream.eof:
                    data += stream.decompress(compressed[begin : begin + 65536])
                    begin += 65536
            except OSError:
                break
            compressed = stream.unused_data + compressed[begin:]
    return data.decode("utf-8", "ignore")


def contents(dump, elements):
    """The lines inside the elements, the last of which may lack its end."""
    for match in re.finditer(rf"<({elements})(?:\s[^>]*)?(?<!/)>(.*?)(?:</\1>|\Z)", dump, re.S):
        yield from html.unescape(match[2]).split("\n")


def distinct(lines):
    """Lines with something in them, each once, in order."""
    return list(dict.fromkeys(line for line in (line.replace("\r", "") for line in lines) if line.strip()))


def everything(dumps):
    """All text, titles, comments and other lines of the XML; then, up to 50 MB, lines of text as the XML escapes them."""
    lines = distinct(line for dump in dumps for line in contents(dump, "text|title|comment"))
    raw, have = [dump.split("\n") for dump in dumps], set(lines)
    lines = distinct(lines + [line for line in itertools.chain(*raw) if html.unescape(line) not in have])
    size, have = weight(lines), set(lines)
    for line in distinct(line for turn in itertools.zip_longest(*raw, fillvalue="") for line in turn):
        if size < WHOLE and line not in have:
            lines.append(line)
            size += len(line.encode())
    return lines


def mrpc(folder):
    """Both sentences of every pair in every file that has such columns, without the heads."""
    for path in sorted(folder.iterdir()):
        head, *rows = [line.split("\t") for line in path.read_bytes().decode("utf-8-sig").split("\n")]
        columns = [column for column, name in enumerate(head) if name.strip() in ("#1 String", "#2 String")]
        yield from (row[column].strip() for row in rows if len(row) == len(head) for column in columns)


def make_texts(data):
    dumps = {path: read(path) for path in sorted((data / "wikipedia").glob("*.xml*"))}
    named = lambda patterns: [dump for path, dump in dumps.items() if any(path.match(pattern) for pattern in patterns)]
    texts = {name: distinct(line for dump in named(patterns) for line in contents(dump, "text")) for name, patterns in LANGUAGES.items()}
    return texts | {"all": everything(list(dumps.values())), "mrpc": distinct(mrpc(data / "glue/MRPC"))}


def weight(lines):
    """Bytes without the ends of lines, as every speed here counts them."""
    return sum(len(line.encode()) for line in lines)


def save(lines, path):
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
    return path


def load(path):
    return Path(path).read_bytes().decode().split("\n")[:-1]


def encoder(name, vocabulary, special):
    """A function from lines to all their ids, and one that counts what it gives."""
    file = str(Path(vocabulary, "tokenizer.json"))
    if name == "nanotoken":
        peer = nanotoken.Tokenizer(file)
        return lambda lines: peer.encode_batch(lines, add_special_tokens=special), lambda batch: batch.num_tokens
    peer = tokenizers.Tokenizer.from_file(file)
    peer.no_padding()
    peer.no_truncation()
    return lambda lines: peer.encode_batch_fast(lines, add_special_tokens=special), lambda batch: sum(len(e.ids) for e in batch)


def timed(clock, work):
    begin = clock()
    result = work()
    return clock() - begin, result


def peer_encode(name, vocabulary, path, special, clock):
    lines, (encode, count), clock = load(path), encoder(name, vocabulary, special), getattr(time, clock)
    cold, batch = timed(clock, lambda: encode(lines))
    ids = count(batch)
    return {"cold": cold, "warm": statistics.median(timed(clock, lambda: encode(lines))[0] for _ in range(3)), "ids": ids}


def peer_train(path, size, folder):
    peer = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]"))
    peer.normalizer, peer.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    options = {"min_frequency": 2, "special_tokens": SPECIAL, "limit_alphabet": 1000, "show_progress": False}
    trainer = trainers.WordPieceTrainer(vocab_size=size, **options)
    Path(folder).mkdir()
    return timed(time.perf_counter, lambda: (peer.train([path], trainer), peer.model.save(folder)))[0]


def run_peer(threads, job, *arguments):
    """What the job gives in a fresh process; one where NumPy's BLAS starts no threads, as those spin and would count."""
    variables = {"RAYON_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, __file__, "--peer", job, json.dumps(arguments, default=str)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | variables).stdout)


def limbeck(args, *arguments, stdout=subprocess.DEVNULL):
    return subprocess.run([args.limbeck, *map(str, arguments)], check=True, stdout=stdout, text=True).stdout


def tell(*words):
    print(*words, file=sys.stderr, flush=True)


def turns(count, jobs):
    """Round and job, every other round backwards."""
    return ((number, job) for number in range(count) for job in (jobs[::-1] if number % 2 else jobs))


def same_ids(args, path, lines, step):
    """Whether Limbeck's bare ids are nanotoken's and, on every step-th line, tokenizers'; and how many they are."""
    with tempfile.NamedTemporaryFile(dir=path.parent) as file:
        limbeck(args, "tokenize", "--vocabulary", args.vocabulary, "--lines", path, "--no-special", stdout=file)
        printed = load(file.name)
    assert len(printed) == len(lines), f"{path.name} has {len(lines)} lines, limbeck tokenize gave {len(printed)}"
    verdicts = []
    for name, step in (("nanotoken", 1), ("tokenizers", step)):
        batch = encoder(name, args.vocabulary, False)[0](lines[::step])
        expected = (" ".join(map(str, ids.tolist() if name == "nanotoken" else ids.ids)) for ids in batch)
        wrong = sum(a != b for a, b in zip(expected, printed[::step], strict=True))
        verdicts.append(f"no, {wrong:,} of {len(batch):,} lines differ" if wrong else "yes")
    return verdicts, sum(len(line.split(" ")) for line in printed if line)


def ours(args, path):
    """Seconds by (threads, pass), and the ids of a pass."""
    command = ("bench", "tokenizer", "--vocabulary", args.vocabulary, "--text", path, "--threads", args.threads)
    told = json.loads(limbeck(args, *command, stdout=subprocess.PIPE))
    parts = {1: told["oneThread"]} | ({args.threads: told["threads"]} if args.threads > 1 else {})
    return {(threads, p): part[p + "Seconds"] for threads, part in parts.items() for p in ("cold", "warm")} | {"ids": told["ids"]}


def theirs(args, name, path, special):
    result = {}
    for threads in sorted({1, args.threads}):
        clock = "process_time" if threads == 1 else "perf_counter"
        told = run_peer(threads, "encode", name, args.vocabulary, path, special, clock)
        result |= {(threads, "cold"): told["cold"], (threads, "warm"): told["warm"], "ids": told["ids"]}
    return result


def measure(args, name, lines, folder):
    """Megabytes a second by system, number of threads and pass, a list over the rounds; and what to say of the ids."""
    path, step = folder / f"{name}.txt", next(step for step in itertools.count(1) if weight(lines[::step]) <= SLICE)
    part = save(lines[::step], folder / f"{name}-part.txt")
    verdicts, bare = same_ids(args, path, lines, step)
    results = {"Limbeck": [], "nanotoken": [], "tokenizers": []}
    for number, system in turns(args.rounds, ["Limbeck", "nanotoken"]):
        tell(f"{name}: round {number + 1} of {args.rounds}, {system}")
        if system == "Limbeck":
            results[system].append(ours(args, path))
            continue
        special = results["Limbeck"][0]["ids"] != bare  # the peers add [CLS] and [SEP] if ours does
        results[system].append(theirs(args, system, path, special))
        if number == 0:
            results["tokenizers"].append(theirs(args, "tokenizers", part, special))
    counts = [results[system][0]["ids"] for system in ("Limbeck", "nanotoken")]
    sizes = {"Limbeck": weight(lines), "nanotoken": weight(lines), "tokenizers": weight(lines[::step])}
    keys = [key for key in results["nanotoken"][0] if key != "ids"]
    return {s: {key: [sizes[s] / 1e6 / r[key] for r in rounds] for key in keys} for s, rounds in results.items()}, verdicts, counts


def filter_speeds(args, path, size):
    """Megabytes a second of the whole command, by number of threads."""
    speeds = {threads: [] for threads in sorted({1, args.threads})}
    for number, threads in turns(args.rounds, list(speeds)):
        tell(f"the whole filter: round {number + 1} of {args.rounds}, threads {threads}")
        command = ("tokenize", "--vocabulary", args.vocabulary, "--lines", path, "--no-special", "--threads", threads)
        speeds[threads].append(size / 1e6 / timed(time.perf_counter, lambda: limbeck(args, *command))[0])
    return speeds


def quality(vocabulary, lines):
    """Size of a vocabulary, its tokens a word, and its share of unknown words."""
    words = tokenizers.Tokenizer(models.WordPiece.from_file(str(vocabulary), unk_token="[UNK]"))
    words.normalizer, words.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    count = sum(len(words.pre_tokenizer.pre_tokenize_str(words.normalizer.normalize_str(line))) for line in lines)
    ids = [id for encoding in words.encode_batch_fast(lines) for id in encoding.ids]
    return words.get_vocab_size(), len(ids) / count, ids.count(words.token_to_id("[UNK]")) / count


def train(args, name, lines, folder):
    """Seconds by system, a list over the rounds, and the quality of each last vocabulary on lines held out."""
    held = lines[HELD_OUT - 1 :: HELD_OUT]
    path = save([line for i, line in enumerate(lines, 1) if i % HELD_OUT], folder / f"{name}-train.txt")
    seconds = {"Limbeck": [], "tokenizers": []}
    for number, system in turns(args.rounds, list(seconds)):
        tell(f"vocabulary of {name}: round {number + 1} of {args.rounds}, {system}")
        target = folder / f"vocabulary-{name}-{system}-{number}"
        if system == "Limbeck":
            command = ("vocabulary", "--lines", path, "--size", args.training_size, "--output", target)
            seconds[system].append(timed(time.perf_counter, lambda: limbeck(args, *command))[0])
        else:
            seconds[system].append(run_peer(os.cpu_count(), "train", path, args.training_size, target))
    return seconds, {system: quality(folder / f"vocabulary-{name}-{system}-{args.rounds - 1}" / "vocab.txt", held) for system in seconds}


def middle(values):
    values = list(values)
    return f"{statistics.median(values):.2f}" + (f" ({min(values):.2f} to {max(values):.2f})" if len(values) > 1 else "")


def table_row(*cells):
    return f"| {' | '.join(map(str, cells))} |"


def text_table(name, lines, speeds, verdicts, counts):
    keys = list(speeds["Limbeck"])
    yield f"\n## {name}: {weight(lines) / 1e6:.2f} MB, {len(lines):,} lines\n"
    yield f"Same ids as nanotoken: {verdicts[0]}; as tokenizers, on its part: {verdicts[1]}."
    yield f"Ids in a timed pass: {counts[0]:,}" + (" in both.\n" if counts[0] == counts[1] else f", nanotoken {counts[1]:,}.\n")
    yield table_row("MB/s", *(f"{threads} thread{'s' if threads > 1 else ''}, {p}" for threads, p in keys))
    yield "|---" * (len(keys) + 1) + "|"
    median = {system: [statistics.median(rates[key]) for key in keys] for system, rates in speeds.items()}
    for system, rates in median.items():
        yield table_row(system + (", in part, first round" if system == "tokenizers" else ""), *(f"{rate:.1f}" for rate in rates))
    for peer in ("nanotoken", "tokenizers"):
        yield table_row(f"Limbeck / {peer}, of the medians", *(f"{a / b:.2f}" for a, b in zip(median["Limbeck"], median[peer])))
    ratios = (middle(a / b for a, b in zip(speeds["Limbeck"][key], speeds["nanotoken"][key])) for key in keys)
    yield table_row("Limbeck / nanotoken, of the rounds", *ratios)


def training_table(trained):
    yield table_row("text", "system", "size", "seconds", "tokens a word", "unknown words")
    yield "|---|---|---|---|---|---|"
    for name, (seconds, found) in trained.items():
        for system, (size, fertility, unknown) in found.items():
            yield table_row(name, system, f"{size:,}", middle(seconds[system]), f"{fertility:.4f}", f"{unknown:.3%}")
        faster = middle(b / a for a, b in zip(seconds["Limbeck"], seconds["tokenizers"]))
        yield table_row(name, "ratio", "", f"{faster} times as fast", f"{found['Limbeck'][1] / found['tokenizers'][1]:.4f}", "")


READING = f"""
## How to read

- MB are 10^6 bytes of the lines without their ends. Speeds are medians of the rounds. One thread: its CPU time; more: wall time.
- *cold* is the first pass of a fresh process after loading, *warm* the median of the three after it. No reading of files is timed.
- *of the rounds*: the median of the rounds' ratios and their range; above 1 Limbeck is faster.
- nanotoken takes a list of str and gives two arrays; its own pool has so many threads as said (RAYON_NUM_THREADS). It hands out units of at
  least 1 MiB, so that a text below two of them does not keep two threads busy to the end.
- tokenizers (encode_batch_fast) runs on lines spread over at most {SLICE / 1e6:.0f} MB, in the first round alone; Limbeck's ratio to it is of the whole text.
- Ids are compared without [CLS] and [SEP]; in timed passes the peers add them if Limbeck does.
- *all* holds the text, titles, comments and other lines of all dumps and, up to {WHOLE / 1e6:.0f} MB, text once more as the XML escapes it."""

TRAINED = f"""- Vocabularies: all cores, uncased, {', '.join(SPECIAL)}; in tokenizers min_frequency 2 and limit_alphabet 1000, as in its BertWordPieceTokenizer.
  Limbeck's seconds are those of the whole command, tokenizers' those of train and save. The ratio of tokens a word is Limbeck's to tokenizers': below 1
  Limbeck's are fewer. Words are BertPreTokenizer's, in every {HELD_OUT}th line, which is held out; an unknown word counts as one token."""


def heading(args):
    day, processor = datetime.date.today(), re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    packages = [f"{name} {importlib.metadata.version(name)}" for name in ("tokenizers", "nanotoken", "numpy")]
    version = limbeck(args, "--version", stdout=subprocess.PIPE).strip()
    yield f"# WordPiece side by side, {day.day} {day:%B %Y}\n"
    yield f"Rounds: {args.rounds}. {processor[1] if processor else platform.machine()}, {os.cpu_count()} cores; {platform.system()}."
    yield f"Limbeck {version}, Python {platform.python_version()}, {', '.join(packages)}. Vocabulary: {args.vocabulary.name}."


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limbeck", required=True)
    parser.add_argument("--vocabulary", type=Path, required=True, help="a folder with vocab.txt and tokenizer.json")
    parser.add_argument("--data", type=Path, required=True, help="the folder with wikipedia and glue")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2, help="threads beside one")
    parser.add_argument("--training-size", type=int, default=30000, help="entries of the vocabularies; 0 leaves training out")
    parser.add_argument("--keep", type=Path, help="keep texts and vocabularies in this new folder")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=not args.keep)
        texts = make_texts(args.data)
        for name, lines in texts.items():
            save(lines, folder / f"{name}.txt")
            tell(f"{name}: {weight(lines):,} bytes, {len(lines):,} lines")
        print("\n".join(heading(args)), flush=True)
        for name, lines in texts.items():
            print("\n".join(text_table(name, lines, *measure(args, name, lines, folder))), flush=True)
        print("\n## limbeck tokenize, with reading and printing, on all\n")
        for threads, speeds in filter_speeds(args, folder / "all.txt", weight(texts["all"])).items():
            print(f"- --threads {threads}: {middle(speeds)} MB/s", flush=True)
        if args.training_size:
            print("\n## Training vocabularies\n")
            print("\n".join(training_table({name: train(args, name, texts[name], folder) for name in ("en", "all")})), flush=True)
        print(READING + ("\n" + TRAINED if args.training_size else ""))


if sys.argv[1:2] == ["--peer"]:
    print(json.dumps({"encode": peer_encode, "train": peer_train}[sys.argv[2]](*json.loads(sys.argv[3]))))
else:
    main()
