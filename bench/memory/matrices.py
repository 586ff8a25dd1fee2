# SPDX-License-Identifier: BSD-3-Clause
"""The Python twin of matrices.mjs: the same work by scipy."""

import sys

import scipy.sparse as sp
from twin import load, serve

folder, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
parts = load(folder, "data", "float32"), load(folder, "indices"), load(folder, "indptr")
m = sp.csr_matrix(parts, shape=(rows, columns))
tenth, shuffled, genes = (load(folder, name) for name in ("tenth", "shuffled", "genes"))


def arrays(result):
    if sp.issparse(result):
        return result.data, result.indices.astype("int32"), result.indptr.astype("int32")
    return (result,)


tasks = {
    "rows": lambda _: m[tenth],
    "shuffled": lambda _: m[shuffled],
    "columns": lambda _: m[:, genes],
    "both": lambda _: m[tenth][:, genes],
    "toCsc": lambda _: m.tocsc(),
    "sum0": lambda _: m.sum(axis=0),
    "sum1": lambda _: m.sum(axis=1),
}
serve({name: (None, work) for name, work in tasks.items()}, arrays)
