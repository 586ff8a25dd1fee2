# SPDX-License-Identifier: BSD-3-Clause
"""What Python's concat makes of two files: concat_cases.py A B FOLDER"""

import sys
from pathlib import Path

import anndata as ad

first, second, folder = sys.argv[1:]
files = [ad.read_h5ad(first), ad.read_h5ad(second)]
calls = {
    "outer": {
        "join": "outer",
        "merge": "first",
        "uns_merge": "unique",
        "label": "sample",
        "keys": ["x", "y"],
        "index_unique": "-",
        "fill_value": -1,
        "pairwise": True,
    },
    "inner": {},
    "var": {"axis": "var", "keys": ["x", "y"], "index_unique": "_"},
}
for name, options in calls.items():
    joined = ad.concat(files, **options)
    # Outer joins widen (docs/deviations.md).
    joined.X = joined.X.astype("float32")
    joined.write_h5ad(Path(folder) / f"{name}-python.h5ad")
