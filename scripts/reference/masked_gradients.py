#!/usr/bin/env python3
"""Writes Tests/DistillationTests/Fixtures/masked: losses of words that a student of a masked language model does not see, and their gradients.

transformers' BertForMaskedLM in double precision, with the encoder and batch of lrc_gradients.py and a head of its own, whose decoder is the table
of word embeddings. The soft loss is DistilBERT's (Sanh et al., 2019): KL at a temperature, a mean over all tokens; of the teacher's distributions
there are draws, equally weighted, and their entropies. The hard loss is a mean over masked tokens. Run that script first. Needs torch,
transformers and safetensors (made with torch 2.15, transformers 5.24). The files are the same every time.
"""

import torch
import torch.nn.functional as F
from lrc_gradients import rounded
from token_gradients import TokenProblem
from transformers import BertForMaskedLM

DRAWS = 8
TEMPERATURE = 2.0


def main():
    problem = TokenProblem(BertForMaskedLM, 51, tie_word_embeddings=True)
    model, generator = problem.model, problem.generator
    model.tie_weights()
    assert model.cls.predictions.decoder.weight is model.bert.embeddings.word_embeddings.weight
    width, words = problem.configuration.hidden_size, problem.configuration.vocab_size
    head = model.cls.predictions
    with torch.no_grad():
        head.transform.dense.weight.copy_(problem.draw(width, width) / width**0.5)
        head.transform.dense.bias.copy_(problem.draw(width) * 0.1)
        head.transform.LayerNorm.weight.copy_(1 + 0.2 * problem.draw(width))
        head.transform.LayerNorm.bias.copy_(problem.draw(width) * 0.1)
        head.bias.copy_(problem.draw(words) * 0.1)
    count = sum(problem.lengths)
    masked = torch.rand(count, generator=generator) < 0.3
    targets = torch.where(masked, torch.randint(0, words, (count,), generator=generator), -1)
    teacher = F.softmax(problem.draw(count, words) * 2, -1)
    entropy = rounded(-(teacher * teacher.log()).sum(-1))
    draws = torch.multinomial(teacher, DRAWS, replacement=True, generator=generator).sort(-1).values
    estimate, logits = F.one_hot(draws, words).double().mean(1), problem.logits()

    def terms():
        cross = -(estimate * F.log_softmax(logits / TEMPERATURE, -1)).sum(-1)
        return (cross - entropy).mean() * TEMPERATURE**2, F.cross_entropy(logits[masked], targets[masked])

    tensors = {k: p.detach().float() for k, p in model.named_parameters() if k.startswith("cls.")}
    problem.write(
        "masked", tensors | {
            "targets": targets.int(), "draws": draws.int(), "entropies": entropy.float(), "logits": logits.detach().float()},
        dict(soft=(1, 0), hard=(0, 1), both=(5, 2)), terms)
    print(int(masked.sum()), "of", count, "tokens masked")


if __name__ == "__main__":
    main()
