# SPDX-License-Identifier: BSD-3-Clause
"""The Python twin of concat.mjs: the same objects, joined by anndata.concat."""

import sys

import anndata
import pandas as pd
import scipy.sparse as sp
from twin import load, serve

folder = sys.argv[1]
rows, columns, count, shift = map(int, sys.argv[2:])


def names(prefix, length, first):
    return pd.DataFrame(index=[f"{prefix}{first + i}" for i in range(length)])


def made(ahead):
    return [anndata.AnnData(m, obs=names("c", rows, k * rows), var=names("g", columns, k * ahead)) for k in range(count)]


def arrays(result):
    X = result.X.sorted_indices()
    return X.data, X.indices.astype("int32"), X.indptr.astype("int32")


parts = load(folder, "data", "float32"), load(folder, "indices"), load(folder, "indptr")
m = sp.csr_matrix(parts, shape=(rows, columns))
overlapping, alike = made(shift), made(0)
tasks = {
    "inner": (None, lambda _: anndata.concat(overlapping, join="inner")),
    "outer": (None, lambda _: anndata.concat(overlapping, join="outer")),
    "alike": (None, lambda _: anndata.concat(alike, join="inner")),
}
serve(tasks, arrays)
