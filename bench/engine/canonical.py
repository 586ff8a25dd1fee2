# SPDX-License-Identifier: BSD-3-Clause
"""Results as named parts that every side can make in the same form; canonical.mjs is the twin."""

import hashlib
import json

import numpy as np


def sparse_parts(matrix):
    return {
        "shape": [int(n) for n in matrix.shape],
        "data": matrix.data,
        "indices": matrix.indices.astype("int32", copy=False),
        "indptr": matrix.indptr.astype("float64"),
    }


def text_parts(values):
    encoded = [str(v).encode() for v in values]
    offsets = np.concatenate([[0], np.cumsum([len(e) for e in encoded], dtype="float64")])
    return {"offsets": offsets, "bytes": np.frombuffer(b"".join(encoded), "uint8")}


def categorical_parts(values):
    return {"codes": values.codes.astype("int32"), "categories": [str(c) for c in values.categories]}


def digest(parts):
    result = hashlib.sha256()
    for name, value in parts.items():
        if isinstance(value, np.ndarray):
            value = np.ascontiguousarray(value)
            result.update(f"{name}:{value.dtype.kind}{value.dtype.itemsize}:{len(value)}\n".encode())
            result.update(value.data)
        else:
            result.update(f"{name}:{json.dumps(value, separators=(',', ':'), ensure_ascii=False)}\n".encode())
    return result.hexdigest()
