"""Puts `limbeck corpus wikipedia` beside wikiextractor, gensim, mwparserfromhell and bzip2: speed, processor time, memory.

    python compare_extractors.py --limbeck BIN --data shared/data [--rounds 5] [--synthetic 4096]

Dumps are made from the slices in --data: the whole pages of each, some times over, with the head and the end that readers need. Every system
reads the same .xml.bz2, in a fresh process, and every other round goes backwards. Processor time is that of the process and its children, memory the
peak of one process. Prints a Markdown report; progress goes to stderr.
"""

import argparse
import bz2
import collections
import datetime
import importlib.metadata
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

DUMPS = {
    "en 2016": "enwiki-2016-slice.xml.bz2",
    "en 2016, multistream": "enwiki-2016-slice.xml.bz2",
    "bn 2023": "bnwiki-2023-truncated.xml.bz2",
    "ja 2022": "jawiki-2022-slice.xml.bz2",
    "ltg, multistream": "ltgwiki-multistream.xml.bz2",
}
PEERS = ("wikiextractor", "gensim", "mwparserfromhell")

PEER = r"""
import bz2, sys
name, path = sys.argv[1:]
if name == "gensim":
    from gensim.corpora.wikicorpus import extract_pages, filter_wiki
    for title, text, page in extract_pages(bz2.open(path), ("0",)):
        if not text.startswith("#REDIRECT"):
            sys.stdout.buffer.write(filter_wiki(text).encode() + b"\n")
else:
    import mwparserfromhell
    from xml.etree import ElementTree
    namespace = text = None
    for event, element in ElementTree.iterparse(bz2.open(path), ("end",)):
        tag = element.tag.rpartition("}")[2]
        if tag == "ns": namespace = element.text
        elif tag == "text": text = element.text or ""
        elif tag == "page":
            if namespace == "0" and element.find(element.tag[:-4] + "redirect") is None:
                sys.stdout.buffer.write(mwparserfromhell.parse(text).strip_code().encode() + b"\n")
            element.clear()
"""


def decompressed(path):
    """All that can be read of a file of one stream or many, which may be cut off."""
    compressed, text = path.read_bytes(), bytearray()
    while compressed:
        stream = bz2.BZ2Decompressor()
        try:
            text += stream.decompress(compressed)
        except OSError:
            break
        compressed = stream.unused_data if stream.eof else b""
    return bytes(text)


def dump(path, size):
    """The head of a dump, and its whole pages so often that there are `size` bytes."""
    text = decompressed(path)
    first = text.index(b"<page>")
    pages = re.findall(rb"<page>.*?</page>\s*", text[first:], re.S)
    body = b"".join(pages)
    return text[:first], pages * max(1, -(-size // len(body)))


def write(head, pages, folder, name, streams):
    """A plain dump, and a compressed one in one stream or in streams of a hundred pages, as Wikimedia makes them."""
    plain, packed = folder / f"{name}.xml", folder / f"{name}.xml.bz2"
    end = b"</mediawiki>\n"
    plain.write_bytes(head + b"".join(pages) + end)
    with packed.open("wb") as file:
        if streams:
            for part in [head, *(b"".join(pages[i : i + 100]) for i in range(0, len(pages), 100)), end]:
                file.write(bz2.compress(part))
        else:
            file.write(bz2.compress(plain.read_bytes()))
    return plain, packed


Run = collections.namedtuple("Run", "wall processor memory")


# A small process that starts the command: a child of a large one would count its parent's memory as its own.
RUNNER = """
import json, os, subprocess, sys, time
start = time.monotonic()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(json.dumps([time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, process.returncode]))
"""


def run(arguments, stdin=None):
    """Wall and processor seconds and the peak memory (MB) of a command whose output is thrown away."""
    result = subprocess.run([sys.executable, "-I", "-S", "-c", RUNNER, *arguments], stdin=stdin, stdout=subprocess.PIPE, check=True)
    *figures, code = json.loads(result.stdout)
    if code not in (0, 2):
        print(f"{arguments[0]} ended with {code}", file=sys.stderr)
    return Run(*figures)


def commands(args, plain, packed):
    ours = [args.limbeck, "corpus", "wikipedia", "--progress", "none"]
    return {
        "bzip2 -dc": ["bzip2", "-dc", packed],
        "Limbeck, 2 threads": [*ours, packed, "--threads", "2"],
        "Limbeck, 1 thread": [*ours, packed, "--threads", "1"],
        "Limbeck, 1 thread, plain XML": [*ours, plain, "--threads", "1"],
        "Limbeck, XML alone": [*ours, plain, "--threads", "1", "--namespaces", "99"],
    }


def peer(args, name, packed):
    if name == "wikiextractor":
        return [sys.executable, "-m", "wikiextractor.WikiExtractor", "--json", "-q", "--processes", "2", "-o", "-", packed]
    return [sys.executable, "-c", PEER, name, packed]


def middle(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def measure(args, name, plain, packed, small):
    size = plain.stat().st_size / 1e6
    results = collections.defaultdict(list)
    for index in range(args.rounds):
        jobs = list(commands(args, plain, packed).items())
        for job, command in reversed(jobs) if index % 2 else jobs:
            print(f"{name}: round {index + 1} of {args.rounds}, {job}", file=sys.stderr)
            results[job].append(run(command))
    print(f"\n## {name}: {size:.1f} MB of XML, {packed.stat().st_size / 1e6:.1f} MB compressed\n")
    print("| system | MB of XML a second | MB a processor second | peak MB | rate to that of bzip2 -dc, by round |")
    print("|---|---|---|---|---|")
    for job, runs in results.items():
        ratio = middle([b.wall / r.wall for r, b in zip(runs, results["bzip2 -dc"])]) if "plain" not in job and "alone" not in job else ""
        print(
            f"| {job} | {size / statistics.median(r.wall for r in runs):.1f} | {size / statistics.median(r.processor for r in runs):.1f} "
            f"| {max(r.memory for r in runs):.0f} | {ratio} |"
        )
    cleaning = [a.processor - b.processor for a, b in zip(results["Limbeck, 1 thread, plain XML"], results["Limbeck, XML alone"])]
    print(f"| Limbeck, cleaning alone (difference of the two above) | | {size / statistics.median(cleaning):.1f} | | |")
    # The peers don't care how a file is compressed.
    if name == "en 2016, multistream":
        return
    part = small[0].stat().st_size / 1e6
    for other in PEERS:
        print(f"{name}: {other}", file=sys.stderr)
        result = run(peer(args, other, small[1]))
        print(f"| {other}, on {part:.1f} MB, once | {part / result.wall:.2f} | {part / result.processor:.2f} | {result.memory:.0f} | |")


def synthetic(args, head, pages):
    """Pipes so many MiB of XML into us, from pages repeated, and reports the memory."""
    reader, writer = os.pipe()
    size = 0
    if os.fork() == 0:
        os.close(reader)
        with os.fdopen(writer, "wb") as pipe:
            body = b"".join(pages)
            pipe.write(head)
            for _ in range(args.synthetic * 2**20 // len(body)):
                pipe.write(body)
            pipe.write(b"</mediawiki>\n")
        os._exit(0)
    os.close(writer)
    body = sum(map(len, pages))
    size = args.synthetic * 2**20 // body * body
    result = run([args.limbeck, "corpus", "wikipedia", "-", "--progress", "none"], stdin=reader)
    os.close(reader)
    os.wait()
    print(f"\n## {size / 1e6:.0f} MB of XML through the standard input\n\nPeak memory {result.memory:.0f} MB; {size / 1e6 / result.wall:.1f} MB a second.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limbeck", required=True)
    parser.add_argument("--data", type=Path, required=True, help="the folder that has wikipedia")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=100, help="MB of XML of each dump; the peers get it once")
    parser.add_argument("--synthetic", type=int, default=0, metavar="MIB", help="also so much XML through the standard input")
    args = parser.parse_args()
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else None
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PEERS]
    ours = subprocess.run([args.limbeck, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"# Text of Wikipedia dumps side by side, {datetime.date.today():%-d %B %Y}\n")
    print(f"Rounds: {args.rounds}. {model[1] if model else platform.processor()}, {os.cpu_count()} cores; {platform.system()}.")
    print(f"Limbeck {ours}, Python {platform.python_version()}, {', '.join(versions)}.")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, file in DUMPS.items():
            streams = "multistream" in name
            head, pages = dump(args.data / "wikipedia" / file, 0)
            small = write(head, pages, folder, "small", streams)
            head, many = dump(args.data / "wikipedia" / file, args.size * 10**6)
            plain, packed = write(head, many, folder, "large", streams)
            measure(args, name, plain, packed, small)
        if args.synthetic:
            synthetic(args, *dump(args.data / "wikipedia" / DUMPS["en 2016"], 0))
    print(
        "\n## How to read\n\n- *Cleaning alone* is what plain XML costs more than to read the same XML and keep no page.\n"
        "- bzip2 works on one thread. wikiextractor has two processes that clean; its memory is that of the largest.\n"
        "- All output goes to nowhere. The peers run once, on each slice once over; gensim and mwparserfromhell clean in the process that reads."
    )


if __name__ == "__main__":
    main()
