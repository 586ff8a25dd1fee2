# SPDX-License-Identifier: BSD-3-Clause
"""The Python twin of write.mjs: makes the counts both sides write, writes them, and compares the files."""

import hashlib
import json
import os
import sys
import time
import warnings

import anndata
import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp

warnings.simplefilter("ignore")
folder, cells, genes, per_cell = sys.argv[1], *map(int, sys.argv[2:])


def counts(seed=0, block=1000):
    """Counts of genes that differ by orders of magnitude in popularity, in cells of different depth."""
    rng = np.random.default_rng(seed)
    popularity = rng.lognormal(0, 2.2, genes)
    popularity /= popularity.mean()
    depth = rng.lognormal(0, 0.35, cells).astype("float32")
    low, high = 1e-6, 1e4
    for _ in range(60):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if (1 - np.exp(-middle * popularity)).sum() < per_cell else (low, middle)
    rate = (middle * popularity).astype("float32")
    data, indices, lengths = [], [], []
    for first in range(0, cells, block):
        expected = depth[first : first + block, None] * rate
        hit = rng.random(expected.shape, dtype="float32") < -np.expm1(-expected)
        found = expected[hit]
        data.append((1 + rng.poisson(0.5 * found * rng.gamma(1.0, 1.0, found.size))).astype("float32"))
        indices.append(np.nonzero(hit)[1].astype("int32"))
        lengths.append(hit.sum(1))
    indptr = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype("int32")
    return np.concatenate(data), np.concatenate(indices), indptr


parts = ["data", "indices", "indptr"]
paths = [os.path.join(folder, f"{part}-{cells}-{genes}-{per_cell}") for part in parts]
if not all(map(os.path.exists, paths)):
    for path, array in zip(paths, counts()):
        array.tofile(path)
arrays = [np.fromfile(path, dtype) for path, dtype in zip(paths, ["float32", "int32", "int32"])]
adata = anndata.AnnData(
    sp.csr_matrix(tuple(arrays), shape=(cells, genes)),
    obs=pd.DataFrame(index=[f"cell{i}" for i in range(cells)]),
    var=pd.DataFrame(index=[f"gene{i}" for i in range(genes)]),
)


def status(name):
    with open("/proc/self/status") as file:
        return next((int(line.split()[1]) for line in file if line.startswith(name)), 0) / 1024


def write(path, compression):
    if os.path.exists(path):
        os.remove(path)
    os.sync()
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    before = status("VmRSS")
    start, cpu = time.perf_counter(), time.process_time()
    adata.write_h5ad(path, compression=compression)
    return {
        "ms": (time.perf_counter() - start) * 1000,
        "cpu": (time.process_time() - cpu) * 1000,
        "memory": status("VmHWM") - before,
        "bytes": os.path.getsize(path),
    }


def digest(path):
    """What h5py reads of X, and the names."""
    found = hashlib.sha256()
    with h5py.File(path) as file:
        for part in parts:
            dataset = file["X"][part]
            found.update(f"{part} {dataset.shape} {dataset.dtype} {dataset.maxshape}".encode())
            found.update(dataset[:])
        for axis in ["obs", "var"]:
            found.update("\n".join(anndata.io.read_elem(file[axis]).index).encode())
    return {"digest": found.hexdigest()}


print(json.dumps({"ready": [*map(len, arrays)], "paths": paths}), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    answer = digest(question["path"]) if question["op"] == "digest" else write(question["path"], question["compression"])
    print(json.dumps(answer), flush=True)
