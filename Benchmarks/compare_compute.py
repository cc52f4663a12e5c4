"""The teacher's pass and the training of a student beside PyTorch and ONNX Runtime, in alternating rounds; prints Markdown.

    python compare_compute.py --limbeck BIN --data glue/MRPC --tokens TOKENS --tokenizer FOLDER --teachers base MINILM [--rounds 5]

TOKENS is the folder of MRPC's training tokens as `limbeck run` makes it (runs/NAME/tokens/train): its lengths are those of the
measured sequences. Teachers are Hugging Face folders, or `base`, a BERT-base of random weights. Every round runs each peer in a
process of its own (peers/) and then `limbeck bench`. Ratios are of rates in the same round; above 1 Limbeck is faster.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

PEERS = Path(__file__).parent / "peers"


def output(command):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr[-2000:]}")
    return done.stdout


def peer(script, args, teacher):
    command = [sys.executable, PEERS / script, "--data", args.data, "--teacher", teacher, "--tokenizer", args.tokenizer]
    return json.loads(output([*command, "--threads", args.threads]).splitlines()[-1])


def limbeck(args, teacher):
    model = "bert-base" if teacher == "base" else teacher
    command = [args.limbeck, "bench", "--teacher", model, "--tokens", args.tokens, "--rounds", 1, "--json"]
    command += ["--sequences", args.sequences, "--threads", args.threads, "--progress", "none"]
    return json.loads(output(command))


def spread(values, places=2):
    return f"{statistics.median(values):.{places}f} ({min(values):.{places}f} to {max(values):.{places}f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--limbeck", "--data", "--tokens", "--tokenizer"):
        parser.add_argument(name, required=True)
    parser.add_argument("--teachers", nargs="+", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sequences", type=int, default=224)
    args = parser.parse_args()
    processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    print(f"Rounds: {args.rounds}. {processor}, {os.cpu_count()} cores, {args.threads} threads; {platform.system()}.")
    packages = ("torch", "transformers", "onnxruntime")
    print("Python " + platform.python_version() + ", " + ", ".join(f"{name} {version(name)}" for name in packages) + ".")
    for teacher in args.teachers:
        rounds = []
        for number in range(args.rounds):
            print(f"{teacher}: round {number + 1}", file=sys.stderr, flush=True)
            rounds.append((peer("torch_lrc.py", args, teacher), peer("onnx_forward.py", args, teacher), limbeck(args, teacher)))
        reports = [ours for _, _, ours in rounds]
        work = [{part["name"]: part for part in ours["work"]} for ours in reports]
        print(f"\n## {'BERT-base, random weights' if teacher == 'base' else Path(teacher).name}\n")
        print(f"{reports[0]['machine']['arithmetic']}. The peers' batches hold {rounds[0][0]['padded']:.2f} times as many tokens as are real.\n")
        print("| | peer's tokens/s | Limbeck's | ratio | share of sgemm |\n|---|---|---|---|---|")
        live = ", live teacher"
        for title, ours, index, theirs in (
            ("teacher's pass, PyTorch", "teacher, forward", 0, "teacher"),
            ("teacher's pass, ONNX Runtime", "teacher, forward", 1, "teacher"),
            ("the same, our whole stage with the cache written, PyTorch", "teacher, states to the cache", 0, "teacher"),
            ("training step, PyTorch, states at hand", "training step", 0, "step"),
            ("the same, perturbed", "training step, perturbed", 0, "perturbed"),
            ("training step, PyTorch, teacher run live", "training step", 0, "step" + live),
            ("the same, perturbed", "training step, perturbed", 0, "perturbed" + live),
        ):
            a = [peers[index][theirs] for peers in rounds]
            b = [part[ours]["tokensPerSecond"] for part in work]
            share = statistics.median(part[ours]["shareOfSgemm"] for part in work)
            print(f"| {title} | {statistics.median(a):,.0f} | {statistics.median(b):,.0f} | {spread([y / x for x, y in zip(a, b)])} | {100 * share:.0f} % |")
        first = reports[0]
        print(f"\nsgemm at the teacher's shapes {spread([r['teacher']['sgemmGigaflops'] for r in reports], 0)} GFLOP/s, "
              f"at the student's {spread([r['student']['sgemmGigaflops'] for r in reports], 0)}; "
              f"steps waited for the cache {spread([100 * r['waitedShare'] for r in reports])} % of their time.\n")
        print(f"The student is {first['sizeRatio']:.1f} times smaller than its teacher, and faster:\n")
        print("| batch | length | teacher, ms | student, ms | ratio |\n|---|---|---|---|---|")
        for index, speed in enumerate(first["speedUps"]):
            several = [r["speedUps"][index] for r in reports]
            t, s = (statistics.median(one[name] for one in several) for name in ("teacherMilliseconds", "studentMilliseconds"))
            print(f"| {speed['batch']} | {speed['length']} | {t:.2f} | {s:.2f} | {spread([one['ratio'] for one in several], 1)} |")


main()
