# SPDX-License-Identifier: BSD-3-Clause
"""The Python twin of matrices.mjs: the same work by scipy, timed."""

import hashlib
import json
import os
import sys
import time

import numpy as np
import scipy.sparse as sp

folder, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def load(name, dtype="int32"):
    return np.fromfile(os.path.join(folder, name), dtype)


m = sp.csr_matrix((load("data", "float32"), load("indices"), load("indptr")), shape=(rows, columns))
tenth, shuffled, genes = load("tenth"), load("shuffled"), load("genes")
tasks = {
    "rows": lambda: m[tenth],
    "shuffled": lambda: m[shuffled],
    "columns": lambda: m[:, genes],
    "both": lambda: m[tenth][:, genes],
    "toCsc": lambda: m.tocsc(),
    "sum0": lambda: m.sum(axis=0),
    "sum1": lambda: m.sum(axis=1),
}


def hash_of(result):
    digest = hashlib.sha256()
    if sp.issparse(result):
        digest.update(result.data.tobytes())
        digest.update(result.indices.astype("int32").tobytes())
        digest.update(result.indptr.astype("int32").tobytes())
    else:
        digest.update(np.ascontiguousarray(result).tobytes())
    return digest.hexdigest()


for line in sys.stdin:
    question = json.loads(line)
    start = time.perf_counter()
    result = tasks[question["op"]]()
    ms = (time.perf_counter() - start) * 1000
    answer = {"ms": ms}
    if question["hash"]:
        answer["hash"] = hash_of(result)
    del result
    print(json.dumps(answer), flush=True)
