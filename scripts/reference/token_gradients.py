#!/usr/bin/env python3
"""Writes Tests/DistillationTests/Fixtures/tokens: soft and hard losses of labelled words, and their gradients.

transformers' BertForTokenClassification in double precision, with the encoder and batch of lrc_gradients.py and a classifier of its own; both
losses are means over the words of the batch, whose tags stand at first pieces. Run that script first. Needs torch,
transformers and safetensors (made with torch 2.15, transformers 5.24). The files are the same every time.
"""

import json
import shutil

import torch
import torch.nn.functional as F
from lrc_gradients import FIXTURES, PROBLEMS, Problem, rounded
from safetensors.torch import save_file
from transformers import BertForTokenClassification

CLASSES = 5
TEMPERATURE = 1.1


class TokenProblem:
    """The encoder and batch of the other traces under a head on every token, and a generator for what belongs to it."""

    def __init__(self, kind, seed, **changes):
        torch.set_num_threads(1)
        problem = Problem(PROBLEMS["student"])
        self.ids, self.types, self.lengths = problem.ids, problem.types, problem.lengths
        self.configuration = problem.model.config
        for name, value in changes.items():
            setattr(self.configuration, name, value)
        self.model = kind(self.configuration).double().eval()
        kept = {k: v for k, v in problem.model.bert.state_dict().items() if not k.startswith("pooler.")}
        self.model.bert.load_state_dict(kept)
        self.generator = torch.Generator().manual_seed(seed)

    def draw(self, *size):
        return rounded(torch.randn(*size, generator=self.generator, dtype=torch.double))

    def logits(self):
        """Of every token of the batch."""
        found = []
        for ids, types in zip(self.ids, self.types):
            out = self.model(ids[None], token_type_ids=types[None], attention_mask=torch.ones(1, len(ids), dtype=torch.long))
            found.append(out.logits[0])
        return torch.cat(found)

    def write(self, name, tensors, cases, terms):
        """A folder of the problem and, for each pair of weights, the gradients of soft and hard terms."""
        folder = FIXTURES / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for case, weights in cases.items():
            self.model.zero_grad(set_to_none=True)
            found = terms()
            sum(weight * term for weight, term in zip(weights, found)).backward(retain_graph=True)
            gradients = {k: p.grad.float() for k, p in self.model.named_parameters() if p.grad is not None and (p.grad != 0).any()}
            gradients["terms"] = torch.tensor([t.item() for t in found], dtype=torch.double)
            save_file(gradients, str(folder / f"{case}.safetensors"))
        save_file(tensors, str(folder / "problem.safetensors"))
        settings = {case: dict(soft=soft, hard=hard) for case, (soft, hard) in cases.items()}
        (folder / "cases.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")


def main():
    problem = TokenProblem(BertForTokenClassification, 31, num_labels=CLASSES)
    model, generator = problem.model, problem.generator
    with torch.no_grad():
        model.classifier.weight.copy_(problem.draw(CLASSES, problem.configuration.hidden_size) * 0.3)
        model.classifier.bias.copy_(problem.draw(CLASSES) * 0.1)
    tags, teacher = [], []
    for number, length in enumerate(problem.lengths):
        words = torch.randint(0, CLASSES, (length,), generator=generator)
        # Special tokens and later pieces have none; one sequence has no word at all.
        hidden = (torch.rand(length, generator=generator) < 0.4) | (torch.tensor(number == 1))
        hidden[0] = hidden[-1] = True
        tags.append(torch.where(hidden, -1, words))
        teacher.append(problem.draw(length, CLASSES) * 2)
    tags, teacher = torch.cat(tags), torch.cat(teacher)
    word, logits = tags >= 0, problem.logits()

    def terms():
        ours, theirs = (F.log_softmax(x[word] / TEMPERATURE, -1) for x in (logits, teacher))
        soft = F.kl_div(ours, theirs, log_target=True, reduction="batchmean") * TEMPERATURE**2
        return soft, F.cross_entropy(logits[word], tags[word])

    problem.write(
        "tokens", {
            "tags": tags.int(), "teacher": teacher.float(), "classifier.weight": model.classifier.weight.detach().float(),
            "classifier.bias": model.classifier.bias.detach().float(), "logits": logits.detach().float()},
        dict(soft=(1, 0), hard=(0, 1), both=(1, 3)), terms)
    print(int(word.sum()), "words")


if __name__ == "__main__":
    main()
