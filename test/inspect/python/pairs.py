# SPDX-License-Identifier: BSD-3-Clause
"""Pairs of files, <name>-a.h5 and <name>-b.h5, that differ in one dataset or attribute, `x`."""
import sys
from pathlib import Path

import h5py
import numpy as np

folder = Path(sys.argv[1])


def pair(name, *makers):
    for side, make in zip("ab", makers):
        with h5py.File(folder / f"{name}-{side}.h5", "w") as file:
            make(file)


def dataset(value, **options):
    return lambda file: file.create_dataset("x", data=value, **options)


def attribute(value):
    return lambda file: file.attrs.__setitem__("x", value)


def lists(*values):
    def make(file):
        of = file.create_dataset("x", (len(values),), dtype=h5py.vlen_dtype("i4"))
        for i, value in enumerate(values):
            of[i] = np.array(value, dtype="i4")

    return make


def reference(name):
    def make(file):
        file["p"], file["q"] = 1, 2
        file.create_dataset("x", data=np.array([file[name].ref], dtype=h5py.ref_dtype))

    return make


def records(*fields):
    return dataset(np.zeros(2, dtype=list(fields)))


pair("infinite", dataset([1.0, 5.0]), dataset([1.0, np.inf]))
pair("infinities", dataset([-np.inf]), dataset([np.inf]))
pair("large", dataset([2**53, 2**53]), dataset([2**53 + 1, 2**53]))
pair("opaque", dataset(np.array([b"ab"], dtype="V2")), dataset(np.array([b"cd"], dtype="V2")))
pair("lists", lists([1]), lists([1, 2]))
pair("reference", reference("p"), reference("q"))
pair("link", *[lambda file: file.__setitem__("x", h5py.ExternalLink("other.h5", "/y"))] * 2)
pair("field", records(("a", "i4")), records(("a", "i4"), ("b", "f4")))
pair("dims", records(("a", "i4", (2,))), records(("a", "i4", (3,))))
pair("subarray", dataset(np.zeros(1, [("a", "i4", (2,))])), dataset(np.ones(1, [("a", "i4", (2,))])))
pair("enum", *[dataset([i], dtype=h5py.enum_dtype({"A": 0, "B": 1})) for i in range(2)])
pair("attribute", attribute(np.nan), attribute(np.inf))
pair("no-attribute", attribute(np.nan), attribute(h5py.Empty("f8")))
pair("same-attribute", attribute(np.nan), attribute(np.nan))
