# SPDX-License-Identifier: BSD-3-Clause
from contextlib import contextmanager

import anndata
import numpy as np
from canonical import sparse_parts


@contextmanager
def prepare(request):
    adata = anndata.read_h5ad(request["file"], backed="r")
    rows = np.array(request["rows"])
    X = adata.X
    try:
        yield lambda: X[rows]
    finally:
        adata.file.close()


def parts(request, result):
    return sparse_parts(result)
