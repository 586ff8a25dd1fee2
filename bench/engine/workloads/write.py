# SPDX-License-Identifier: BSD-3-Clause
import os
from contextlib import contextmanager

import anndata


@contextmanager
def prepare(request):
    adata = anndata.read_h5ad(request["file"])
    if os.path.exists(request["out"]):
        os.remove(request["out"])
    yield lambda: adata.write_h5ad(request["out"], compression=request["compression"])


def facts(request, result):
    return {"size": os.path.getsize(request["out"])}
