"""Prints metrics by scipy and by their definitions on small samples, as Swift literals for MetricTests.

    python metrics_samples.py

Needs numpy and scipy. Matthews' correlation and F1 are computed from the confusion matrix in double precision.
"""

import numpy as np
from scipy import stats

rng = np.random.default_rng(3)


def matthews(a, b):
    k = max(a.max(), b.max()) + 1
    c = np.zeros((k, k))
    for x, y in zip(a, b):
        c[y, x] += 1
    t, p, s, n = c.sum(1), c.sum(0), np.trace(c), c.sum()
    d = np.sqrt((n * n - (p * p).sum()) * (n * n - (t * t).sum()))
    return 0.0 if d == 0 else (s * n - (t * p).sum()) / d


for classes in (2, 2, 4):
    a, b = rng.integers(0, classes, 24), rng.integers(0, classes, 24)
    b[:10] = a[:10]
    both = ((a == 1) & (b == 1)).sum()
    f1 = 2 * both / ((a == 1).sum() + (b == 1).sum())
    print(f"({a.tolist()}, {b.tolist()}, {float((a == b).mean())}, {float(f1)}, {float(matthews(a, b))}),")
for ties in (False, True):
    x = rng.normal(size=12).round(3)
    y = (x + rng.normal(size=12)).round(3)
    if ties:
        x, y = x.round(0), y.round(0)
    print(f"({x.tolist()}, {y.tolist()}, {float(stats.pearsonr(x, y)[0])}, {float(stats.spearmanr(x, y)[0])}),")
