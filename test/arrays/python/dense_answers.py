# SPDX-License-Identifier: BSD-3-Clause
"""Answers questions about dense arrays with NumPy: one JSON object a line in, one out."""

import json
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")


def texts(array):
    flat = np.ravel(array)
    if flat.dtype.kind == "c":
        return [repr(float(p)) for z in flat for p in (z.real, z.imag)]
    return [repr(float(v)) if flat.dtype.kind == "f" else str(int(v)) for v in flat]


for line in sys.stdin:
    q = json.loads(line)
    slots = 2 if q["dtype"].startswith("complex") else 1
    flat = np.array(q["data"], dtype="float64")
    flat = flat.view("complex128") if slots == 2 else flat
    a = flat.astype("float32" if q["dtype"] == "float16" else q["dtype"]).reshape(q["shape"])
    a = a[tuple(slice(*r) if isinstance(r, list) else slice(None) if r is None else r for r in q["ranges"])]
    out = {}
    for name, axis in [("all", None)] + [(str(i), i) for i in range(a.ndim)]:
        total = np.asarray(a.sum(axis=axis))
        out[name] = {"dtype": str(total.dtype), "shape": list(total.shape), "data": texts(total)}
    mean = np.asarray(a.mean())
    out["mean"] = {"dtype": str(mean.dtype), "data": texts(mean)}
    print(json.dumps({"part": {"shape": list(a.shape), "data": texts(a)}, **out}), flush=True)
