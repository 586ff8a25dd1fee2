# SPDX-License-Identifier: BSD-3-Clause
"""The public names of anndata, as JSON: heading of docs/api-coverage.md -> names."""

import inspect
import json

import anndata
import anndata.acc
import anndata.experimental
import anndata.io
from anndata._core import aligned_mapping


def public(*owners):
    return sorted({name for owner in owners for name in dir(owner) if not name.startswith("_")})


parameters = list(inspect.signature(anndata.AnnData.__init__).parameters)[1:]
mappings = [aligned_mapping.AxisArrays, aligned_mapping.PairwiseArrays, aligned_mapping.Layers]
names = {
    "Module": anndata.__all__,
    "Constructor": parameters,
    "AnnData": public(anndata.AnnData),
    "Aligned mappings": public(*mappings),
    "Raw": public(anndata.Raw),
    "concat": [name for name in inspect.signature(anndata.concat).parameters if name != "adatas"],
    "io": anndata.io.__all__,
    "experimental": anndata.experimental.__all__,
    "acc": anndata.acc.__all__,
    "settings": list(type(anndata.settings).model_fields),
}
print(json.dumps(names))
