# SPDX-License-Identifier: BSD-3-Clause
"""
Rows of a file as Python sees them, digested: rows.py FILE < [[row, …], …] > one line per list: hashes of X, a layer, obsm, and codes.
"""

import hashlib
import json
import sys
import warnings

import anndata
import numpy as np
from scipy import sparse

warnings.simplefilter("ignore")


def digest(matrix):
    dense = matrix.toarray() if sparse.issparse(matrix) else np.asarray(matrix)
    return hashlib.sha1(np.ascontiguousarray(dense, dtype="float32").tobytes()).hexdigest()


adata = anndata.read_h5ad(sys.argv[1])
for rows in json.load(sys.stdin):
    part = adata[rows]
    codes = adata.obs["kind"].astype("category").cat.codes.to_numpy()[rows]
    print(
        json.dumps(
            {
                "X": digest(part.X),
                "layers": {name: digest(part.layers[name]) for name in ("rows", "columns", "counts")},
                "pca": digest(part.obsm["X_pca"]),
                "kind": codes.tolist(),
                "depth": part.obs["depth"].tolist(),
            }
        )
    )
