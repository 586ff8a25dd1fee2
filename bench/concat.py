# SPDX-License-Identifier: BSD-3-Clause
"""The Python twin of concat.mjs: the same objects, joined by anndata.concat."""

import json
import os
import sys
import time

import anndata
import numpy as np
import pandas as pd
import scipy.sparse as sp

folder = sys.argv[1]
rows, columns, count, shift = map(int, sys.argv[2:])


def load(name, dtype="int32"):
    return np.fromfile(os.path.join(folder, name), dtype)


def names(prefix, length, first):
    return pd.DataFrame(index=[f"{prefix}{first + i}" for i in range(length)])


m = sp.csr_matrix((load("data", "float32"), load("indices"), load("indptr")), shape=(rows, columns))
objects = [
    anndata.AnnData(m, obs=names("c", rows, k * rows), var=names("g", columns, k * shift)) for k in range(count)
]

for line in sys.stdin:
    question = json.loads(line)
    start = time.perf_counter()
    X = anndata.concat(objects, join=question["join"]).X
    answer = {"ms": (time.perf_counter() - start) * 1000}
    if question["summary"]:
        data = X.data.astype("float64")
        row = np.repeat(np.arange(X.shape[0]) % 7, np.diff(X.indptr))
        answer["summary"] = [*X.shape, X.nnz, int(data.sum()), int((data * (X.indices + row)).sum())]
    del X
    print(json.dumps(answer), flush=True)
