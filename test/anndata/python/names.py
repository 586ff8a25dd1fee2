# SPDX-License-Identifier: BSD-3-Clause
"""What anndata makes of names and of columns of text: JSON cases on stdin, JSON answers on stdout."""

import json
import sys
import warnings

import numpy as np
import pandas as pd
from anndata import AnnData


def plain(values):
    return [None if pd.isna(v) else v for v in values]


def answer(case):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        adata = AnnData(shape=(len(case["names"]), 1))
        adata.obs_names = pd.Index(case["names"], dtype="str")
        caught.clear()
        adata.obs_names_make_unique(case["join"])
        warned = [w.category.__name__ for w in caught]
    column = pd.Series(case["names"], index=adata.obs_names, dtype="str")
    frame = pd.DataFrame({"text": column.to_numpy()})
    adata.strings_to_categoricals(frame)
    converted = None
    if isinstance(frame["text"].dtype, pd.CategoricalDtype):
        categories = frame["text"].cat
        converted = [categories.categories.tolist(), categories.codes.tolist(), str(categories.codes.dtype)]
    return [plain(adata.obs_names), warned, converted]


print(json.dumps([answer(case) for case in json.load(sys.stdin)]))
