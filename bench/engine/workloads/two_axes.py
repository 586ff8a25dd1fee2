# SPDX-License-Identifier: BSD-3-Clause
from contextlib import contextmanager

import anndata
import numpy as np
from canonical import sparse_parts


@contextmanager
def prepare(request):
    adata = anndata.read_h5ad(request["file"], backed="r")
    rows, genes = np.array(request["rows"]), np.array(request["genes"])
    X = adata.X
    try:
        if request["way"] == "subset":
            yield lambda: adata[rows, genes].X
        else:
            yield lambda: X[rows][:, genes]
    finally:
        adata.file.close()


def parts(request, result):
    result.sort_indices()
    return sparse_parts(result)
