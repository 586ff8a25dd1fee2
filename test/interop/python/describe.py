# SPDX-License-Identifier: BSD-3-Clause
"""Values as plain JSON, in the form that test/support/describe.ts gives to ours, so that both sides can be compared.

Floats are JSON numbers, or the texts NaN, Infinity, -Infinity, -0; 64-bit integers are texts; complex numbers are two
numbers each. Scalars carry no dtype: neither Python nor JavaScript keeps it in the value.

usage: describe.py [--warnings-are-errors] FILE…     one JSON line per file
"""

from __future__ import annotations

import json
import math
import sys
import warnings

import anndata
import numpy as np
import pandas as pd
from anndata import AnnData, Raw
from scipy import sparse


def describe(value):
    import awkward as ak

    if value is None:
        return {"kind": "null"}
    if isinstance(value, AnnData):
        return anndata_(value)
    if isinstance(value, dict):
        return {"kind": "dict", "entries": entries(value)}
    if isinstance(value, pd.DataFrame):
        return frame(value)
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return extension(value)
    if sparse.issparse(value):
        return compressed(value)
    if isinstance(value, ak.Array):
        return awkward(value)
    if isinstance(value, np.ndarray):
        return array(value)
    if isinstance(value, str):
        return {"kind": "string", "value": str(value)}
    return scalar(value)


def entries(mapping) -> list:
    return [[key, describe(mapping[key])] for key in sorted(mapping, key=str.encode)]


def anndata_(adata: AnnData):
    made = {"kind": "anndata", "shape": list(adata.shape), "X": describe(adata.X)}
    made |= {"obs": describe(adata.obs), "var": describe(adata.var)}
    for slot in ("obsm", "varm", "obsp", "varp", "layers"):
        made[slot] = entries({k: v for k, v in getattr(adata, slot).items() if k is not None})
    raw: Raw | None = adata.raw
    if raw is not None:
        made["raw"] = {"X": describe(raw.X), "var": describe(raw.var), "varm": entries(dict(raw.varm))}
    else:
        made["raw"] = None
    made["uns"] = entries(dict(adata.uns))
    return made


def frame(df: pd.DataFrame):
    columns = [[name, in_frame(df.iloc[:, i]._values)] for i, name in enumerate(df.columns)]
    return {"kind": "frame", "index": in_frame(df.index._values), "indexName": df.index.name, "columns": columns}


def in_frame(value):
    """Text in frames; pandas makes it its own string type, except where there are no rows to infer that from."""
    made = describe(value)
    if made["kind"] == "array" and made["dtype"] == "string":
        return {"kind": "nullable-string-array", "naValue": "NaN", "values": made["values"]}
    return made


def extension(value):
    if isinstance(value, pd.Categorical):
        categories = describe(value.categories.to_numpy())
        return {"kind": "categorical", "codes": value.codes.tolist(), "categories": categories, "ordered": bool(value.ordered)}
    missing = np.asarray(value.isna())
    if isinstance(value.dtype, pd.StringDtype):
        marker = "NA" if value.dtype.na_value is pd.NA else "NaN"
        values = [None if m else str(v) for v, m in zip(value, missing, strict=True)]
        return {"kind": "nullable-string-array", "naValue": marker, "values": values}
    plain = array(value._data)
    values = [None if m else v for v, m in zip(plain["values"], missing, strict=True)]
    kind = "nullable-boolean" if plain["dtype"] == "bool" else "nullable-integer"
    return {"kind": kind, "dtype": plain["dtype"], "values": values}


def compressed(matrix):
    return {
        "kind": f"{matrix.format}_matrix", "shape": list(matrix.shape), "dtype": str(matrix.dtype.newbyteorder("=")),
        "data": array(matrix.data)["values"], "indices": matrix.indices.tolist(), "indptr": matrix.indptr.tolist(),
    }  # fmt: skip


def awkward(value):
    import awkward as ak

    form, length, buffers = ak.to_buffers(value)
    return {"kind": "awkward", "form": json.loads(form.to_json()), "length": length, "buffers": entries(dict(buffers))}


def array(value: np.ndarray):
    dtype = value.dtype
    if dtype.fields is not None:
        fields = [[name, array(np.asarray(value[name]))] for name in dtype.names]
        return {"kind": "records", "length": len(value), "fields": fields}
    flat = value.ravel()
    if dtype.kind in "OUTS":
        values, name = [v.decode() if isinstance(v, bytes) else str(v) for v in flat.tolist()], "string"
    else:
        values, name = [number(v, dtype) for v in flat.tolist()], str(dtype.newbyteorder("="))
    return {"kind": "array", "dtype": name, "shape": list(value.shape), "values": values}


def number(value, dtype: np.dtype):
    if dtype.kind == "c":
        return [real(value.real), real(value.imag)]
    if dtype.kind == "f":
        return real(value)
    return str(value) if dtype.itemsize == 8 else value


def real(value: float):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "-0" if value == 0 and math.copysign(1, value) < 0 else value


def scalar(value):
    if isinstance(value, bool | np.bool_):
        return {"kind": "boolean", "value": bool(value)}
    if isinstance(value, int | np.integer):
        return {"kind": "number", "value": str(int(value)) if abs(int(value)) > 2**53 - 1 else int(value)}
    if isinstance(value, float | np.floating):
        return {"kind": "number", "value": real(float(value))}
    if isinstance(value, complex | np.complexfloating):
        return {"kind": "complex", "value": [real(float(value.real)), real(float(value.imag))]}
    raise TypeError(f"no description for {type(value)}")


def main() -> None:
    paths = sys.argv[1:]
    strict = paths[0] == "--warnings-are-errors"
    warnings.simplefilter("error" if strict else "ignore")
    # anndata's own use of pandas, whatever the file
    warnings.filterwarnings("ignore", message="The 'future.infer_string' option is deprecated")
    # awkward arrays, whatever is in them
    warnings.filterwarnings("ignore", category=anndata.ExperimentalFeatureWarning)
    for path in paths[strict:]:
        print(json.dumps(describe(anndata.read_h5ad(path)), ensure_ascii=True))


if __name__ == "__main__":
    main()
