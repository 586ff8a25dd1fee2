# SPDX-License-Identifier: BSD-3-Clause
"""Answers questions about sparse matrices with scipy: one JSON object a line in, one out."""

import json
import sys
import warnings

import numpy as np
import scipy.sparse as sp

warnings.simplefilter("ignore")


def numbers(texts, dtype):
    if dtype == "bool":
        return np.array([t == "1" for t in texts], dtype=bool)
    if dtype.startswith("complex"):
        flat = np.array([float(t) for t in texts], dtype="float64")
        return flat.view("complex128").astype(dtype)
    kind = int if "int" in dtype else float
    return np.array([kind(t) for t in texts], dtype=dtype)


def texts(array):
    flat = np.ravel(np.asarray(array))
    if flat.dtype.kind == "c":
        return [repr(float(p)) for z in flat for p in (z.real, z.imag)]
    if flat.dtype.kind == "b":
        return [str(int(v)) for v in flat]
    if flat.dtype.kind == "f":
        return [repr(float(v)) for v in flat]
    return [str(int(v)) for v in flat]


def matrix(m):
    dtype = "float32" if m["dtype"] == "float16" else m["dtype"]
    cls = sp.csr_array if m["format"] == "csr" else sp.csc_array
    parts = (numbers(m["data"], dtype), np.array(m["indices"], "int32"), np.array(m["indptr"], "int32"))
    return cls(parts, shape=tuple(m["shape"]))


def described(value):
    if sp.issparse(value):
        return {
            "format": value.format,
            "shape": list(value.shape),
            "dtype": str(value.dtype),
            "data": texts(value.data),
            "indices": [int(i) for i in value.indices],
            "indptr": [int(i) for i in value.indptr],
        }
    if isinstance(value, bool):
        return value
    array = np.asarray(value)
    return {"shape": list(array.shape), "dtype": str(array.dtype), "data": texts(array)}


def answer(question):
    op, ms = question["op"], [matrix(m) for m in question["matrices"]]
    m = ms[0]
    if op == "subset":
        rows, columns = question["rows"], question["columns"]
        if rows is not None:
            m = m[np.array(rows, dtype="int64"), :]
        if columns is not None:
            m = m[:, np.array(columns, dtype="int64")]
        return m
    if op == "toCsr":
        return m.tocsr()
    if op == "toCsc":
        return m.tocsc()
    if op == "toDense":
        return m.toarray()
    if op == "sum" and question["axis"] is None:
        # m.sum() adds entries at one place in their own narrow type first (two True are one); sums along an axis do not.
        return np.sum(m.sum(axis=0))
    if op in ("sum", "mean"):
        return getattr(m, op)(axis=question["axis"])
    if op == "sortIndices":
        return m.sorted_indices()
    if op == "sumDuplicates":
        m = m.copy()
        m.sum_duplicates()
        return m
    if op in ("vstack", "hstack"):
        return getattr(sp, op)(ms, format=question["format"])
    raise ValueError(op)


for line in sys.stdin:
    print(json.dumps(described(answer(json.loads(line)))), flush=True)
