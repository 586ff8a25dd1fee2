# SPDX-License-Identifier: BSD-3-Clause
"""
Statistics of matrices in files by NumPy, and groups of observations by scanpy: one JSON object a line in, one out.

  {file, key, rows, columns, ddof}    statistics of both axes; rows and columns are positions or null
  {file, by, funcs, layer, dof}       scanpy.get.aggregate
"""

import json
import sys
import warnings

import anndata
import numpy as np
import scanpy

warnings.simplefilter("ignore")


def texts(array):
    array = np.asarray(array)
    return [repr(float(v)) if array.dtype.kind == "f" else str(int(v)) for v in array.ravel()]


def column(array):
    return {"dtype": str(array.dtype), "data": texts(array)}


def statistics(q):
    adata = anndata.read_h5ad(q["file"])
    x = {"X": lambda: adata.X, "raw/X": lambda: adata.raw.X}.get(q["key"], lambda: adata.layers[q["key"][7:]])()
    x = x if isinstance(x, np.ndarray) else x.toarray()
    x = x if q["rows"] is None else x[q["rows"]]
    x = x if q["columns"] is None else x[:, q["columns"]]
    stored, x = x, x.astype("float64") if x.dtype.kind == "f" else x
    answer = {}
    for name, axis in [("var", 0), ("obs", 1)]:
        answer[name] = {
            "sum": column(x.sum(axis=axis)),
            "mean": column(x.mean(axis=axis)),
            "variance": column(x.astype("float64").var(axis=axis, ddof=q["ddof"])),
            "nonzero": column((x != 0).sum(axis=axis)),
        }
        if x.shape[axis] > 0:
            answer[name].update(min=column(stored.min(axis=axis)), max=column(stored.max(axis=axis)))
    return answer


def aggregated(q):
    adata = anndata.read_h5ad(q["file"])
    found = scanpy.get.aggregate(adata, q["by"], q["funcs"], layer=q["layer"], dof=q["dof"])
    return {
        "names": list(found.obs_names),
        "vars": list(found.var_names),
        "var": list(found.var.columns),
        "obs": {name: [str(v) for v in found.obs[name]] for name in found.obs},
        "categories": {name: [str(c) for c in found.obs[name].cat.categories] for name in q["by"]},
        "layers": {name: column(layer) for name, layer in found.layers.items()},
    }


for line in sys.stdin:
    q = json.loads(line)
    print(json.dumps(aggregated(q) if "by" in q else statistics(q)), flush=True)
