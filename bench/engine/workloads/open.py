# SPDX-License-Identifier: BSD-3-Clause
from contextlib import contextmanager

import anndata
import h5py
from canonical import categorical_parts, sparse_parts


@contextmanager
def prepare(request):
    with h5py.File(request["file"]) as file:
        name = file["obs/_index"].asstr()[request["position"]]

    def work():
        adata = anndata.read_h5ad(request["file"], backed="r")
        try:
            result = {"shape": adata.shape, "columns": list(adata.obs.columns)}
            if request["then"]:
                result |= {"column": adata.obs["group3"].array, "row": adata[name].X}
            return result
        finally:
            adata.file.close()

    yield work


def parts(request, result):
    found = {"table": list(result["shape"]), "columns": result["columns"]}
    if request["then"]:
        found |= categorical_parts(result["column"]) | sparse_parts(result["row"])
    return found
