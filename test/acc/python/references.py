# SPDX-License-Identifier: BSD-3-Clause
"""What anndata.acc makes of texts, of JSON and of an object: questions as JSON on stdin, answers on stdout."""

import json
import sys
import warnings

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from anndata.acc import A

warnings.simplefilter("ignore")


def made(make):
    try:
        ref = make()
    except (ValueError, AssertionError):
        return "error"
    if ref is None:
        return None
    dims = getattr(ref, "dims", None)
    return [repr(ref), A.to_json(ref), sorted(dims) if not callable(dims) else None]


names = ["c", "d e", "é"]
genes = ["g", "h,i"]
adata = AnnData(
    np.arange(6.0, dtype="f4").reshape(3, 2),
    obs=pd.DataFrame({"k": [1, 2, 3], "a.b": ["x", "y", "x"]}, index=names),
    var=pd.DataFrame(index=genes),
    layers={"s": sp.csr_matrix(np.arange(6).reshape(3, 2))},
    obsm={"m": np.arange(6).reshape(3, 2), "s": sp.csc_array(np.eye(3))},
    obsp={"g": sp.csr_array(np.arange(9).reshape(3, 3)), "d": np.arange(9.0).reshape(3, 3)},
)


def values(spec):
    try:
        ref = A.resolve(spec)
        found = adata[ref]
    except (ValueError, KeyError, IndexError):
        return ["error", spec_in(spec)]
    if sp.issparse(found):
        found = found.toarray()
    return [np.asarray(found).tolist(), ref in adata]


def spec_in(spec):
    ref = A.resolve(spec, strict=False)
    return ref is not None and ref in adata


asked = json.load(sys.stdin)
json.dump(
    {
        "specs": [[made(lambda: A.resolve(s, vec=vec)) for vec in (None, True, False)] for s in asked["specs"]],
        "json": [[made(lambda: A.from_json(j, vec=vec)) for vec in (None, True, False)] for j in asked["json"]],
        "values": [values(s) for s in asked["values"]],
    },
    sys.stdout,
)
