# SPDX-License-Identifier: BSD-3-Clause
"""A file of 10 GB for `anndata info`: a million cells, 30 columns, 1.25 billion entries of which only the last are written."""
import sys

import h5py
import numpy as np

cells, genes, entries = 1_000_000, 30_000, 1_250_000_000


def encoded(item, encoding, version):
    item.attrs["encoding-type"], item.attrs["encoding-version"] = encoding, version
    return item


with h5py.File(sys.argv[1], "w") as file:
    encoded(file, "anndata", "0.1.0")
    x = encoded(file.create_group("X"), "csr_matrix", "0.1.0")
    x.attrs["shape"] = np.array([cells, genes])
    for name, dtype in (("data", "f4"), ("indices", "i4")):
        x.create_dataset(name, shape=(entries,), dtype=dtype)[-1] = 1
    x["indptr"] = np.linspace(0, entries, cells + 1).astype("i8")
    for name, rows, columns in (("obs", cells, 30), ("var", genes, 0)):
        names = [f"c{i}" for i in range(columns)]
        frame = encoded(file.create_group(name), "dataframe", "0.2.0")
        frame.attrs["_index"] = "_index"
        frame.attrs["column-order"] = np.array(names, dtype=h5py.string_dtype())
        index = np.array([f"{name}{i}" for i in range(rows)], dtype=object)
        encoded(frame.create_dataset("_index", data=index, dtype=h5py.string_dtype()), "string-array", "0.2.0")
        for column in names:
            encoded(frame.create_dataset(column, data=np.random.rand(rows)), "array", "0.2.0")
