#!/usr/bin/env python3
"""Writes Tests/BERTTests/Fixtures: small random BERT folders and what transformers computes from them.

Needs torch, transformers and safetensors (made with torch 2.13, transformers 5.23). Run from anywhere; the files are the
same every time. Expected values are computed in float32 from the weights as they stand in the files.
"""

import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForSequenceClassification, BertModel

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests" / "BERTTests" / "Fixtures"


def randomise(model, seed):
    """Weights large enough that every part matters, biases and layer norms included."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if name.endswith("LayerNorm.weight"):
                parameter.copy_(1 + 0.2 * noise)
            elif parameter.dim() == 1:
                parameter.copy_(0.1 * noise)
            elif "embeddings" in name:
                parameter.copy_(0.5 * noise)
            else:
                parameter.copy_(noise / parameter.shape[1] ** 0.5)


def sequences(config, lengths, seed):
    generator = torch.Generator().manual_seed(seed)
    made = []
    for length in lengths:
        ids = torch.randint(0, config.vocab_size, (length,), generator=generator)
        first = int(torch.randint(1, length + 1, (1,), generator=generator))
        made.append((ids, (torch.arange(length) >= first).long()))
    return made


def expected(model, batch):
    """Hidden states, pooled output and logits of each sequence alone, packed."""
    model = model.float().eval()
    encoder = model.bert if hasattr(model, "bert") else model
    hidden, pooled, logits = [], [], []
    with torch.no_grad():
        for ids, types in batch:
            out = encoder(
                ids[None], token_type_ids=types[None], attention_mask=torch.ones_like(ids)[None],
                output_hidden_states=True)
            hidden.append([h[0] for h in out.hidden_states])
            if out.pooler_output is not None:
                pooled.append(out.pooler_output[0])
            if hasattr(model, "classifier"):
                logits.append(model.classifier(out.pooler_output)[0])
    lengths = [len(ids) for ids, _ in batch]
    tensors = {
        "ids": torch.cat([ids for ids, _ in batch]).int(),
        "types": torch.cat([types for _, types in batch]).int(),
        "offsets": torch.tensor([0] + list(torch.tensor(lengths).cumsum(0))).int(),
    }
    for layer in range(len(hidden[0])):
        tensors[f"hidden.{layer}"] = torch.cat([states[layer] for states in hidden]).contiguous()
    if pooled:
        tensors["pooled"] = torch.stack(pooled)
    if logits:
        tensors["logits"] = torch.stack(logits)
    return tensors


def write(name, config, lengths, seed, classifier, half=None, rename=None, extra=None, pooler=True):
    folder = FIXTURES / name
    folder.mkdir(parents=True)
    config._attn_implementation = "eager"
    if classifier:
        model = BertForSequenceClassification(config)
    else:
        model = BertModel(config, add_pooling_layer=pooler)
    randomise(model, seed)
    if half is not None:
        model = model.to(half)
    state = {key: value.contiguous() for key, value in model.state_dict().items() if not key.endswith("position_ids")}
    if rename:
        state = {rename(key): value for key, value in state.items()}
    state.update(extra or {})
    save_file(state, str(folder / "model.safetensors"), metadata={"format": "pt"})
    model.config.architectures = [type(model).__name__]
    settings = model.config.to_dict()
    for key in ("transformers_version", "dtype", "torch_dtype", "_name_or_path"):
        settings.pop(key, None)
    (folder / "config.json").write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n")
    save_file(expected(model, sequences(config, lengths, seed + 1)), str(folder / "expected.safetensors"))


def shape(**keys):
    return BertConfig(
        **({"vocab_size": 50, "max_position_embeddings": 40, "type_vocab_size": 2, "hidden_act": "gelu"} | keys))


def main():
    torch.set_num_threads(1)
    for name in ("head26", "head32-half", "head64", "oldnames-bfloat"):
        shutil.rmtree(FIXTURES / name, ignore_errors=True)
    write(
        "head26",
        shape(
            hidden_size=52, num_attention_heads=2, num_hidden_layers=3, intermediate_size=100,
            id2label={0: "no", 1: "yes", 2: "maybe"}, label2id={"no": 0, "yes": 1, "maybe": 2}),
        [1, 7, 33, 40, 2], 1, classifier=True)
    write(
        "head32-half",
        shape(hidden_size=64, num_attention_heads=2, num_hidden_layers=2, intermediate_size=96, vocab_size=41),
        [5, 18, 40], 2, classifier=True, half=torch.float16)
    # An encoder alone, its names without `bert.`, with the buffer that old checkpoints carry.
    write(
        "head64",
        shape(hidden_size=64, num_attention_heads=1, num_hidden_layers=2, intermediate_size=128, vocab_size=60),
        [9, 40, 3, 16], 3, classifier=False,
        extra={"embeddings.position_ids": torch.arange(40)[None]})
    # The names of checkpoints converted from TensorFlow, bfloat16, a pretraining head, no pooler.
    write(
        "oldnames-bfloat",
        shape(hidden_size=24, num_attention_heads=3, num_hidden_layers=2, intermediate_size=50, vocab_size=43),
        [4, 11], 4, classifier=False, half=torch.bfloat16, pooler=False,
        rename=lambda key: "bert." + key.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"),
        extra={
            "cls.predictions.bias": torch.zeros(43),
            "cls.predictions.transform.dense.bias": torch.zeros(24),
            "cls.seq_relationship.bias": torch.zeros(2),
        })


if __name__ == "__main__":
    main()
