# SPDX-License-Identifier: BSD-3-Clause
"""The Python twin of names.mjs: the same names looked up through anndata, and by pandas alone."""

import os
import sys

import anndata
import numpy as np
import pandas as pd
import scipy.sparse as sp
from twin import serve

folder = sys.argv[1]


def lines(name):
    with open(os.path.join(folder, name)) as file:
        return file.read().split("\n")


names, wanted = lines("names"), lines("wanted")
# One row that says where each name stands.
places = np.arange(len(names))
X = sp.csr_matrix((places.astype("float64"), places.astype("int32"), np.array([0, len(names)], "int32")))


def fresh():
    return pd.Index(names)


def arrays(result):
    if isinstance(result, np.ndarray):
        return (result.astype("float64"),)
    return (result.X.toarray(),)


def made(index):
    return anndata.AnnData(X, obs=pd.DataFrame(index=["cell"]), var=pd.DataFrame(index=index))


adata = made(fresh())
index = fresh()
index.get_indexer(wanted)
adata[:, wanted]
tasks = {
    "view": (None, lambda _: adata[:, wanted]),
    "indexer": (None, lambda _: index.get_indexer(wanted)),
    "coldView": (fresh, lambda own: made(own)[:, wanted]),
    "coldIndexer": (fresh, lambda own: own.get_indexer(wanted)),
}
serve(tasks, arrays)
