#!/usr/bin/env python3
"""Compares cached hidden states with what transformers computes in float32, one line of text at a time.

    limbeck features --model DIR --lines FILE --layers 1,2,3 --precision float32 --output CACHE
    limbeck export CACHE --safetensors OURS
    bert_compare.py --model DIR --lines FILE --ours OURS

Logits are compared too where OURS has them. Needs torch, transformers and safetensors. Ends with 1 where a state differs by more than the tolerance.
"""

import argparse
import sys

import torch
from safetensors import safe_open
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="the folder of the model, with its tokenizer")
    parser.add_argument("--lines", required=True, help="the text, one sequence a line")
    parser.add_argument("--ours", required=True, help="a safetensors file with layer.N and offsets")
    parser.add_argument("--max-length", type=int, help="default: the model's positions")
    parser.add_argument("--tolerance", type=float, default=2e-5)
    arguments = parser.parse_args()

    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    with safe_open(arguments.ours, "pt") as ours:
        kind = AutoModelForSequenceClassification if "logits" in ours.keys() else AutoModel
    model = kind.from_pretrained(arguments.model, dtype=torch.float32, attn_implementation="eager").eval()
    limit = arguments.max_length or model.config.max_position_embeddings
    with open(arguments.lines, encoding="utf-8", newline="\n") as file:
        lines = file.read().removesuffix("\n").split("\n")

    with safe_open(arguments.ours, "pt") as ours, torch.no_grad():
        offsets = ours.get_tensor("offsets").tolist()
        layers = sorted(int(name.removeprefix("layer.")) for name in ours.keys() if name.startswith("layer."))
        states = {layer: ours.get_tensor(f"layer.{layer}").float() for layer in layers}
        if len(offsets) != len(lines) + 1:
            sys.exit(f"{arguments.ours} has {len(offsets) - 1} sequences, {arguments.lines} has {len(lines)} lines")
        logits = ours.get_tensor("logits").float() if "logits" in ours.keys() else None
        worst = dict.fromkeys([f"layer {layer}" for layer in layers] + ["logits"] * (logits is not None), 0.0)
        for row, (line, start, end) in enumerate(zip(lines, offsets, offsets[1:])):
            tokens = tokenizer(line, truncation=True, max_length=limit, padding=False, return_tensors="pt")
            if tokens["input_ids"].shape[1] != end - start:
                sys.exit(f"{line!r}: {end - start} tokens here, {tokens['input_ids'].shape[1]} in transformers")
            out = model(**tokens, output_hidden_states=True)
            pairs = {f"layer {layer}": (states[layer][start:end], out.hidden_states[layer][0]) for layer in layers}
            if logits is not None:
                pairs["logits"] = (logits[row], out.logits[0])
            for name, (a, b) in pairs.items():
                worst[name] = max(worst[name], (a - b).abs().max().item())
    for name, difference in worst.items():
        print(f"{name}: at most {difference:.2e} apart over {len(lines)} lines, {offsets[-1]} tokens")
    sys.exit(max(worst.values()) > arguments.tolerance)


if __name__ == "__main__":
    main()
