"""The golden caches, which Swift reads too."""

import importlib.util
import pathlib

import numpy as np
import pytest

from limbeck_cache import FeatureCache

ROOT = pathlib.Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "reference" / "golden_features.py"
# The largest error of a state of 2 at most; mean columns hold smaller numbers.
TOLERANCES = {"float16": 0.002, "bfloat16": 0.02, "int8-rotated": 0.04, "int4-rotated": 0.6}


@pytest.mark.parametrize("precision", TOLERANCES)
def test_golden_caches_are_still_read(precision: str) -> None:
    specification = importlib.util.spec_from_file_location("golden_features", SCRIPT)
    assert specification and specification.loader
    golden = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(golden)
    cache = FeatureCache(ROOT / "Tests" / "FeaturesTests" / "Fixtures" / precision)
    cache.shards.verify()
    assert list(cache.lengths) == golden.LENGTHS
    for number in range(len(golden.LENGTHS)):
        found, facts = cache[number], golden.row(number)
        np.testing.assert_array_equal(found["logits"], facts["logits"])
        for layer in golden.LAYERS:
            np.testing.assert_allclose(found[f"layer.{layer}"], facts["states"][layer], atol=TOLERANCES[precision])
            np.testing.assert_allclose(found[f"cls.{layer}"], facts["states"][layer][0], atol=TOLERANCES[precision])
            np.testing.assert_allclose(found[f"attention.{layer}"], facts["attention"][layer], rtol=2**-8)
        np.testing.assert_allclose(found["pooled"], facts["pooled"], atol=TOLERANCES[precision])
