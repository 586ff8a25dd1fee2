# SPDX-License-Identifier: BSD-3-Clause
"""What NumPy says of a file: stats.py FILE (JSON: matrix -> statistic -> numbers)"""

import json
import sys

import anndata as ad
import numpy as np

adata = ad.read_h5ad(sys.argv[1])
X = np.asarray(adata.X, dtype="float64")
raw = adata.raw.X.toarray().astype("float64")


def of(values: np.ndarray, axis: int) -> dict[str, list[float]]:
    return {
        "sum": values.sum(axis).tolist(),
        "mean": values.mean(axis).tolist(),
        "variance": values.var(axis, ddof=1).tolist(),
        "nonzero": np.count_nonzero(values, axis).tolist(),
        "min": values.min(axis).tolist(),
        "max": values.max(axis).tolist(),
    }


print(json.dumps({"var": of(X, 0), "obs": of(X, 1), "raw": of(raw, 0)}))
