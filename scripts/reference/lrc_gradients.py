#!/usr/bin/env python3
"""Writes Tests/DistillationTests/Fixtures: a small student, its batch and teacher, and the gradients of many objectives.

An implementation of its own, in PyTorch autograd over transformers' BERT, in double precision from weights that are
floats; each loss is written as the paper writes it. Needs torch, transformers and safetensors (made with torch 2.15,
transformers 5.24). The files are the same every time.
"""

import json
import pathlib
import shutil

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import BertConfig, BertForSequenceClassification

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests" / "DistillationTests" / "Fixtures"

WIDTH = 20  # of the teacher
CLASSES = 3

# Three students. `layers` are the teacher's, for each of their own. The long one has batches and widths of several spans,
# as real ones are: what workers share is added up again.
PROBLEMS = {
    "student": dict(hidden=22, heads=2, layers=[2, 4], intermediate=34, positions=14, lengths=[3, 9, 1, 12, 6], labels=CLASSES),
    "regression": dict(hidden=22, heads=2, layers=[2, 4], intermediate=34, positions=14, lengths=[3, 9, 1, 12, 6], labels=1),
    "long": dict(hidden=66, heads=3, layers=[4], intermediate=50, positions=64, lengths=[41, 60, 30, 26, 13], labels=CLASSES),
}


def shape(of):
    config = BertConfig(
        vocab_size=40, hidden_size=of["hidden"], num_attention_heads=of["heads"], num_hidden_layers=len(of["layers"]),
        intermediate_size=of["intermediate"], max_position_embeddings=of["positions"], type_vocab_size=2, hidden_act="gelu",
        num_labels=of["labels"])
    config._attn_implementation = "eager"
    return config


def rounded(tensor):
    """Doubles that are floats."""
    return tensor.float().double()


def make_student(of, seed):
    torch.manual_seed(seed)
    model = BertForSequenceClassification(shape(of)).double().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, dtype=torch.double)
            if name.endswith("LayerNorm.weight"):
                value = 1 + 0.2 * noise
            elif parameter.dim() == 1:
                value = 0.1 * noise
            elif "embeddings" in name:
                value = 0.1 * noise
            else:
                value = noise / parameter.shape[1] ** 0.5
            parameter.copy_(rounded(value))
    return model


def distance(x, y):
    """g(x, y) = 1 - cos."""
    return 1 - (x * y).sum() / (x.norm() * y.norm())


def similarity(mode, x, s):
    """The cosine of two examples' states: x of any example, s of the anchor's student."""
    if mode == "sequence":
        shared = min(len(x), len(s))
        return (x[:shared] * s[:shared]).sum() / (x.norm() * s.norm())
    if mode == "token":
        shared = min(len(x), len(s))
        return sum(1 - distance(x[i], s[i]) for i in range(shared)) / len(s)
    if mode == "cls":
        return 1 - distance(x[0], s[0])
    if mode == "mean":
        return 1 - distance(x.mean(0), s.mean(0))
    raise ValueError(mode)


def contrast(mode, anchor, teachers, negatives, student, w):
    """Equations 3 to 5 for one anchor of one layer."""
    if mode == "sequence+cls":
        return sum(contrast(part, anchor, teachers[part], negatives, student, w) for part in ("sequence", "cls")) / 2
    if isinstance(teachers, dict):
        teachers = teachers[mode]
    positive = 1 - similarity(mode, teachers[anchor], student)
    if not negatives:
        return positive
    return positive + w / len(negatives) * sum(
        2 - ((1 - similarity(mode, teachers[other], student)) - positive) for other in negatives)


class Problem:
    def __init__(self, of):
        torch.manual_seed(7)
        self.lengths, self.layers, self.regression = of["lengths"], of["layers"], of["labels"] == 1
        self.model = make_student(of, 8)
        self.projections = [
            rounded(torch.randn(of["hidden"], WIDTH, dtype=torch.double) * 0.2).requires_grad_() for _ in self.layers]
        generator = torch.Generator().manual_seed(9)
        draw = lambda *size: rounded(torch.randn(*size, generator=generator, dtype=torch.double))
        # Never 0: transformers keeps no gradient of the padding token, which packed sequences do not have.
        self.ids = [torch.randint(1, 40, (length,), generator=generator) for length in self.lengths]
        self.types = [(torch.arange(length) > length // 2).long() for length in self.lengths]
        # Anisotropic, as real states are: a common vector, and one that first tokens share.
        common, first = draw(WIDTH), draw(WIDTH)
        self.teacher = {}
        for layer in self.layers:
            self.teacher[layer] = []
            for length in self.lengths:
                states = draw(length, WIDTH) + 2 * common
                states[0] += 3 * first
                self.teacher[layer].append(rounded(states))
        self.logits = draw(len(self.lengths), of["labels"]) * 2
        self.labels = torch.tensor([0, 2, 1, 1, 0])
        self.scores = draw(len(self.lengths)) + 2
        order = torch.randperm(5, generator=generator).tolist()
        self.negatives = {
            2: [sorted(other for other in order if other != anchor)[anchor % 3 :][:2] for anchor in range(5)],
            4: [[other for other in range(5) if other != anchor] for anchor in range(5)],
        }
        self.statistics = {}
        for layer in self.layers:
            tokens = torch.cat(self.teacher[layer])
            firsts = torch.stack([states[0] for states in self.teacher[layer]])
            self.statistics[layer] = {
                "mean": rounded(tokens.mean(0)), "deviation": rounded(tokens.std(0, unbiased=False)),
                "first.mean": rounded(firsts.mean(0)), "first.deviation": rounded(firsts.std(0, unbiased=False)),
            }

    def parameters(self, shared):
        named = dict(self.model.named_parameters())
        for index, projection in enumerate(self.projections[:1] if shared else self.projections):
            named[f"projection.{index}.weight"] = projection
        return named

    def normalised(self, layer, mode, how):
        if how == "none":
            return self.teacher[layer]
        statistics = self.statistics[layer]
        kind = "first." if mode == "cls" else ""
        states = [x - statistics[kind + "mean"] for x in self.teacher[layer]]
        if how == "standardise":
            states = [x / statistics[kind + "deviation"] for x in states]
        return states

    def forward(self, case, moved=None):
        """The three terms, the probe's total, and the word embeddings that they come from."""
        words = [self.model.bert.embeddings.word_embeddings(ids) for ids in self.ids]
        entering = words if moved is None else [e + g for e, g in zip(words, moved)]
        hidden = []
        for e, types in zip(entering, self.types):
            out = self.model.bert(
                inputs_embeds=e[None], token_type_ids=types[None],
                attention_mask=torch.ones(1, len(types), dtype=torch.long), output_hidden_states=True)
            hidden.append([states[0] for states in out.hidden_states])
        negatives = self.negatives[case["negatives"]]
        contrastive = 0
        for index, layer in enumerate(self.layers):
            projection = self.projections[0 if case["shared"] else index]
            teachers = {
                mode: self.normalised(layer, mode, case["normalise"]) for mode in ("sequence", "token", "cls", "mean")}
            for anchor in range(5):
                contrastive = contrastive + contrast(
                    case["cosine"], anchor, teachers, negatives[anchor], hidden[anchor][index + 1] @ projection,
                    case["w"]) / 5
        soft, hard = self.head([states[-1] for states in hidden], case["temperature"])
        probe_soft, probe_hard = self.head([states[-1].detach() for states in hidden], case["temperature"])
        probe = case["probe"][0] * probe_soft + case["probe"][1] * probe_hard if case["probe"] else None
        return (contrastive, soft, hard), probe, words, entering

    def head(self, last, t):
        pooled = torch.tanh(self.model.bert.pooler.dense(torch.stack([states[0] for states in last])))
        logits = self.model.classifier(pooled)
        if self.regression:
            return F.mse_loss(logits[:, 0], self.logits[:, 0]), F.mse_loss(logits[:, 0], self.scores)
        soft = F.kl_div(
            F.log_softmax(logits / t, -1), F.log_softmax(self.logits / t, -1), log_target=True, reduction="batchmean")
        return soft * t * t, F.cross_entropy(logits, self.labels)

    def gradients(self, case):
        def total(terms):
            return sum(weight * term for weight, term in zip(case["weights"], terms))

        parameters = self.parameters(case["shared"])
        for parameter in self.model.parameters():
            parameter.grad = None
        for projection in self.projections:
            projection.grad = None
        terms, probe, words, _ = self.forward(case)
        report = [term.item() for term in terms]
        kind = case["perturbation"]
        if kind != "off":
            g = [x.detach() for x in torch.autograd.grad(total(terms), words)]
            ratios = [(x.norm() / e.norm()).item() for x, e in zip(g, words)]
            epsilon = case["epsilon"]
            if kind == "l2":
                g = [epsilon * e.detach().norm() * x / x.norm() for x, e in zip(g, words)]
            elif kind == "sign":
                g = [epsilon * e.detach().pow(2).mean().sqrt() * x.sign() for x, e in zip(g, words)]
            terms, probe, _, _ = self.forward(case, g)
            report += [term.item() for term in terms] + [sorted(ratios)[2]]
        (total(terms) + (probe if probe is not None else 0)).backward()
        tensors = {
            name: parameter.grad.float() for name, parameter in parameters.items()
            if parameter.grad is not None and (parameter.grad != 0).any()}
        tensors["report"] = torch.tensor(report, dtype=torch.double)
        return tensors


def cases():
    plain = dict(
        weights=[1, 1, 3], cosine="sequence", w=0.5, negatives=4, shared=False, temperature=1.1, perturbation="off",
        epsilon=0, probe=None, normalise="none", problem="student")
    terms = {"contrastive": [1, 0, 0], "soft": [0, 1, 0], "hard": [0, 0, 1], "all": [1, 1, 3]}
    for name, weights in terms.items():
        for kind, epsilon in [("off", 0), ("raw", 0), ("l2", 0.3), ("sign", 0.2)]:
            yield f"{name}-{kind}", plain | dict(weights=weights, perturbation=kind, epsilon=epsilon)
    for mode in ["token", "cls", "mean", "sequence+cls"]:
        yield f"{mode}-off", plain | dict(cosine=mode, weights=[1, 0, 0])
        yield f"{mode}-raw", plain | dict(cosine=mode, perturbation="raw")
    yield "w0", plain | dict(w=0, weights=[1, 0, 0])
    yield "w0-raw", plain | dict(w=0, perturbation="raw")
    yield "two-negatives", plain | dict(negatives=2, weights=[1, 0, 0])
    yield "two-negatives-token-raw", plain | dict(negatives=2, cosine="token", perturbation="raw")
    yield "shared", plain | dict(shared=True, weights=[1, 0, 0])
    yield "shared-raw", plain | dict(shared=True, perturbation="raw")
    yield "hot", plain | dict(temperature=4, weights=[0.5, 2, 0.25])
    yield "probe", plain | dict(weights=[1, 0, 0], probe=[1, 3])
    yield "probe-raw", plain | dict(weights=[1, 0, 0], probe=[1, 3], perturbation="raw")
    for how in ["centre", "standardise"]:
        for mode in ["sequence", "cls", "sequence+cls"]:
            yield f"{how}-{mode}", plain | dict(normalise=how, cosine=mode, weights=[1, 0, 0])
    for name in ["soft", "hard", "all"]:
        yield f"score-{name}", plain | dict(problem="regression", weights=terms[name])
    yield "score-all-raw", plain | dict(problem="regression", perturbation="raw")
    yield "long-off", plain | dict(problem="long")
    yield "long-raw", plain | dict(problem="long", perturbation="raw")
    yield "long-token-raw", plain | dict(problem="long", cosine="token", perturbation="raw")


def main():
    torch.set_num_threads(1)
    shutil.rmtree(FIXTURES, ignore_errors=True)
    (FIXTURES / "gradients").mkdir(parents=True)
    problems = {name: Problem(of) for name, of in PROBLEMS.items()}
    for name, problem in problems.items():
        tensors = {key: value.detach().float() for key, value in problem.parameters(False).items()}
        offsets = [0]
        for length in problem.lengths:
            offsets.append(offsets[-1] + length)
        tensors |= {
            "ids": torch.cat(problem.ids).int(), "types": torch.cat(problem.types).int(),
            "offsets": torch.tensor(offsets).int(), "logits": problem.logits.float(), "labels": problem.labels.int(),
            "scores": problem.scores.float(),
        }
        for count, negatives in problem.negatives.items():
            tensors[f"negatives.{count}"] = torch.tensor(negatives).int()
        for layer in problem.layers:
            tensors[f"teacher.{layer}"] = torch.cat(problem.teacher[layer]).float()
            for key, value in problem.statistics[layer].items():
                tensors[f"statistics.{layer}.{key}"] = value.float()
        save_file(tensors, str(FIXTURES / f"{name}.safetensors"))
    settings = {}
    for name, case in cases():
        settings[name] = case
        save_file(problems[case["problem"]].gradients(case), str(FIXTURES / "gradients" / f"{name}.safetensors"))
    (FIXTURES / "cases.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")
    sizes = {name: sum(p.numel() for p in problem.parameters(False).values()) for name, problem in problems.items()}
    print(sizes, "parameters,", len(settings), "cases")


if __name__ == "__main__":
    main()
