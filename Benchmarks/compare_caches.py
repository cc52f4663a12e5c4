"""Puts our cache of hidden states beside what people use today: bytes, fidelity, writing, and reading rows as float32.

    python compare_caches.py --limbeck BIN --model FOLDER [--shared FOLDER] [--lines 4000] [--rounds 5] [--out FILE.md]

`limbeck features` makes the states of sentences from MRPC and Wikipedia (in --shared, LIMBECK_SHARED or ../shared) once.
Each round then writes and reads every system in every precision, on one CPU, ours by a call of `limbeck bench cache`; every
other round goes backwards, and the first is dropped. A peer that cannot be imported (caches-requirements.txt has them all)
or fails in the first round is left out, and the report says so.
"""

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLOSC_NTHREADS"), "1"))

import argparse
import bz2
import datetime
import html
import importlib
import importlib.metadata
import itertools
import json
import platform
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import safetensors.torch
import torch


def optional(name):
    """The module, or the error that its import gave."""
    try:
        return importlib.import_module(name)
    except Exception as error:
        return error


pyarrow, streaming, zarr, blosc = map(optional, ("pyarrow", "streaming", "zarr", "numcodecs.blosc"))

PRECISIONS = ("float32", "float16", "bfloat16")
OURS = PRECISIONS + ("int8-rotated", "int4-rotated")
PACKAGES = ("numpy", "torch", "safetensors", "mosaicml-streaming", "zstd", "pyarrow", "zarr", "numcodecs")
BATCH = 16


def encode(states, precision):
    """float32 states in the precision; bfloat16, rounded to nearest even, as the uint16 of its bits."""
    tensor = torch.from_numpy(states).contiguous().to(getattr(torch, precision))
    return (tensor.view(torch.uint16) if precision == "bfloat16" else tensor).numpy()


def decode(stored, fresh):
    """A float32 array in memory of its own; `fresh` says that `stored` already is."""
    if stored.dtype == np.float32:
        return stored if fresh else np.array(stored)
    tensor = torch.from_numpy(stored)
    return (tensor.view(torch.bfloat16) if stored.dtype == np.uint16 else tensor).float().numpy()


class System:
    """A peer. Rows are [layers, tokens, width] in all, so that each gives the same arrays. `open` is not timed."""

    fresh, module = True, None

    def __init__(self, states, offsets):
        self.states, self.offsets, self.rows = states, offsets.tolist(), range(len(offsets) - 1)

    def source(self, row):
        return self.states[:, self.offsets[row] : self.offsets[row + 1]]

    def sequential(self):
        return (decode(self.row(row), self.fresh) for row in self.rows)

    def random(self, batches):
        return ([decode(self.row(row), self.fresh) for row in batch] for batch in batches)


class Numpy(System):
    name, fresh = "numpy .npy, mapped", False

    def write(self, precision, folder):
        np.save(folder / "states.npy", encode(self.states, precision))
        np.save(folder / "offsets.npy", self.offsets)

    def open(self, folder):
        self.data = np.load(folder / "states.npy", mmap_mode="r")

    def row(self, row):
        return self.data[:, self.offsets[row] : self.offsets[row + 1]]


class Safetensors(Numpy):
    name = "safetensors, mapped"

    def write(self, precision, folder):
        tensors = {"states": torch.from_numpy(self.states).to(getattr(torch, precision)), "offsets": torch.tensor(self.offsets)}
        safetensors.torch.save_file(tensors, folder / "states.safetensors")

    def open(self, folder):
        with safetensors.safe_open(folder / "states.safetensors", "pt") as file:
            tensor = file.get_tensor("states")
        self.data = (tensor.view(torch.uint16) if tensor.dtype == torch.bfloat16 else tensor).numpy()


class TorchFiles(System):
    name = "torch.save, a file a row"

    def write(self, precision, folder):
        for row in self.rows:  # cloned, as a view would take all rows along
            torch.save(torch.from_numpy(self.source(row)).to(getattr(torch, precision), copy=True).contiguous(), folder / f"{row}.pt")

    def open(self, folder):
        self.folder = folder

    def row(self, row):
        tensor = torch.load(self.folder / f"{row}.pt", weights_only=True)
        return (tensor.view(torch.uint16) if tensor.dtype == torch.bfloat16 else tensor).numpy()


class Streaming(System):
    name, module, compression, data = "MosaicML MDS, plain", streaming, None, None

    def write(self, precision, folder):
        columns = {"states": "ndarray:" + ("uint16" if precision == "bfloat16" else precision)}
        with streaming.MDSWriter(out=str(folder), columns=columns, compression=self.compression) as writer:
            for row in self.rows:
                writer.write({"states": encode(self.source(row), precision)})

    def open(self, folder):
        self.data = None  # two at once may not share a folder
        for shard in folder.glob("*.mds") if self.compression else ():
            shard.unlink()
        self.data = streaming.StreamingDataset(local=str(folder), shuffle=False, batch_size=BATCH)

    def row(self, row):
        return self.data[row]["states"]


class StreamingZstd(Streaming):
    """Decompresses a whole shard to a file before it reads a row of it; that is timed, as it is in a first epoch."""

    name, compression = "MosaicML MDS, zstd", "zstd"


class Arrow(System):
    """A record batch a row. LZ4's output is memory of its own even where nothing could be compressed."""

    name, module = "Arrow IPC, LZ4", pyarrow

    def write(self, precision, folder):
        kind = {"float32": pyarrow.float32(), "float16": pyarrow.float16(), "bfloat16": pyarrow.uint16()}[precision]
        schema, options = pyarrow.schema([("states", kind)]), pyarrow.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
        with pyarrow.ipc.new_file(str(folder / "states.arrow"), schema, options=options) as writer:
            for row in self.rows:
                values = pyarrow.array(encode(self.source(row), precision).ravel())
                writer.write_batch(pyarrow.record_batch([values], schema=schema))

    def open(self, folder):
        options = pyarrow.ipc.IpcReadOptions(use_threads=False)
        self.data = pyarrow.ipc.open_file(pyarrow.memory_map(str(folder / "states.arrow")), options=options)

    def row(self, row):
        return self.data.get_batch(row).column(0).to_numpy().reshape(len(self.states), -1, self.states.shape[2])


class Zarr(System):
    """Chunks of 128 tokens in all layers. A batch of rows is one selection, in rising order: faster than a call a row."""

    name, module = "Zarr 3, Blosc LZ4 bitshuffle", zarr

    def write(self, precision, folder):
        blosc.set_nthreads(1)
        zarr.config.set({"threading.max_workers": 1})
        values = encode(self.states, precision)
        chunks = (len(values), min(128, values.shape[1]), values.shape[2])
        codec = zarr.codecs.BloscCodec(cname="lz4", shuffle="bitshuffle", typesize=values.itemsize)
        array = zarr.create_array(folder / "states", shape=values.shape, chunks=chunks, dtype=values.dtype, compressors=codec)
        array[:] = values
        np.save(folder / "offsets.npy", self.offsets)

    def open(self, folder):
        self.data = zarr.open_array(folder / "states", mode="r")

    def batch(self, rows, select):
        spans = [range(self.offsets[row], self.offsets[row + 1]) for row in rows]
        block = select(spans)
        return [decode(block[:, a:b], False) for a, b in itertools.pairwise(itertools.accumulate(map(len, spans), initial=0))]

    def sequential(self):
        batches = (self.rows[row : row + BATCH] for row in self.rows[::BATCH])
        return itertools.chain.from_iterable(self.batch(rows, lambda s: self.data[:, s[0].start : s[-1].stop]) for rows in batches)

    def random(self, batches):
        return (self.batch(sorted(rows), lambda spans: self.data.oindex[:, np.concatenate(spans), :]) for rows in batches)


PEERS = (Numpy, Safetensors, TorchFiles, Streaming, StreamingZstd, Arrow, Zarr)


def fidelity(decoded, states, offsets):
    """The mean centred cosine of first tokens and of all others, each in the layer where it is least; 1 where all is equal."""
    if np.array_equal(decoded, states):
        return 1, 1
    first = np.isin(np.arange(states.shape[1]), offsets[:-1])
    return tuple(min(cosine(a[part], b[part]) for a, b in zip(decoded, states)) for part in (first, ~first))


def cosine(decoded, original):
    centre = original.mean(axis=0, dtype=np.float64).astype(np.float32)
    a, b = decoded - centre, original - centre
    dot = lambda x, y: np.einsum("td,td->t", x, y, dtype=np.float64)
    norms = np.sqrt(dot(a, a) * dot(b, b))
    cosines = np.divide(dot(a, b), norms, out=np.zeros_like(norms), where=norms > 0)
    return float(np.where(dot(b, b) < 1e-8 * dot(original, original), 1, cosines).mean())  # nothing to keep counts as 1


def timed(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def synchronise(folder):
    for path in [folder, *folder.rglob("*")]:
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def peer_round(system, precision, batches, folder):
    """Seconds and bytes of one round."""
    folder.mkdir()
    result = {"write": timed(lambda: system.write(precision, folder))}
    result["disk"] = result["write"] + timed(lambda: synchronise(folder))
    result["bytes"] = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    system.open(folder)
    result["sequential"] = timed(lambda: [None for _ in system.sequential()])
    system.open(folder)
    return result | {"random": timed(lambda: [None for _ in system.random(batches)])}


def our_round(args, source, precision, folder):
    command = [args.limbeck, "bench", "cache", str(source), "--precision", precision, "--folder", str(folder), "--threads", "1"]
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    result = {name: told[name + "Seconds"] for name in ("write", "mapped", "copy", "sequential", "random")}
    return result | {"disk": result["write"], "bytes": told["bytes"], "floats": told["floats"]}


def exported(args, cache, file):
    """States [layers, tokens, width] and offsets of one of our caches."""
    subprocess.run([args.limbeck, "export", str(cache), "--safetensors", str(file)], check=True, stdout=subprocess.DEVNULL)
    with safetensors.safe_open(file, "np") as tensors:
        layers = sorted((name for name in tensors.keys() if name.startswith("layer.")), key=lambda name: int(name[6:]))
        return np.stack([tensors.get_tensor(name) for name in layers]), tensors.get_tensor("offsets")


def measure(args, work, states, offsets):
    """Rounds and fidelity by system and precision, and the peers left out with the reason."""
    rows = np.random.default_rng(0).permutation(len(offsets) - 1).tolist()
    batches = [rows[i : i + BATCH] for i in range(0, len(rows), BATCH)]
    missing = {peer.name: f"import: {peer.module}" for peer in PEERS if isinstance(peer.module, Exception)}
    peers = [peer(states, offsets) for peer in PEERS if peer.name not in missing]
    jobs = [(system, precision) for precision in OURS for system in [None, *(peers if precision in PRECISIONS else ())]]
    results, kept = {(system.name if system else "Limbeck", precision): [] for system, precision in jobs}, {}
    for number in range(args.rounds + 1):
        for system, precision in jobs[::-1] if number % 2 else jobs:
            key = (system.name if system else "Limbeck", precision)
            if key[0] in missing:
                continue
            folder = work / "cache"
            try:
                result = peer_round(system, precision, batches, folder) if system else our_round(args, work / "source", precision, folder)
                if number > 0:
                    results[key].append(result)
                elif system:
                    system.open(folder)
                    kept[key] = fidelity(np.concatenate(list(system.sequential()), axis=1), states, offsets)
                else:
                    assert result["floats"] == states.size, "ours has other numbers than the peers"
                    kept[key] = fidelity(exported(args, folder, work / "decoded.safetensors")[0], states, offsets)
            except Exception as error:
                if number > 0 or not system:
                    raise
                missing[key[0]] = f"{precision}: {type(error).__name__}: {error}"
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        print(f"round {number} of {args.rounds}{'' if number else ' (dropped)'}", file=sys.stderr, flush=True)
    return {key: rounds for key, rounds in results.items() if rounds}, kept, missing


def text(shared, count, file):
    """Sentences of MRPC and prose of Wikipedia, in turn."""
    pairs = (shared / "data/glue/MRPC/msr_paraphrase_train.txt").read_text("utf-8-sig").splitlines()[1:]
    mrpc = [sentence for line in pairs for sentence in line.split("\t")[3:5]]
    dump = bz2.open(max((shared / "data/wikipedia").glob("enwiki*.bz2")), "rt", encoding="utf-8", errors="replace").read()
    lines = [line.strip() for pair in zip(mrpc, prose(dump)) for line in pair][:count]
    assert len(lines) == count, f"there are only {len(lines)} lines"
    file.write_text("\n".join(lines) + "\n", "utf-8")


def prose(dump):
    """Sentences of 5 to 60 words, crudely stripped of markup; what still shows some is left out."""
    for page in re.findall(r"<text[^>]*>(.*?)</text>", dump, re.S):
        page = re.sub(r"<!--.*?-->|<ref[^>]*/>|<ref.*?</ref>|<(math|gallery|source)\b.*?</\1>", "", html.unescape(page), flags=re.S)
        for _ in range(4):
            page = re.sub(r"\{\{[^{}]*\}\}|\{\|[^{}]*\|\}", "", page)
        page = re.sub(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]", r"\1", page)
        page = re.sub(r"'{2,}|<[^<>]*>|&\w+;", "", page)
        for line in re.findall(r"^[A-Z].*", page, re.M):
            for sentence in re.split(r"(?<=[.!?]) +(?=[A-Z])", line):
                if 5 <= len(sentence.split()) <= 60 and sentence[-1] in ".!?" and not re.search(r"[\[\]{}|<>=]|https?:", sentence):
                    yield sentence


def middle(values):
    values = list(values)
    return f"{statistics.median(values):.2f}" + (f" ({min(values):.2f} to {max(values):.2f})" if len(values) > 1 else "")


def table(results, kept, tokens, size):
    yield "| system | bytes a token | [CLS] | others | write | on disk | sequential | ours | random | ours |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for (name, precision), rounds in results.items():
        speed = {what: f"{statistics.median(size / r[what] / 1e9 for r in rounds):.2f}" for what in rounds[0] if what != "bytes"}
        ours = {what: "" if name == "Limbeck" else ratio(results, (name, precision), what) for what in ("sequential", "random")}
        close = ["exact" if min(kept[name, precision]) == 1 else f"{x:.6f}" for x in kept[name, precision]]
        cells = [f"{name}, {precision}", f"{rounds[0]['bytes'] / tokens:,.0f}", *close, speed["write"], speed["disk"]]
        yield f"| {' | '.join(cells + [speed['sequential'], ours['sequential'], speed['random'], ours['random']])} |"


def ratio(results, key, what):
    return middle(a[what] / b[what] for a, b in zip(results[key], results["Limbeck", key[1]]))


def goals(results, kept, tokens):
    for precision in OURS:
        ratios = [r["mapped"] / r["copy"] for r in results["Limbeck", precision]]
        yield f"- Verified in place / plain copy, {precision}: {middle(ratios)}; goal 1.3, {'met' if statistics.median(ratios) <= 1.3 else 'missed'}."
    for precision, what in itertools.product(PRECISIONS, ("sequential", "random")):
        peers = [key for key in results if key[1] == precision and key[0] != "Limbeck"]
        best = min(peers, key=lambda key: statistics.median(r[what] for r in results[key]), default=None)
        if best:
            yield f"- Fastest peer, {what}, {precision}: {best[0]}; ours is {ratio(results, best, what)} times as fast."
    weight = lambda key: results[key][0]["bytes"] / tokens
    for bound, which in [(b, "both") for b in (1, 0.9999, 0.999, 0.99)] + [(b, "others") for b in (0.9999, 0.999, 0.99)]:
        able = [key for key in results if (min(kept[key]) if which == "both" else kept[key][1]) >= bound]
        sides = [min((k for k in able if (k[0] == "Limbeck") == ours), key=weight, default=None) for ours in (True, False)]
        ours, theirs = (f"{', '.join(key)} ({weight(key):,.0f} bytes a token)" if key else "none" for key in sides)
        share = f"{weight(sides[0]) / weight(sides[1]):.2f} of it" if all(sides) else "not comparable"
        what = "exact" if bound == 1 else f"with {'both cosines' if which == 'both' else 'the cosine of others, [CLS] aside,'} at least {bound}"
        yield f"- Smallest {what}: {ours}; of the peers {theirs}: {share}."


READING = f"""## How to read

- Speeds are GB/s (10^9 bytes) of float32 numbers, medians of the rounds: given to the writer, or laid down by the reader as a fresh float32 array a row.
- *sequential*: all rows in order. *random*: all rows in batches of {BATCH} in one random order (ours draws its own). Page cache warm, peers' opening not timed.
- *ours*: how many times as fast Limbeck is in the same precision, median of the rounds' ratios and their range; above 1 Limbeck is faster.
- *on disk*: with an fsync of all files. Ours always does it, so both columns show the same; peers by themselves leave it out.
- *[CLS]*, *others*: mean cosine to the original, after the mean over all tokens of the kind was taken off both; that of the worst layer.
- Limbeck checks the XXH3 of every frame before it uses it. As called here, no peer checks its numbers.
- bfloat16 is itself in safetensors and torch.save; elsewhere the uint16 of its bits, rounded to nearest even, converted by torch.
- MDS with zstd decompresses whole shards to files first, which is timed, as in a first epoch; later ones read like the plain one, with its bytes on top.
- The peers' loops are Python, as their users write them. All run on the same CPU, one after another."""


def report(args, results, kept, missing, states, offsets):
    tokens, day = states.shape[1], datetime.date.today()
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else None
    version = subprocess.run([args.limbeck, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    installed = {d.metadata["Name"]: d.version for d in list(importlib.metadata.distributions())[::-1]}  # the first found counts
    versions = [f"Limbeck {version}", f"Python {platform.python_version()}", *(f"{p} {installed[p]}" for p in PACKAGES if p in installed)]
    command = ["python", "Benchmarks/compare_caches.py", *(Path(a).name if Path(a).is_absolute() else a for a in sys.argv[1:])]
    yield f"# Caches of hidden states side by side, {day.day} {day:%B %Y}\n"
    yield f"{len(offsets) - 1:,} lines of MRPC and Wikipedia, {tokens:,} tokens, {len(states)} layers of {states.shape[2]}, {states.nbytes / 1e6:,.0f} MB in float32."
    yield f"Rounds: {args.rounds}, after one dropped. {cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, one used; {platform.system()}."
    yield f"{', '.join(versions)}.\n\n    {shlex.join(command)}\n"
    yield from table(results, kept, tokens, states.nbytes)
    yield from (f"\nLeft out: {name} ({reason})." for name, reason in missing.items())
    yield from ("\n## Goals\n", *goals(results, kept, tokens), "\n" + READING)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limbeck", default=".build/release/limbeck")
    parser.add_argument("--model", required=True, help="the folder of the teacher")
    parser.add_argument("--shared", type=Path, default=os.environ.get("LIMBECK_SHARED", "../shared"))
    parser.add_argument("--layers", default="2,3,5,6")
    parser.add_argument("--lines", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where the caches are written meanwhile (default: the system's temporary folder)")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        work = Path(folder)
        text(args.shared, args.lines, work / "lines.txt")
        command = [args.limbeck, "features", "--model", args.model, "--lines", str(work / "lines.txt"), "--layers", args.layers]
        subprocess.run(command + ["--precision", "float32", "--output", str(work / "source")], check=True, stdout=subprocess.DEVNULL)
        states, offsets = exported(args, work / "source", work / "states.safetensors")
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # inherited by ours too
        results, kept, missing = measure(args, work, states, offsets)
    lines = "\n".join(report(args, results, kept, missing, states, offsets)) + "\n"
    print(lines, end="")
    if args.out:
        args.out.write_text(lines, "utf-8")


main()
