#!/usr/bin/env python3
"""Writes Tests/BERTTests/Fixtures/masked: a small BertForMaskedLM, and its logits of some tokens.

Needs torch, transformers and safetensors (made with torch 2.15, transformers 5.24). The files are the same every time. The model's decoder is
its table of word embeddings, as BERT has it, and in tied files it does not stand.
"""

import pathlib
import shutil

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForMaskedLM

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/BERTTests/Fixtures/masked"


def main():
    torch.set_num_threads(1)
    torch.manual_seed(41)
    shutil.rmtree(FOLDER, ignore_errors=True)
    configuration = BertConfig(
        vocab_size=50, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40, max_position_embeddings=16)
    model = BertForMaskedLM(configuration).eval()
    generator = torch.Generator().manual_seed(42)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim == 1:
                parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.1)
            else:
                parameter.mul_(4)
    model.save_pretrained(FOLDER)
    (FOLDER / "generation_config.json").unlink(missing_ok=True)
    ids = torch.randint(1, 50, (2, 7), generator=generator)
    with torch.no_grad():
        logits = model(ids, attention_mask=torch.ones_like(ids)).logits
    save_file({"ids": ids.int(), "logits": logits.reshape(14, 50)}, str(FOLDER / "logits.safetensors"))
    print("largest logit", float(logits.abs().max()))


if __name__ == "__main__":
    main()
