"""A BERT's forward pass in ONNX Runtime (fp32, graph optimised for BERT), with the clock running; prints real tokens a second as JSON.

    python onnx_forward.py --data glue/MRPC --teacher FOLDER|base --tokenizer FOLDER [--steps 12] [--batch 16] [--threads 2]

Batches are padded to their longest sequence; pads are not counted. The first two batches warm up.
"""

import argparse
import csv
import json
import random
import tempfile
import time

import onnxruntime
import torch
from onnxruntime.transformers import optimizer
from transformers import AutoTokenizer, BertConfig, BertModel

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
for name in ("--data", "--teacher", "--tokenizer"):
    parser.add_argument(name, required=True)
parser.add_argument("--steps", type=int, default=12)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()

NAMES = ["input_ids", "attention_mask", "token_type_ids"]


class Encoder(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids, mask, types):
        return self.model(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state


model = BertModel(BertConfig()) if args.teacher == "base" else BertModel.from_pretrained(args.teacher)
config = model.config
with tempfile.TemporaryDirectory() as folder:
    example = torch.ones(2, 9, dtype=torch.long)
    axes = {name: {0: "batch", 1: "length"} for name in (*NAMES, "states")}
    torch.onnx.export(
        Encoder(model.eval()), (example,) * 3, folder + "/model.onnx", input_names=NAMES, output_names=["states"],
        dynamic_axes=axes, opset_version=17, dynamo=False,
    )
    fused = optimizer.optimize_model(
        folder + "/model.onnx", model_type="bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size
    )
    fused.save_model_to_file(folder + "/fused.onnx")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    session = onnxruntime.InferenceSession(folder + "/fused.onnx", options, providers=["CPUExecutionProvider"])

tokenizer = AutoTokenizer.from_pretrained(args.tokenizer)
with open(args.data + "/train.tsv", encoding="utf-8-sig", newline="") as file:
    rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
random.Random(1).shuffle(rows)
seconds = tokens = 0
for index in range(args.steps + 2):
    part = rows[index * args.batch : (index + 1) * args.batch]
    texts = [[row[f"#{side} String"] for row in part] for side in (1, 2)]
    inputs = dict(tokenizer(*texts, truncation=True, max_length=128, padding="longest", return_tensors="np"))
    start = time.perf_counter()
    session.run(None, {name: inputs[name] for name in NAMES})
    if index >= 2:
        seconds += time.perf_counter() - start
        tokens += int(inputs["attention_mask"].sum())
print(json.dumps({"teacher": tokens / seconds}))
