#!/usr/bin/env python3
"""Writes Tests/DistillationTests/Fixtures/objectives: what each objective beside LRC's loses on a small student, and its gradients.

PyTorch autograd over transformers' BERT in double precision, as lrc_gradients.py, whose student, batch and teacher these
are; each loss is written as its paper writes it, over real tokens alone. Run that script first. Needs torch, transformers
and safetensors (made with torch 2.15, transformers 5.24). The files are the same every time.
"""

import json
import shutil

import torch
import torch.nn.functional as F
from lrc_gradients import FIXTURES, PROBLEMS, WIDTH, Problem, rounded
from safetensors.torch import save_file

FOLDER = FIXTURES / "objectives"
TEACHER_HEADS = 4


class Extended(Problem):
    """The same, with what other objectives see of a teacher: embeddings, attention scores, queries, keys and values."""

    def __init__(self, of):
        super().__init__(of)
        generator = torch.Generator().manual_seed(21)
        draw = lambda *size: rounded(torch.randn(*size, generator=generator, dtype=torch.double))
        self.heads, self.hidden = of["heads"], of["hidden"]
        self.embeddings = [draw(length, WIDTH) for length in self.lengths]
        # As many heads as the student has, for scores; queries, keys and values have the teacher's.
        self.scores_of = {layer: [draw(of["heads"], length, length) for length in self.lengths] for layer in self.layers}
        self.relations = {layer: [draw(length, 3 * WIDTH) for length in self.lengths] for layer in self.layers}

    def states(self):
        """Of each sequence: embeddings and hidden states, attention scores, and queries, keys and values by layer."""
        shown = []
        for ids, types in zip(self.ids, self.types):
            kept = {}

            def keep(name):
                def hook(_, __, output):
                    kept[name] = output[0]
                return hook

            hooks = []
            for index, layer in enumerate(self.model.bert.encoder.layer):
                for part in ("query", "key", "value"):
                    hooks.append(getattr(layer.attention.self, part).register_forward_hook(keep((index, part))))
            out = self.model.bert(
                ids[None], token_type_ids=types[None], attention_mask=torch.ones(1, len(ids), dtype=torch.long), output_hidden_states=True)
            for hook in hooks:
                hook.remove()
            hidden = [states[0] for states in out.hidden_states]
            parts = [[kept[index, part] for part in ("query", "key", "value")] for index in range(len(self.layers))]
            scores = []
            for query, key, _ in parts:
                q, k = (x.view(len(ids), self.heads, -1).transpose(0, 1) for x in (query, key))
                scores.append(q @ k.transpose(1, 2) / q.shape[-1] ** 0.5)
            shown.append((hidden, scores, parts))
        return shown


def mse(problem, shown, case):
    """Of all real tokens and dimensions, a sum over the layers."""
    total = 0
    for index, layer in enumerate(problem.layers):
        projected = torch.cat([hidden[index + 1] for hidden, _, _ in shown]) @ problem.projections[0 if case["shared"] else index]
        total = total + F.mse_loss(projected, torch.cat(problem.teacher[layer]))
    return total


def tinybert(problem, shown, case):
    """Jiao et al., 2020, eq. 7 to 9: one W for the embedding and all states; scores before the softmax, of real tokens."""
    weight = problem.projections[0]
    total = F.mse_loss(torch.cat([hidden[0] for hidden, _, _ in shown]) @ weight, torch.cat(problem.embeddings))
    total = total + mse(problem, shown, case | dict(shared=True))
    for index, layer in enumerate(problem.layers):
        ours = torch.cat([scores[index].flatten() for _, scores, _ in shown])
        total = total + F.mse_loss(ours, torch.cat([scores.flatten() for scores in problem.scores_of[layer]]))
    return total


def pkd(problem, shown, case):
    """Sun et al., 2019, eq. 7, with the mean of their code: unit [CLS] vectors of all layers but the last."""
    total, layers = 0, problem.layers[:-1]
    for index, layer in enumerate(layers):
        ours = torch.stack([hidden[index + 1][0] for hidden, _, _ in shown]) @ problem.projections[index]
        theirs = torch.stack([states[0] for states in problem.normalised(layer, "cls", case["normalise"])])
        total = total + F.mse_loss(F.normalize(ours), F.normalize(theirs)) / len(layers)
    return total


def last_state(problem, shown, case):
    """DistilBERT's cosine of last states, a mean over real tokens."""
    projected = torch.cat([hidden[-1] for hidden, _, _ in shown]) @ problem.projections[0]
    theirs = torch.cat(problem.teacher[problem.layers[-1]])
    return F.cosine_embedding_loss(projected, theirs, torch.ones(len(theirs)))


def relation(problem, shown, case):
    """MiniLMv2 (Wang et al., 2021), eq. 4 to 6: of the student's last layer and one of the teacher's."""
    layer, heads, total = problem.layers[-1], case["relationHeads"], 0
    for sequence, (_, _, parts) in enumerate(shown):
        theirs = problem.relations[layer][sequence].chunk(3, -1)
        for ours, other in zip(parts[-1], theirs):
            logs = []
            for vectors in (ours, other):
                split = vectors.view(len(vectors), heads, -1).transpose(0, 1)
                logs.append(F.log_softmax(split @ split.transpose(1, 2) / split.shape[-1] ** 0.5, -1))
            mean = F.kl_div(logs[0], logs[1], log_target=True, reduction="sum") / (heads * len(ours))
            total = total + mean / len(shown)
    return total


def infonce(problem, shown, case):
    """CoDIR's loss (Sun et al., 2020, eq. 3) layer by layer, on centred means of tokens and their cosines."""
    total = 0
    for index, layer in enumerate(problem.layers):
        theirs = torch.stack([x.mean(0) for x in problem.normalised(layer, "mean", case["normalise"])])
        for anchor, (hidden, _, _) in enumerate(shown):
            ours = hidden[index + 1].mean(0) @ problem.projections[index]
            rows = [anchor] + problem.negatives[case["negatives"]][anchor]
            total = total + F.cross_entropy((F.cosine_similarity(ours[None], theirs[rows]) / case["tau"])[None], torch.tensor([0])) / 5
    return total


OBJECTIVES = dict(mse=mse, tinybert=tinybert, pkd=pkd, distilbert=last_state, relation=relation, infonce=infonce)


def cases():
    plain = dict(shared=False, normalise="none", negatives=4, tau=0.1, relationHeads=2, problem="student")
    yield "mse", plain | dict(objective="mse")
    yield "mse-shared", plain | dict(objective="mse", shared=True)
    yield "tinybert", plain | dict(objective="tinybert", shared=True)
    yield "pkd", plain | dict(objective="pkd")
    yield "pkd-centred", plain | dict(objective="pkd", normalise="centre")
    yield "distilbert", plain | dict(objective="distilbert", shared=True)
    yield "relation", plain | dict(objective="relation")
    yield "relation-1", plain | dict(objective="relation", relationHeads=1)
    yield "infonce", plain | dict(objective="infonce")
    yield "infonce-centred", plain | dict(objective="infonce", normalise="centre", tau=0.5, negatives=2)
    for name in ("mse", "tinybert"):
        yield f"{name}-long", plain | dict(objective=name, problem="long", shared=True)


def main():
    torch.set_num_threads(1)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    problems = {name: Extended(of) for name, of in PROBLEMS.items() if name != "regression"}
    for name, problem in problems.items():
        tensors = {"embedding": torch.cat(problem.embeddings).float()}
        for layer in problem.layers:
            tensors[f"scores.{layer}"] = torch.cat([scores.flatten() for scores in problem.scores_of[layer]]).float()
            tensors[f"relations.{layer}"] = torch.cat(problem.relations[layer]).float()
        save_file(tensors, str(FOLDER / f"{name}-teacher.safetensors"))
    settings = {}
    for name, case in cases():
        settings[name] = case
        problem = problems[case["problem"]]
        parameters = problem.parameters(case["shared"])
        for parameter in [*problem.model.parameters(), *problem.projections]:
            parameter.grad = None
        loss = OBJECTIVES[case["objective"]](problem, problem.states(), case)
        loss.backward()
        tensors = {
            key: parameter.grad.float() for key, parameter in parameters.items()
            if parameter.grad is not None and (parameter.grad != 0).any()}
        tensors["loss"] = torch.tensor([loss.item()], dtype=torch.double)
        save_file(tensors, str(FOLDER / f"{name}.safetensors"))
    (FOLDER / "cases.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")
    print(len(settings), "cases")


if __name__ == "__main__":
    main()
