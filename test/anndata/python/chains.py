# SPDX-License-Identifier: BSD-3-Clause
"""Applies chains of subsetting and editing to AnnData files and writes what comes out.

Each line of standard input is {"source", "target", "ops"}, or {"left", "right"} to compare two files, which is answered
by {"difference"}; otherwise each line of output {"failed": index of the operation that
raised, or null, "error": its class, "limit": whether a package below could not do what was asked}. Nothing is written for a chain that fails.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
import warnings

import anndata
import numpy as np
import pandas as pd
from same import difference


def selector(spec: dict, frame: pd.DataFrame):
    match spec["kind"]:
        case "all":
            return slice(None)
        case "slice":
            return slice(spec["start"], spec["stop"], spec["step"])
        case "mask":
            return np.array(spec["value"], dtype=bool)
        case "array":
            return np.array(spec["value"], dtype=spec["dtype"])
        case "where":
            return frame[spec["column"]].isin(spec["value"]).to_numpy(dtype=bool)
        case _:
            return spec["value"]


def subset(adata, op: dict):
    return adata[selector(op["obs"], adata.obs), selector(op["var"], adata.var)]


def apply(adata, op: dict):
    match op["op"]:
        case "subset":
            return subset(adata, op)
        case "copy":
            return adata.copy()
        case "to_memory":
            return adata.to_memory()
        case "transpose":
            return adata.T
        case "inplace":
            adata = adata.copy() if not adata.is_view else adata
            frame = adata.obs if op["axis"] == "obs" else adata.var
            getattr(adata, f"_inplace_subset_{op['axis']}")(selector(op["selector"], frame))
        case "names":
            setattr(adata, f"{op['axis']}_names", op["value"])
        case "column":
            getattr(adata, op["axis"])[op["name"]] = np.array(op["value"], dtype="int64")
        case "X":
            adata.X = np.full(adata.shape, op["value"], dtype="float32")
        case "layer":
            adata.layers[op["name"]] = np.full(adata.shape, op["value"], dtype="float32")
        case "delete":
            for key in list(getattr(adata, op["slot"]))[:1]:
                if key is not None:
                    del getattr(adata, op["slot"])[key]
        case "uns":
            adata.uns[op["name"]] = op["value"]
        case "raw":
            adata.raw = adata.copy() if adata.is_view else adata
        case "raw_to_adata":
            return adata.raw.to_adata() if adata.raw is not None else adata
        case "raw_subset":
            if adata.raw is None:
                return adata
            rows, columns = selector(op["obs"], adata.obs), selector(op["var"], adata.raw.var)
            return adata.raw[rows, columns].to_adata()
        case other:
            raise NotImplementedError(other)
    return adata


def run(case: dict) -> dict:
    adata = anndata.read_h5ad(case["source"])
    # Copying makes Python's own complex numbers of NumPy's, which cannot be written.
    adata.uns.pop("scalars", None)
    for i, op in enumerate(case["ops"]):
        try:
            adata = apply(adata, op)
        except (IndexError, KeyError, ValueError, TypeError, pd.errors.InvalidIndexError) as error:
            return {"failed": i, "error": f"{type(error).__name__}: {error}"[:200], "limit": is_limit(error)}
    try:
        adata.write_h5ad(case["target"], convert_strings_to_categoricals=False)
    except (ValueError, TypeError, IndexError) as error:
        if not is_limit(error):
            raise
        return {"failed": None, "error": str(error), "limit": True}
    return {"failed": None, "error": None, "limit": False}


def is_limit(error: Exception) -> bool:
    """What SciPy or awkward cannot do and we can: slices with a step of float16, slices whose end lies before its start."""
    innermost = traceback.extract_tb(error.__traceback__)[-1].filename
    if "'NoneType' object is not subscriptable" in str(error):  # a part of a raw without X
        return True
    return any(f"{os.sep}{package}{os.sep}" in innermost for package in ("scipy", "awkward"))


def main() -> None:
    warnings.simplefilter("ignore")
    anndata.settings.allow_write_nullable_strings = True
    for line in sys.stdin:
        case = json.loads(line)
        if "left" in case:
            left, right = (anndata.read_h5ad(case[side]) for side in ("left", "right"))
            print(json.dumps({"difference": difference(left, right)}), flush=True)
        else:
            print(json.dumps(run(case)), flush=True)


if __name__ == "__main__":
    main()
