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

FOLDER = FIXTURES / "tokens"
CLASSES = 5
TEMPERATURE = 1.1


def main():
    torch.set_num_threads(1)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    problem = Problem(PROBLEMS["student"])
    configuration = problem.model.config
    configuration.num_labels = CLASSES
    model = BertForTokenClassification(configuration).double().eval()
    kept = {k: v for k, v in problem.model.bert.state_dict().items() if not k.startswith("pooler.")}
    model.bert.load_state_dict(kept)
    generator = torch.Generator().manual_seed(31)
    draw = lambda *size: rounded(torch.randn(*size, generator=generator, dtype=torch.double))
    with torch.no_grad():
        model.classifier.weight.copy_(draw(CLASSES, configuration.hidden_size) * 0.3)
        model.classifier.bias.copy_(draw(CLASSES) * 0.1)
    tags, teacher = [], []
    for number, length in enumerate(problem.lengths):
        words = torch.randint(0, CLASSES, (length,), generator=generator)
        # Special tokens and later pieces have none; one sequence has no word at all.
        hidden = (torch.rand(length, generator=generator) < 0.4) | (torch.tensor(number == 1))
        hidden[0] = hidden[-1] = True
        tags.append(torch.where(hidden, -1, words))
        teacher.append(draw(length, CLASSES) * 2)
    all_tags, all_teacher = torch.cat(tags), torch.cat(teacher)
    word = all_tags >= 0
    logits = []
    for ids, types in zip(problem.ids, problem.types):
        out = model(ids[None], token_type_ids=types[None], attention_mask=torch.ones(1, len(ids), dtype=torch.long))
        logits.append(out.logits[0])
    logits = torch.cat(logits)
    settings = {}
    for name, (soft, hard) in dict(soft=(1, 0), hard=(0, 1), both=(1, 3)).items():
        model.zero_grad(set_to_none=True)
        terms = (
            F.kl_div(F.log_softmax(logits[word] / TEMPERATURE, -1), F.log_softmax(all_teacher[word] / TEMPERATURE, -1), log_target=True, reduction="batchmean") * TEMPERATURE**2,
            F.cross_entropy(logits[word], all_tags[word]),
        )
        (soft * terms[0] + hard * terms[1]).backward(retain_graph=True)
        tensors = {k: p.grad.float() for k, p in model.named_parameters() if p.grad is not None and (p.grad != 0).any()}
        tensors["terms"] = torch.tensor([t.item() for t in terms], dtype=torch.double)
        save_file(tensors, str(FOLDER / f"{name}.safetensors"))
        settings[name] = dict(soft=soft, hard=hard)
    save_file(
        {"tags": all_tags.int(), "teacher": all_teacher.float(), "classifier.weight": model.classifier.weight.detach().float(),
         "classifier.bias": model.classifier.bias.detach().float(), "logits": logits.detach().float()}, str(FOLDER / "problem.safetensors"))
    (FOLDER / "cases.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")
    print(len(settings), "cases,", int(word.sum()), "words")


if __name__ == "__main__":
    main()
