"""Distils one student from caches of each precision, and prints for each what the student scores, as docs/precisions.md has it.

    python3 Benchmarks/precisions.py LIMBECK BASE TEACHER GLUE RUNS [--seeds 1 2] [--threads 1]

LIMBECK is the command, BASE the folder of the model that TEACHER (6 layers, fine-tuned on MRPC) was tuned from: layers 2, 4 and 6 of it are
the student's first weights. RUNS takes the runs; what is finished there is not run again. Needs numpy and safetensors.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

from safetensors.numpy import load_file, save_file

LAYERS = [2, 4, 6]
ROWS = {
    "float32": ["features.precision=float32"],
    "bfloat16": ["features.precision=bfloat16"],
    "int8-rotated": ["features.precision=int8-rotated"],
    "int4-rotated": ["features.precision=int4-rotated"],
    "cls": ["features.tensors=[cls, logits]", "distill.cosine=cls"],
}


def start(base: pathlib.Path, folder: pathlib.Path) -> None:
    """The student's first weights: some layers of the base model."""
    if (folder / "config.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    weights = {}
    for name, tensor in load_file(base / "model.safetensors").items():
        match = re.fullmatch(r"(.*encoder\.layer\.)(\d+)(\..*)", name)
        if not match:
            weights[name] = tensor
        elif int(match[2]) + 1 in LAYERS:
            weights[f"{match[1]}{LAYERS.index(int(match[2]) + 1)}{match[3]}"] = tensor
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    configuration = json.loads((base / "config.json").read_text()) | {"num_hidden_layers": len(LAYERS)}
    (folder / "config.json").write_text(json.dumps(configuration))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ["limbeck", "base", "teacher", "glue", "runs"]:
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    student = arguments.runs / "start"
    start(arguments.base, student)
    environment = os.environ | {"TEACHER": str(arguments.teacher), "GLUE": str(arguments.glue), "START": str(student)}
    pipeline = pathlib.Path(__file__).parent / "precisions.yaml"
    results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ROWS}
    for seed in arguments.seeds:
        for name, values in ROWS.items():
            run = f"{name}-{seed}"
            command = [arguments.limbeck, "run", pipeline, "--runs", arguments.runs, "--threads", str(arguments.threads), "--progress", "none"]
            for value in [*values, f"seed={seed}", f"name={run}"]:
                command += ["--set", value]
            subprocess.run(command, env=environment, check=True, stdout=sys.stderr)
            folder = arguments.runs / run
            metrics = json.loads((folder / "evaluate" / "metrics.json").read_text())
            losses = history(folder / "distill")
            last = losses[-len(losses) // 4 :]  # the last of four epochs
            results[name].append((statistics.mean(last), metrics["distilled dev"]["f1"], metrics["distilled test_labelled"]["f1"]))
            print(run, *results[name][-1], metrics["distilled dev"]["accuracy"], metrics["distilled test_labelled"]["accuracy"], file=sys.stderr, flush=True)
    print("| cache | cosine loss | dev F1 | test F1 |\n|---|---|---|---|")
    for name, rows in results.items():
        print(f"| {name} | " + " | ".join(", ".join(f"{value:.4f}" for value in column) for column in zip(*rows)) + " |")


def history(folder: pathlib.Path) -> list[float]:
    """The contrastive loss of each step."""
    return [json.loads(line)["contrastive"] for line in (folder / "history.jsonl").read_text().splitlines()]


if __name__ == "__main__":
    main()
