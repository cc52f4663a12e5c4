#!/usr/bin/env python3
"""Loads an exported folder with transformers and compares what both sides compute from the same token ids.

    LIMBECK_PYTHON=python3 scripts/test --filter transformersAgrees

DIR holds the export, and ours.safetensors with ids, types, offsets and what the package computes: logits, and pooled and
layer.N where they are. Needs torch, transformers and safetensors. Ends with 1 where a tensor of the export is missing,
unknown or ignored, or a number differs by more than the tolerance.
"""

import argparse
import sys

import torch
from safetensors.torch import load_file
from transformers import BertForSequenceClassification


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--ours", help="default: FOLDER/ours.safetensors")
    parser.add_argument("--tolerance", type=float, default=2e-5)
    arguments = parser.parse_args()

    model, loading = BertForSequenceClassification.from_pretrained(
        arguments.folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    for kind, names in loading.items():
        if names:
            sys.exit(f"{arguments.folder}: {kind}: {sorted(map(str, names))}")
    model.eval()
    ours = load_file(arguments.ours or f"{arguments.folder}/ours.safetensors")
    ids, types, offsets = ours.pop("ids").long(), ours.pop("types").long(), ours.pop("offsets").tolist()
    worst = dict.fromkeys(sorted(ours), 0.0)
    with torch.no_grad():
        for row, (start, end) in enumerate(zip(offsets, offsets[1:])):
            inputs = dict(input_ids=ids[None, start:end], token_type_ids=types[None, start:end])
            hidden = model.bert(**inputs, output_hidden_states=True)
            theirs = {"logits": model.classifier(hidden.pooler_output), "pooled": hidden.pooler_output}
            for name in worst:
                if name.startswith("layer."):
                    a, b = ours[name][start:end], hidden.hidden_states[int(name.removeprefix("layer."))][0]
                else:
                    a, b = ours[name][row], theirs[name][0]
                worst[name] = max(worst[name], (a - b).abs().max().item())
    print(f"labels: {model.config.id2label}")
    for name, difference in worst.items():
        print(f"{name}: at most {difference:.2e} apart over {len(offsets) - 1} sequences")
    sys.exit(max(worst.values()) > arguments.tolerance)


if __name__ == "__main__":
    main()
