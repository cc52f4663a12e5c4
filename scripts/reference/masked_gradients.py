#!/usr/bin/env python3
"""Writes Tests/DistillationTests/Fixtures/masked: losses of words that a student of a masked language model does not see, and their gradients.

transformers' BertForMaskedLM in double precision, with the encoder and batch of lrc_gradients.py and a head of its own, whose decoder is the table
of word embeddings. The soft loss is DistilBERT's (Sanh et al., 2019): KL at a temperature, a mean over all tokens; of the teacher's distributions
there are draws, equally weighted, and their entropies. The hard loss is a mean over masked tokens. Run that script first. Needs torch,
transformers and safetensors (made with torch 2.15, transformers 5.24). The files are the same every time.
"""

import json
import shutil

import torch
import torch.nn.functional as F
from lrc_gradients import FIXTURES, PROBLEMS, Problem, rounded
from safetensors.torch import save_file
from transformers import BertForMaskedLM

FOLDER = FIXTURES / "masked"
DRAWS = 8
TEMPERATURE = 2.0


def main():
    torch.set_num_threads(1)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    problem = Problem(PROBLEMS["student"])
    configuration = problem.model.config
    configuration.tie_word_embeddings = True
    model = BertForMaskedLM(configuration).double().eval()
    model.bert.load_state_dict({k: v for k, v in problem.model.bert.state_dict().items() if not k.startswith("pooler.")})
    model.tie_weights()
    assert model.cls.predictions.decoder.weight is model.bert.embeddings.word_embeddings.weight
    generator = torch.Generator().manual_seed(51)
    draw = lambda *size: rounded(torch.randn(*size, generator=generator, dtype=torch.double))
    width, words = configuration.hidden_size, configuration.vocab_size
    head = model.cls.predictions
    with torch.no_grad():
        head.transform.dense.weight.copy_(draw(width, width) / width**0.5)
        head.transform.dense.bias.copy_(draw(width) * 0.1)
        head.transform.LayerNorm.weight.copy_(1 + 0.2 * draw(width))
        head.transform.LayerNorm.bias.copy_(draw(width) * 0.1)
        head.bias.copy_(draw(words) * 0.1)
    count = sum(problem.lengths)
    masked = torch.rand(count, generator=generator) < 0.3
    targets = torch.where(masked, torch.randint(0, words, (count,), generator=generator), -1)
    teacher = F.softmax(draw(count, words) * 2, -1)
    entropy = rounded(-(teacher * teacher.log()).sum(-1))
    draws = torch.multinomial(teacher, DRAWS, replacement=True, generator=generator).sort(-1).values
    estimate = F.one_hot(draws, words).double().mean(1)
    logits = []
    for ids, types in zip(problem.ids, problem.types):
        out = model(ids[None], token_type_ids=types[None], attention_mask=torch.ones(1, len(ids), dtype=torch.long))
        logits.append(out.logits[0])
    logits = torch.cat(logits)
    settings = {}
    for name, (soft, hard) in dict(soft=(1, 0), hard=(0, 1), both=(5, 2)).items():
        model.zero_grad(set_to_none=True)
        cross = -(estimate * F.log_softmax(logits / TEMPERATURE, -1)).sum(-1)
        terms = (
            (cross - entropy).mean() * TEMPERATURE**2,
            F.cross_entropy(logits[masked], targets[masked]),
        )
        (soft * terms[0] + hard * terms[1]).backward(retain_graph=True)
        tensors = {k: p.grad.float() for k, p in model.named_parameters() if p.grad is not None and (p.grad != 0).any()}
        tensors["terms"] = torch.tensor([t.item() for t in terms], dtype=torch.double)
        save_file(tensors, str(FOLDER / f"{name}.safetensors"))
        settings[name] = dict(soft=soft, hard=hard)
    tensors = {k: p.detach().float() for k, p in model.named_parameters() if k.startswith("cls.")}
    save_file(
        tensors | {"targets": targets.int(), "draws": draws.int(), "entropies": entropy.float(), "logits": logits.detach().float()},
        str(FOLDER / "problem.safetensors"))
    (FOLDER / "cases.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")
    print(len(settings), "cases,", int(masked.sum()), "of", count, "tokens masked")


if __name__ == "__main__":
    main()
