# SPDX-License-Identifier: BSD-3-Clause
"""Applies chains of subsetting and editing to AnnData files and writes what comes out.

Each line of standard input is {"source", "target", "root", "ops"}: what a chain gives is written to `target`, and what
its source then is to `root`; answered by {"failed": index of the operation that raised, or null, "error", "limit": the row
of docs/deviations.md for what cannot be done here, or null}. Nothing is written for a chain that fails.
Or it is {"left", "right"}: two files to compare, answered by {"difference", "excused": rows of docs/deviations.md}.
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
from same import Excuses, difference, excuse
from scipy import sparse


def selector(spec: dict, frame: pd.DataFrame):
    match spec["kind"]:
        case "all":
            return slice(None)
        case "slice":
            return slice(spec["start"], spec["stop"], spec["step"])
        case "mask":
            values = np.array(spec["value"], dtype=bool)
            match spec["form"]:
                case "list":
                    return spec["value"]
                case "vector":
                    return pd.Series(values)
                case "column":
                    return values[:, None]
                case "sparse":
                    return sparse.csr_matrix(values[:, None])
            return values
        case "names":
            return pd.Index(spec["value"], dtype="str")
        case "array":
            return np.array(spec["value"], dtype=spec["dtype"])
        case "where":
            return frame[spec["column"]].isin(spec["value"]).to_numpy(dtype=bool)
        case _:
            return spec["value"]


def own_containers(value):
    return {key: own_containers(each) for key, each in value.items()} if isinstance(value, dict) else value


def not_last(position, length: int):
    """Another name of the last position, which `raw` takes for none: row raw-last of docs/deviations.md."""
    return length - 1 if isinstance(position, int) and position == -1 else position


def subset(adata, op: dict):
    return adata[selector(op["obs"], adata.obs), selector(op["var"], adata.var)]


def apply(adata, op: dict, root):
    match op["op"]:
        case "root":
            apply(root, op["edit"], root)
        case "subset":
            return subset(adata, op)
        case "copy":
            return adata.copy()
        case "to_memory":
            return adata.to_memory()
        case "transpose":
            made = adata.T
            # Shared with the object it was made of: row transpose-uns of docs/deviations.md.
            made.uns = own_containers(adata.uns)
            return made
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
            pairs = ((op["obs"], adata.obs), (op["var"], adata.raw.var))
            rows, columns = (not_last(selector(spec, frame), len(frame)) for spec, frame in pairs)
            return adata.raw[rows, columns].to_adata()
        case other:
            raise NotImplementedError(other)
    return adata


def run(case: dict) -> dict:
    root = adata = anndata.read_h5ad(case["source"])
    # Copying makes Python's own complex numbers of NumPy's, which cannot be written.
    adata.uns.pop("scalars", None)
    for i, op in enumerate(case["ops"]):
        try:
            adata = apply(adata, op, root)
        except (IndexError, KeyError, ValueError, TypeError, AttributeError, NotImplementedError, pd.errors.InvalidIndexError) as error:
            return {"failed": i, "error": f"{type(error).__name__}: {error}"[:200], "limit": limit_of(error)}
    try:
        adata.write_h5ad(case["target"], convert_strings_to_categoricals=False)
        root.write_h5ad(case["root"], convert_strings_to_categoricals=False)
    except (ValueError, TypeError, IndexError, AttributeError, NotImplementedError) as error:
        limit = limit_of(error)
        if limit is None:
            raise
        return {"failed": None, "error": str(error), "limit": limit}
    return {"failed": None, "error": None, "limit": None}


def limit_of(error: Exception) -> str | None:
    """The row for what cannot be done here and can be in Node."""
    innermost = traceback.extract_tb(error.__traceback__)[-1].filename
    if "'NoneType' object is not subscriptable" in str(error) or "'NoneType' object has no attribute 'copy'" in str(error):
        return excuse("raw-without-X")
    if "Cannot create a view of an awkward array" in str(error):
        return excuse("awkward-parameters")
    if "value.index does not match parent" in str(error):
        return excuse("S3-views")
    if "array([], dtype=float64) has floating point values" in str(error):
        return excuse("I9-empty")
    if any(f"{os.sep}{package}{os.sep}" in innermost for package in ("scipy", "awkward")):
        return excuse("slice-limits")
    return None


def compare(left: str, right: str, excuses: Excuses) -> str | None:
    """The first difference of two files, the left one written by Python itself."""
    ours = anndata.read_h5ad(right)
    try:
        theirs = anndata.read_h5ad(left)
    except ValueError as error:
        if "value.index does not match" not in str(error):
            raise
        # Names set on a view do not reach the frames in its obsm.
        excuses.add(excuse("S3-views"))
        return None
    return difference(theirs, ours, excuses)


def main() -> None:
    warnings.simplefilter("ignore")
    anndata.settings.allow_write_nullable_strings = True
    for line in sys.stdin:
        case = json.loads(line)
        if "left" in case:
            excuses: Excuses = set()
            found = compare(case["left"], case["right"], excuses)
            print(json.dumps({"difference": found, "excused": sorted(excuses)}), flush=True)
        else:
            print(json.dumps(run(case)), flush=True)


if __name__ == "__main__":
    main()
