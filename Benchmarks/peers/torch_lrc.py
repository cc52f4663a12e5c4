"""LRC-BERT as one would write it in PyTorch, with the clock running; prints real tokens a second as JSON.

    python torch_lrc.py --data glue/MRPC --teacher FOLDER|base --tokenizer FOLDER [--steps 12] [--batch 16] [--threads 2]

Timed are the teacher's pass, and training steps of the paper's student with the teacher's states at hand or computed as they are
needed, with and without gradient perturbation. Batches are padded to their longest sequence; pads are not counted. The first two
batches warm up.
"""

import argparse
import csv
import json
import random
import time

import torch
from torch.nn import functional
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, BertModel

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
for name in ("--data", "--teacher", "--tokenizer"):
    parser.add_argument(name, required=True)
parser.add_argument("--steps", type=int, default=12)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()

torch.set_num_threads(args.threads)
torch.manual_seed(1)
teacher = BertModel(BertConfig()) if args.teacher == "base" else BertModel.from_pretrained(args.teacher)
teacher.eval()
width, depth = teacher.config.hidden_size, teacher.config.num_hidden_layers

student = BertForSequenceClassification(
    BertConfig(num_hidden_layers=4, hidden_size=312, intermediate_size=1200, num_attention_heads=12, num_labels=2)
).train()
projections = torch.nn.ModuleList(torch.nn.Linear(312, width, bias=False) for _ in range(4))
layers = [-(-(i + 1) * depth // 4) for i in range(4)]
parameters = [*student.parameters(), *projections.parameters()]
optimiser = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01)

tokenizer = AutoTokenizer.from_pretrained(args.tokenizer)
with open(args.data + "/train.tsv", encoding="utf-8-sig", newline="") as file:
    rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
random.Random(1).shuffle(rows)
batches = []
for start in range(0, (args.steps + 2) * args.batch, args.batch):
    part = rows[start : start + args.batch]
    texts = [[row[f"#{side} String"] for row in part] for side in (1, 2)]
    inputs = tokenizer(*texts, truncation=True, max_length=128, padding="longest", return_tensors="pt")
    batches.append((inputs, torch.tensor([int(row["Quality"]) for row in part])))


def states(inputs):
    with torch.inference_mode():
        hidden = teacher(**inputs, output_hidden_states=True).hidden_states
    return [hidden[layer].clone() for layer in layers]


def contrast(ours, theirs, mask):
    """COS-NCE over whole sequences, with all others of the batch as negatives."""
    a, b = (functional.normalize((x * mask[..., None]).flatten(1), dim=1) for x in (ours, theirs))
    distance = 1 - a @ b.T
    near = distance.diagonal()
    far = (distance.sum(1) - near) / (len(near) - 1)
    return ((2 - (far - near)) / 2 + near).mean()


def loss(inputs, labels, taught, embedded):
    mask = inputs["attention_mask"]
    output = student(
        inputs_embeds=embedded, attention_mask=mask, token_type_ids=inputs["token_type_ids"], output_hidden_states=True
    )
    pairs = zip(projections, output.hidden_states[1:], taught)
    return sum(contrast(w(h), t, mask) for w, h, t in pairs) + functional.cross_entropy(output.logits, labels)


def step(inputs, labels, taught, perturbed):
    optimiser.zero_grad(set_to_none=True)
    embedded = student.bert.embeddings.word_embeddings(inputs["input_ids"])
    if perturbed:
        leaf = embedded.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(loss(inputs, labels, taught, leaf), leaf)
        embedded = embedded + gradient
    loss(inputs, labels, taught, embedded).backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimiser.step()


def rate(work):
    seconds = tokens = 0
    for index, batch in enumerate(batches):
        start = time.perf_counter()
        work(index, *batch)
        if index >= 2:
            seconds += time.perf_counter() - start
            tokens += int(batch[0]["attention_mask"].sum())
    return tokens / seconds


result = {"teacher": rate(lambda i, inputs, labels: states(inputs))}
cached = [states(inputs) for inputs, _ in batches]
for name, perturbed in (("step", False), ("perturbed", True)):
    result[name] = rate(lambda i, inputs, labels: step(inputs, labels, cached[i], perturbed))
    result[name + ", live teacher"] = rate(lambda i, inputs, labels: step(inputs, labels, states(inputs), perturbed))
result["padded"] = sum(b[0]["input_ids"].numel() for b in batches) / sum(int(b[0]["attention_mask"].sum()) for b in batches)
print(json.dumps(result))
