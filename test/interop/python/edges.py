# SPDX-License-Identifier: BSD-3-Clause
"""Values that Node cannot keep exactly as they were, and what has become of them.

usage: edges.py make FILE          writes an AnnData that holds them
       edges.py check FILE COPY    prints a JSON line for each that is not what it should have become
"""

from __future__ import annotations

import json
import sys
import warnings

import anndata
import hdf5plugin  # noqa: F401  copies may be compressed with zstd
import numpy as np
import pandas as pd
from anndata import AnnData

LONG = np.dtype("longdouble")


def make(path: str) -> None:
    obs = pd.DataFrame({"long": np.arange(3).astype(LONG) / 4, "group": ["a", "b", "a"]}, index=["x", "y", "z"])
    records = np.array([(b"ab", 1.5), (b"", 2.5)], [("bytes", "S2"), ("long", LONG)])
    uns = {
        "bytes": np.array([b"ab", b"", b"\xc3\xa9"], "S2"),
        "grid": np.array([[b"a", b"b"], [b"c", b""]], "S1"),
        "long": np.arange(4).astype(LONG) / 4,
        "long_complex": (np.arange(4).reshape(2, 2) * (0.5 + 2j)).astype("clongdouble"),
        "long_scalar": LONG.type(1.25),
        "records": records,
    }
    AnnData(np.arange(6).reshape(3, 2).astype(LONG), obs=obs, uns=uns).write_h5ad(path)


def expected(original: AnnData) -> dict:
    uns = original.uns
    text = np.vectorize(lambda b: b.decode(), otypes=[object])
    return {
        "X": original.X.astype("float64"),
        "obs/long": original.obs["long"].to_numpy().astype("float64"),
        "obs/group": np.array(["a", "b", "a"], object),
        "uns/bytes": text(uns["bytes"]),
        "uns/grid": text(uns["grid"]),
        "uns/long": uns["long"].astype("float64"),
        "uns/long_complex": uns["long_complex"].astype("complex128"),
        "uns/long_scalar": np.float64(1.25),
        "uns/records": np.array([("ab", 1.5), ("", 2.5)], [("bytes", "O"), ("long", "f8")]),
    }


def check(source: str, copy: str) -> None:
    original, found = anndata.read_h5ad(source), anndata.read_h5ad(copy)
    for key, value in expected(original).items():
        slot, _, name = key.partition("/")
        other = getattr(found, slot)[name] if name else getattr(found, slot)
        want, have = np.asarray(value), np.asarray(other)
        if (want.dtype, want.shape) != (have.dtype, have.shape) or not np.array_equal(want, have):
            print(json.dumps({"key": key, "expected": repr(value), "found": repr(other)}))


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        {"make": make, "check": check}[sys.argv[1]](*sys.argv[2:])
