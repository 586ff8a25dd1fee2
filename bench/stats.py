# SPDX-License-Identifier: BSD-3-Clause
"""
The Python side of bench/stats.mjs: a line of JSON in, one out. Mean and variance of each gene of a file's X, read backed by anndata in
chunks of rows: sums and sums of squares by scipy, in float64.
"""

import json
import sys
import time

import anndata
import numpy as np

rows = 6000


def moments(path, axis):
    adata = anndata.read_h5ad(path, backed="r")
    n_obs, n_vars = adata.shape
    if axis == "var":
        total, squares = np.zeros(n_vars), np.zeros(n_vars)
        for chunk, _, _ in adata.chunked_X(rows):
            total += np.asarray(chunk.sum(axis=0, dtype="float64")).ravel()
            chunk.data **= 2
            squares += np.asarray(chunk.sum(axis=0, dtype="float64")).ravel()
        mean = total / n_obs
        result = mean, (squares / n_obs - mean**2) * (n_obs / (n_obs - 1))
    else:
        total, found = np.zeros(n_obs), np.zeros(n_obs)
        for chunk, start, end in adata.chunked_X(rows):
            total[start:end] = np.asarray(chunk.sum(axis=1, dtype="float64")).ravel()
            found[start:end] = chunk.getnnz(axis=1)
        result = total, found
    adata.file.close()
    return result


for line in sys.stdin:
    q = json.loads(line)
    start = time.perf_counter()
    result = moments(q["file"], q["axis"])
    ms = (time.perf_counter() - start) * 1000
    answer = {"ms": ms}
    if q["check"]:
        answer["result"] = [r.tolist() for r in result]
    print(json.dumps(answer), flush=True)
