"""How well vectors are stored, and what a cache promises of it (`schemas/features.md`, "Fidelity")."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .codes import Floats

_PLAIN = {"mean": 0.9999, "minimum": 0.999}
BOUNDS = {
    "float16": _PLAIN,
    "bfloat16": _PLAIN,
    "int8-rotated": {"mean": 0.9995, "minimum": 0.99},
    "int4-rotated": {"mean": 0.99, "minimum": 0.95},
}


def number(value: float) -> str:
    """With up to six decimals."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def bounds_text(precision: str) -> str:
    bounds = BOUNDS[precision]
    return " ".join(f"{role}.{what}={number(bounds[what])}" for role in ("first", "others") for what in ("mean", "minimum"))


def cosines(residuals: Floats, decoded: Floats, originals: Floats) -> NDArray[np.float64]:
    """The centred cosine of each vector [n, d]; 1 where next to nothing is left after the mean. [n]."""
    x, y, z = (part.astype(np.float64) for part in (residuals, decoded, originals))
    left, right = (x * x).sum(1), (y * y).sum(1)
    product = np.sqrt(left * right)
    found = np.divide((x * y).sum(1), product, out=np.zeros(len(x)), where=product > 0)
    return np.where(left < 1e-8 * (z * z).sum(1), 1.0, np.minimum(found, 1.0))


def of_row(found: NDArray[np.float64], is_layer: bool) -> Floats:
    """What the column of fidelity holds for a row: [3] of a layer, [1] of one vector."""
    if not is_layer:
        return found.astype("<f4")
    first, others = (part if len(part) else np.ones(1) for part in (found[:1], found[1:]))
    return np.array([first[0], others.mean(), others.min()], "<f4")


def measured(rows: Floats, lengths: NDArray[np.int64]) -> dict[str, float]:
    """What was measured over a whole set, from its column of fidelity; the mean over others counts tokens, not rows."""
    facts = {"first.mean": float(rows[:, 0].mean(dtype=np.float64)), "first.minimum": float(rows[:, 0].min())}
    if rows.shape[1] == 3:
        weights = np.maximum(lengths - 1, 0).astype(np.float64)
        mean = float((rows[:, 1] * weights).sum() / weights.sum()) if weights.any() else 1.0
        facts |= {"others.mean": mean, "others.minimum": float(rows[:, 2].min())}
    return facts


def shortfall(facts: dict[str, float], precision: str) -> str | None:
    """What is below its bound."""
    for name, value in facts.items():
        bound = BOUNDS[precision][name.split(".")[1]]
        if value < bound:
            return f"{name} is {value:.7f}, below {number(bound)}"
    return None
