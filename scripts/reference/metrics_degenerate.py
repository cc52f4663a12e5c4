#!/usr/bin/env python3
"""Writes Tests/TrainingTests/Fixtures/metrics-degenerate.json: metrics by scikit-learn, scipy and seqeval, mostly where they degenerate.

    python scripts/reference/metrics_degenerate.py

Classes are judged by scikit-learn, scores by scipy, entities by seqeval in its default mode, which follows conlleval. What
is not defined is 0. Needs numpy, scipy, scikit-learn and seqeval (made with Python 3.11, numpy 2.4.6, scipy 1.17.1,
scikit-learn 1.9.1, seqeval 1.2.2). The file is the same every time.
"""

import json
import math
import pathlib
import warnings

import numpy as np
from scipy import stats
from seqeval import metrics as entities
from sklearn import metrics

FIXTURE = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "TrainingTests" / "Fixtures" / "metrics-degenerate.json"

rng = np.random.default_rng(11)


# Classes.


def judged_classes(name: str, classes: int, predicted: list[int], labels: list[int]) -> dict:
    case = {"name": name, "kind": "classes", "predicted": predicted, "labels": labels}
    case["accuracy"] = float(metrics.accuracy_score(labels, predicted))
    if classes == 2:
        case["f1"] = float(metrics.f1_score(labels, predicted, pos_label=1, zero_division=0))
    case["matthews"] = float(metrics.matthews_corrcoef(labels, predicted))
    return case


def drawn_classes(classes: int, count: int, right: float) -> tuple[list[int], list[int]]:
    labels = rng.integers(0, classes, count)
    predicted = np.where(rng.random(count) < right, labels, rng.integers(0, classes, count))
    return predicted.tolist(), labels.tolist()


def class_cases() -> list[dict]:
    rare = [int(n in (17, 101)) for n in range(160)]
    cases = [
        ("one example, right, of class 0", 2, [0], [0]),
        ("one example, right, of class 1", 2, [1], [1]),
        ("one example, wrong, of class 0", 2, [1], [0]),
        ("one example, wrong, of class 1", 2, [0], [1]),
        ("one example of class 4 of five", 5, [4], [4]),
        ("labels constant 0", 2, [0, 1, 0, 1, 1], [0] * 5),
        ("labels constant 1", 2, [0, 1, 0, 1, 1], [1] * 5),
        ("predictions constant 0", 2, [0] * 5, [0, 1, 0, 1, 1]),
        ("predictions constant 1", 2, [1] * 5, [0, 1, 0, 1, 1]),
        ("both constant 0", 2, [0] * 4, [0] * 4),
        ("both constant 1", 2, [1] * 4, [1] * 4),
        ("constant 0 for constant 1", 2, [0] * 4, [1] * 4),
        ("constant 1 for constant 0", 2, [1] * 4, [0] * 4),
        ("perfect, two classes", 2, [0, 1, 1, 0, 1], [0, 1, 1, 0, 1]),
        ("all wrong, two classes", 2, [1, 0, 0, 1, 0], [0, 1, 1, 0, 1]),
        ("no better than chance, two classes", 2, [0, 1, 0, 1], [0, 0, 1, 1]),
        ("two examples, one right", 2, [1, 1], [1, 0]),
        ("perfect, three classes", 3, [0, 1, 2, 2, 1], [0, 1, 2, 2, 1]),
        ("all wrong by a cycle, three classes", 3, [1, 2, 0, 1, 2, 0], [0, 1, 2, 0, 1, 2]),
        ("all wrong otherwise, three classes", 3, [2, 2, 0, 2, 0, 0, 1], [0, 1, 2, 0, 1, 2, 0]),
        ("labels constant, three classes", 3, [0, 1, 2, 2], [2] * 4),
        ("predictions constant, three classes", 3, [1] * 5, [0, 1, 2, 2, 1]),
        ("both constant and equal, three classes", 3, [2] * 3, [2] * 3),
        ("both constant and different, three classes", 3, [2] * 3, [1] * 3),
        ("a class never predicted, three classes", 3, [0, 0, 2, 2, 0, 2], [0, 1, 2, 1, 0, 2]),
        ("classes 1 and 3 nowhere, five classes", 5, [0, 2, 4, 4, 2, 0, 2], [0, 2, 4, 2, 2, 4, 0]),
        ("nothing in common, five classes", 5, [3, 4, 3, 4], [0, 1, 2, 0]),
        ("rare class never found", 2, [0] * len(rare), rare),
        ("rare class alone found", 2, rare, rare),
        ("rare class, one of two and one too many", 2, [int(n in (17, 60)) for n in range(len(rare))], rare),
        ("rare class everywhere", 2, [1] * len(rare), rare),
        ("rare class 0, missed", 2, [1] * len(rare), [1 - label for label in rare]),
    ]
    cases += [
        (f"random {number}, {classes} classes", classes, *drawn_classes(classes, count, right))
        for number, (classes, count, right) in enumerate(
            [(2, 7, 0), (2, 40, 0.4), (2, 41, 0.8), (3, 9, 0), (3, 40, 0.4), (3, 41, 0.8), (5, 11, 0), (5, 60, 0.4), (5, 61, 0.8)]
        )
    ]
    return [judged_classes(*case) for case in cases]


# Scores.


def judged_scores(name: str, x: list[float], y: list[float]) -> dict:
    # scipy refuses to correlate fewer than two.
    found = (stats.pearsonr(x, y)[0], stats.spearmanr(x, y)[0]) if len(x) > 1 else (math.nan, math.nan)
    pearson, spearman = (0.0 if math.isnan(value) else float(value) for value in found)
    return {"name": name, "kind": "scores", "x": x, "y": y, "pearson": pearson, "spearman": spearman}


def drawn_scores(count: int, digits: int = 3) -> tuple[list[float], list[float]]:
    x = rng.normal(size=count).round(digits)
    return x.tolist(), (x + rng.normal(size=count)).round(digits).tolist()


def score_cases() -> list[dict]:
    ramp = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    x, y = drawn_scores(12)
    # Thousandths beside a million: some seven of a double's sixteen digits are left once the mean is off.
    offset = lambda values: [round(1e6 + 1e-3 * value, 6) for value in values]
    fifths = lambda values: [round(5 * value) / 5 for value in values]
    cases = [
        ("no example", [], []),
        ("one example", [0.7], [3.0]),
        ("two examples, rising", [0.1, 0.4], [2.0, 7.0]),
        ("two examples, falling", [0.1, 0.4], [7.0, 2.0]),
        ("two examples, a tie in x", [0.3, 0.3], [2.0, 7.0]),
        ("two examples, a tie in y", [0.3, 0.9], [2.0, 2.0]),
        ("x constant 0", [0.0] * 6, ramp),
        ("x constant 2.5", [2.5] * 6, ramp),
        # Added up and divided, some give another mean than themselves.
        ("x constant 0.1", [0.1] * 6, ramp),
        ("x constant 0.1, three", [0.1] * 3, [1.0, 2.0, 4.0]),
        ("x constant 2.7, eleven", [2.7] * 11, x[:11]),
        ("x constant 1e6 and a tenth", [1e6 + 0.1] * 7, x[:7]),
        ("x constant 0.1, offset in y", [0.1] * 12, offset(y)),
        ("y constant 3", ramp, [3.0] * 6),
        ("y constant 4.2", x, [4.2] * 12),
        ("both constant and equal", [0.1] * 6, [0.1] * 6),
        ("both constant and different", [0.1] * 6, [-3.3] * 6),
        ("zeros of both signs", [0.0, -0.0, 0.0, -0.0], [1.0, 2.0, 3.0, 4.0]),
        ("zeros of both signs are ties", [0.0, -0.0, 1.0, -0.0, 0.0, -1.0], [0.2, 0.4, 0.9, 0.1, 0.5, 0.3]),
        ("equal", x, x),
        ("opposite", x, [-value for value in x]),
        ("linear, rising", ramp, [0.25 + 3 * value for value in ramp]),
        ("linear, falling", ramp, [1e3 - 7 * value for value in ramp]),
        ("rising, not linear", ramp, [math.ldexp(1, 3 * int(value)) for value in ramp]),
        ("falling, not linear", ramp, [math.ldexp(1, -3 * int(value)) for value in ramp]),
        ("a parabola: no correlation", [-2.0, -1.0, 0.0, 1.0, 2.0], [4.0, 1.0, 0.0, 1.0, 4.0]),
        ("one outlier", [*x[:-1], 1e5], y),
        ("one value differs in x", [2.0] * 11 + [2.5], y),
        ("one value differs in both", [2.0] * 11 + [2.5], [0.1] * 4 + [0.3] + [0.1] * 7),
        ("one value differs in both, the same", [2.0] * 11 + [2.5], [0.1] * 11 + [0.3]),
        ("offset in x", offset(x), y),
        ("offset in y", x, offset(y)),
        ("offset in both", offset(x), offset(y)),
        ("offset in both, below zero", [-value for value in offset(x)], offset(y)),
        ("small", [round(value * 1e-9, 12) for value in x], [round(value * 1e-7, 10) for value in y]),
        ("large", [value * 1e12 for value in x], [value * 1e9 for value in y]),
        ("ties in both", [1.0, 1.0, 2.0, 2.0, 3.0, 3.0], [1.0, 2.0, 2.0, 3.0, 3.0, 3.0]),
        ("two values in x", [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0], [0.3, 2.0, 0.1, 0.5, 0.9, 0.3, 0.2]),
        ("two values in both", [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0], [5.0, 0.0, 0.0, 5.0, 5.0, 0.0, 5.0]),
    ]
    cases += [(f"random {number}", *drawn_scores(count)) for number, count in enumerate([3, 5, 16, 31])]
    cases += [
        (f"random {number}, ties", *map(fifths, drawn_scores(count))) for number, count in enumerate([9, 24, 40])
    ]
    cases += [(f"random {number}, many ties", *drawn_scores(count, digits=0)) for number, count in enumerate([8, 21, 50])]
    return [judged_scores(*case) for case in cases]


# Entities.

TYPES = ["LOC", "PER", "creative-work"]
TAGS = ["O", *(f"{prefix}-{name}" for name in TYPES for prefix in "BI")]


def judged_entities(name: str, gold: list[list[str]], guessed: list[list[str]]) -> dict:
    case = {"name": name, "kind": "entities", "gold": gold, "guessed": guessed}
    # seqeval takes no empty list.
    for key in ("precision", "recall", "f1"):
        score = getattr(entities, f"{key}_score")
        case[key] = float(score(gold, guessed, zero_division=0)) if gold else 0.0
    report = entities.classification_report(gold, guessed, output_dict=True, zero_division=0) if gold else {}
    case["types"] = {
        name: {"f1": float(of["f1-score"]), "support": int(of["support"])} for name, of in report.items() if not name.endswith(" avg")
    }
    return case


def in_words(name: str, *pairs: tuple[str, str]) -> tuple[str, list[list[str]], list[list[str]]]:
    return name, [gold.split() for gold, _ in pairs], [guessed.split() for _, guessed in pairs]


def well_formed(tags: list[str]) -> list[str]:
    """The same as IOB2: what begins with I- begins with B-."""
    before, formed = "O", []
    for tag in tags:
        formed.append("B" + tag[1:] if tag[0] == "I" and before[1:] != tag[1:] else tag)
        before = tag
    return formed


def drawn_tags(number: int) -> tuple[str, list[list[str]], list[list[str]]]:
    """Gold is IOB2 in every second case, what is guessed in every fourth; else any tag may follow any."""

    def drawn(before: str) -> str:
        if before != "O" and rng.random() < 0.4:
            return "I" + before[1:]
        return TAGS[rng.integers(len(TAGS))]

    def sentence(like: list[str] | None = None) -> list[str]:
        tags: list[str] = []
        for place in range(rng.integers(0, 9) if like is None else len(like)):
            before = tags[-1] if tags else "O"
            tags.append(like[place] if like and rng.random() < 0.7 else drawn(before))
        return tags

    gold = [sentence() for _ in range(rng.integers(2, 5))]
    guessed = [sentence(tags) for tags in gold]
    if number % 2 == 0:
        gold = [well_formed(tags) for tags in gold]
    if number % 4 == 0:
        guessed = [well_formed(tags) for tags in guessed]
    return f"random {number}", gold, guessed


def entity_cases() -> list[dict]:
    cases = [
        in_words("no sentence"),
        in_words("one empty sentence", ("", "")),
        in_words("empty sentences among others", ("", ""), ("B-PER I-PER", "B-PER I-PER"), ("", ""), ("B-LOC", "B-PER"), ("", "")),
        in_words("no entity on either side", ("O O O", "O O O"), ("O", "O")),
        in_words("nothing guessed", ("B-PER I-PER O B-LOC", "O O O O")),
        in_words("nothing to find", ("O O O O", "B-PER I-PER O B-LOC")),
        in_words("a sentence without entities", ("O O", "O O"), ("B-PER O", "B-PER O"), ("O O O", "O B-LOC O")),
        in_words("all right", ("B-PER I-PER O B-LOC", "B-PER I-PER O B-LOC"), ("B-LOC", "B-LOC")),
        in_words("all is one entity", ("B-PER I-PER I-PER I-PER", "B-PER I-PER I-PER I-PER")),
        in_words("all is one entity, guessed as two", ("B-PER I-PER I-PER I-PER", "B-PER I-PER B-PER I-PER")),
        in_words("one token", ("B-PER", "I-PER"), ("B-PER", "O"), ("B-PER", "B-LOC")),
        in_words("right boundaries, wrong type", ("B-PER I-PER O", "B-LOC I-LOC O")),
        in_words("too long, too short", ("O B-PER I-PER O", "O B-PER I-PER I-PER"), ("O B-LOC I-LOC O", "O B-LOC O O")),
        in_words("within another", ("B-PER I-PER I-PER I-PER O", "O B-PER I-PER O O"), ("O B-LOC O", "B-LOC I-LOC I-LOC")),
        in_words("B after B", ("B-PER B-PER B-PER", "B-PER B-PER B-PER"), ("B-LOC B-LOC O", "B-LOC I-LOC O")),
        in_words("B-Y after B-X", ("B-PER B-LOC O", "B-PER B-LOC O"), ("B-PER B-LOC I-LOC", "B-PER I-PER I-LOC")),
        in_words("I after O begins", ("O B-PER I-PER O", "O I-PER I-PER O"), ("B-LOC O B-LOC", "I-LOC O I-LOC")),
        in_words("I-Y after B-X begins", ("B-PER B-LOC O", "B-PER I-LOC O"), ("B-PER I-PER O", "B-PER I-LOC O")),
        in_words("I-Y after I-X begins", ("B-PER I-PER B-LOC I-LOC", "I-PER I-PER I-LOC I-LOC"), ("O B-PER O", "O I-LOC I-PER")),
        in_words("IOB1, B only between neighbours", ("I-PER I-PER B-PER O I-LOC", "B-PER I-PER B-PER O B-LOC")),
        in_words("an entity ends with its sentence", ("O B-PER", "O B-PER"), ("I-PER O", "I-PER O"), ("B-LOC", "B-LOC"), ("I-LOC", "O")),
        in_words("hyphens in a type", ("B-creative-work I-creative-work O B-PER", "B-creative-work I-creative-work O B-PER")),
        in_words(
            "types that share what is before or after a hyphen",
            ("B-creative-work I-creative-work", "B-creative-team I-creative-team"),
            ("B-public-work I-creative-work", "B-public-work I-public-work"),
            ("B-work I-work", "B-creative-work I-creative-work"),
        ),
        in_words("types like prefixes", ("B-O I-O O B-B", "B-O I-O O B-I"), ("B-I I-I B-B I-B", "B-I I-I B-B I-I")),
        in_words("types differ in case", ("B-per I-per O B-PER", "B-per I-PER O B-PER")),
    ]
    cases += [drawn_tags(number) for number in range(20)]
    return [judged_entities(*case) for case in cases]


def main() -> None:
    # Undefined and constant are what these cases are about.
    warnings.simplefilter("ignore")
    cases = class_cases() + score_cases() + entity_cases()
    assert len({(case["kind"], case["name"]) for case in cases}) == len(cases)
    lines = (json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    FIXTURE.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
