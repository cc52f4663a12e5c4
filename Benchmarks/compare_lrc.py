"""Times the teacher's pass and the cached training step beside a PyTorch script, in alternating rounds.

    python compare_lrc.py --limbeck BIN --peer lrc_torch.py --teacher FOLDER --data glue/MRPC [--rounds 3] [--threads 2]

Each round runs the peer, which times both over some batches, and then Limbeck: a fresh features stage and one epoch of
distillation on the same batch size, maximum length and student, whole stages with all their reading and writing. Printed
are real tokens a second and the medians of the ratios of the rounds; above 1 Limbeck is faster.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PIPELINE = """
name: bench
corpus: {{ descriptor: glue/mrpc, path: {data} }}
tokens: {{ maxLength: 128 }}
teacher: {{ model: {teacher} }}
features: {{ tensors: [hidden] }}
student: {{ layers: 4, hidden: 312, intermediate: 1200, heads: 12 }}
distill:
  epochs: 1
  perturbation: {perturbation}
  head: idle
  checkpointSteps: 1000000
  stages: [{{ share: 1, contrastive: 1, soft: 0, hard: 1 }}]
"""


def peer(args, perturb):
    command = [sys.executable, args.peer, "--data", args.data, "--teacher", args.teacher, "--tok", args.teacher]
    command += ["--threads", str(args.threads), "--steps", str(args.steps)] + (["--perturb"] if perturb else [])
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = lambda name: float(re.search(name + r"\s*:\s*(\d+) real tok/s", out)[1])
    return rate("teacher forward"), rate("step, cached")


def ours(args, perturb, folder, store):
    pipeline = Path(folder, "bench.yaml")
    pipeline.write_text(PIPELINE.format(data=args.data, teacher=args.teacher, perturbation="raw" if perturb else "off"))
    for stage in Path(store).glob("*"):
        if not stage.name.startswith("tokens"):
            shutil.rmtree(stage)
    command = [args.limbeck, "run", str(pipeline), "--runs", folder, "--store", store, "--threads", str(args.threads)]
    subprocess.run(command + ["--progress", "none"], check=True)
    seconds = {s["name"]: s["seconds"] for s in json.loads(Path(folder, "bench/run.json").read_text())["stages"]}
    manifest = json.loads(next(Path(store).glob("features-*/train/manifest.json")).read_text())
    return manifest["tokens"] / seconds["features"], manifest["tokens"] / seconds["distill"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--limbeck", "--peer", "--teacher", "--data"):
        parser.add_argument(name, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=40)
    args = parser.parse_args()
    args.data, args.teacher = str(Path(args.data).resolve()), str(Path(args.teacher).resolve())
    with tempfile.TemporaryDirectory() as folder:
        store = folder + "/store"
        for perturb in (False, True):
            rounds = []
            for _ in range(args.rounds):
                a, b = peer(args, perturb), ours(args, perturb, folder, store)
                rounds.append((b[0] / a[0], b[1] / a[1]))
                print(f"perturbation {perturb}: peer {a[0]:.0f} and {a[1]:.0f} tokens/s, Limbeck {b[0]:.0f} and {b[1]:.0f}", flush=True)
            for name, ratios in zip(("teacher's pass", "training step"), zip(*rounds)):
                print(f"  {name}: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)


main()
