"""Writes twenty AdamW steps of PyTorch, with clipping and schedule, on made-up gradients.

    python optimizer_trace.py ../../Tests/TrainingTests/Fixtures/optimizer.safetensors

Needs torch 2.13, transformers 5.23 and safetensors. One tensor is decayed, one is not, one gets no gradient in the first
ten steps (as a head that a stage leaves out), and the gradients of some steps are long enough to be clipped.
"""

import sys

import torch
from safetensors.torch import save_file
from transformers import get_linear_schedule_with_warmup

STEPS = 20


def main(path: str) -> None:
    generator = torch.Generator().manual_seed(7)
    shapes = {"matrix": (6, 5), "bias": (7,), "late": (3, 4)}
    weights = {name: torch.nn.Parameter(torch.randn(shape, generator=generator)) for name, shape in shapes.items()}
    tensors = {f"start.{name}": weight.detach().clone() for name, weight in weights.items()}
    optimizer = torch.optim.AdamW(
        [
            {"params": [weights["matrix"], weights["late"]], "weight_decay": 0.01},
            {"params": [weights["bias"]], "weight_decay": 0.0},
        ],
        lr=3e-2,
        betas=(0.9, 0.999),
        eps=1e-8,
    )
    schedule = get_linear_schedule_with_warmup(optimizer, num_warmup_steps=2, num_training_steps=STEPS)
    norms, rates = [], []
    for step in range(STEPS):
        optimizer.zero_grad(set_to_none=True)
        for name, weight in weights.items():
            if name == "late" and step < 10:
                continue
            size = 2.0 if step % 3 == 0 else 0.05
            weight.grad = size * torch.randn(weight.shape, generator=generator)
            tensors[f"gradient.{step}.{name}"] = weight.grad.clone()
        norms.append(torch.nn.utils.clip_grad_norm_([w for w in weights.values() if w.grad is not None], 1.0))
        rates.append(torch.tensor(schedule.get_last_lr()[0]))
        optimizer.step()
        schedule.step()
        for name, weight in weights.items():
            tensors[f"after.{step}.{name}"] = weight.detach().clone()
    tensors["norms"] = torch.stack(norms)
    tensors["rates"] = torch.stack(rates)
    save_file(tensors, path)


main(sys.argv[1])
