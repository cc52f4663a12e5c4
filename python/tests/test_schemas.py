from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from samples import fill, make_rows

from limbeck_cache.features import PRECISIONS

jsonschema = pytest.importorskip("jsonschema")
referencing = pytest.importorskip("referencing")

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


@pytest.fixture(scope="module")
def validators() -> dict[str, Any]:
    if not SCHEMAS.exists():
        pytest.skip("the schemas are not here")
    found = {name: json.loads((SCHEMAS / f"shard-{name}.schema.json").read_text()) for name in ("header", "manifest")}
    registry = referencing.Registry().with_resources(
        (schema["$id"], referencing.Resource.from_contents(schema)) for schema in found.values()
    )
    for schema in found.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    return {name: jsonschema.Draft202012Validator(schema, registry=registry) for name, schema in found.items()}


@pytest.mark.parametrize("precision", PRECISIONS)
def test_what_is_written_is_what_the_schemas_say(tmp_path: Path, precision: str, validators: dict[str, Any]) -> None:
    fill(tmp_path, make_rows(9), precision)
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    validators["manifest"].validate(manifest)
    for file in manifest["files"]:
        data = (tmp_path / file["name"]).read_bytes()
        validators["header"].validate(json.loads(data[24 : 8 + struct.unpack_from("<I", data, 4)[0]]))


def test_what_cannot_be_is_refused(tmp_path: Path, validators: dict[str, Any]) -> None:
    fill(tmp_path, make_rows(9))
    good = json.loads((tmp_path / "manifest.json").read_bytes())
    large = {"element": "float16", "filter": "bitPlanes", "name": "x", "width": 4}
    for change in ({"element": "int8-rotated"}, {"element": "uint8"}, {"width": 0}, {"name": ""}, {"layout": "row"}, {"filter": "x"},
                   {"filter": "none", "layout": "square", "element": "int4-rotated"}):  # fmt: skip
        schema = {"small": [], "large": [{**large, **change}]}
        assert not validators["manifest"].is_valid({**good, "schema": schema}), change
    for small in ({"layout": "token", "element": "int8-rotated", "name": "x"}, {"layout": "row", "element": "int32", "name": "x"}):
        assert not validators["manifest"].is_valid({**good, "schema": {"small": [small], "large": []}})
    assert not validators["manifest"].is_valid({**good, "version": 2}) and validators["manifest"].is_valid({**good, "later": 1})
