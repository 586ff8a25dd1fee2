# SPDX-License-Identifier: BSD-3-Clause
"""Files for the tests of reading and writing, and what Python finds in those written there.

usage: files.py make FOLDER       writes the files below
       files.py same FOLDER       for each NAME.h5ad that `make` wrote, compares it with node-NAME.h5ad; prints JSON
       files.py datasets FILE…    prints for each file {path of a dataset with axes: [compression, its level]}
       files.py slash SLOT…       prints for each slot whether a key with a slash can be written where that is allowed
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2] / "anndata" / "python"))

import anndata as ad
import awkward as ak
import h5py
import numpy as np
import pandas as pd
from same import difference
from scipy import sparse


def ragged() -> dict:
    """Awkward arrays of all the kinds there are."""
    words = ak.Array(["x", "yy", "zzz"]).layout
    labels = ak.contents.IndexedArray(ak.index.Index64(np.array([0, 1, 2, 0])), words, parameters={"__array__": "categorical"})
    chain = {"gene": "TRBV", "motif": "CASSLG", "full": True, "place": None, "reads": 17}
    two, three = (ak.Array(np.full((2, n), 0.5)) for n in (2, 3))
    return {
        "regular": ak.Array(np.arange(48).reshape((3, 2, 2, 4))),
        "records": ak.Array([{"n": 7, "x": 0.25}, {"n": 8, "x": -1.5}]),
        "lists": ak.Array([[9], [], [8, 7], [6, 5, 4]]),
        "regular of lists": ak.to_regular(ak.Array([[[5], [6, 7]], [[], [8]]]), 1),
        "records of different fields": ak.to_regular(ak.Array([[{"p": 1}, {"q": 2}], [{"q": 3}, {"r": 4}]]), 1),
        "numbers and text": ak.Array([[1.5, "one"], ["two"]]),
        "no rows": ak.Array(np.ones((0, 3))),
        "no columns": ak.Array(np.ones((3, 0))),
        "union of widths": ak.concatenate([two, three]),
        "union of types": ak.concatenate([two, ak.Array(np.array([["p", "q"], ["r", "s"]]))]),
        "categorical": ak.Array(labels),
        "missing": ak.Array([[1, None], None, [3]]),
        "chains": ak.Array([[chain, {**chain, "place": "A", "full": False}], [], [{**chain, "gene": None}]]),
    }


def written() -> dict:
    """Objects that are read and written back."""
    text = np.array([["a", "bc"], ["ü", ""]])
    fields = [("one", "O"), ("two", "O")]
    return {
        "ragged": ad.AnnData(uns=ragged()),
        "strings": ad.AnnData(uns={"objects": np.array([tuple(row) for row in text], dtype=fields)}),
        "empty": ad.AnnData(uns={"empty": np.array([], float)}),
        "named": ad.AnnData(obs=pd.DataFrame(index=pd.Index(["p", "q"], name="obs")), var=pd.DataFrame(index=pd.Index(["g"], name="var"))),
        "categories": ad.AnnData(uns={"a_categories": "text", "b_categories": "other"}, obs=pd.DataFrame({"a": pd.Categorical(list("aab")), "b": [1, 2, 3]}, index=list("xyz"))),
        "index": ad.AnnData(uns={"frame": pd.DataFrame({}, index=pd.Categorical(list("aabcd")))}),
        "nested": nested(),
        "large": large(),
    }


def nested():
    inner = ad.AnnData(sparse.random(2, 3, 0.5, "csr"), uns={"none": {"base": None}})
    inner.raw = ad.AnnData(sparse.random(2, 7, 0.5, "csr"))
    return ad.AnnData(np.ones((4, 5)), uns={"objects": {"a": ad.AnnData(np.ones((1, 2))), "b": ad.AnnData(uns={"one": inner})}})


def large():
    names = np.array([f"category {i}" for i in range(10_000)])
    rng = np.random.default_rng(0)
    codes = rng.integers(0, len(names), 30_000)
    return ad.AnnData(obs={"text": names[codes], "codes": pd.Categorical.from_codes(codes[::-1], names)})


def make(folder: Path) -> None:
    for name, adata in written().items():
        adata.write_h5ad(folder / f"{name}.h5ad")
    # Before 0.7 frames were arrays of records, and their categories lay in uns: one list for obs and for var.
    with h5py.File(folder / "old.h5ad", "w") as file:
        for name, labels, codes in (("obs", "abc", [0, 1, 0]), ("var", "defg", [0, 1, 0, 2])):
            file[name] = np.array(list(zip(labels, codes)), dtype=[("index", "S1"), ("species", "i8")])
        file["uns/species_categories"] = np.array([b"a", b"b"])
        file["X"] = np.zeros((3, 4), "float32")
    cube = np.arange(60.0).reshape(3, 4, 5)
    for name in ("X", "layers"):
        ad.AnnData(np.zeros((3, 4))).write_h5ad(folder / f"cube-{name}.h5ad")
        with h5py.File(folder / f"cube-{name}.h5ad", "a") as file:
            ad.io.write_elem(file, name, cube if name == "X" else {"L": cube})
    roots = {
        "dict": {"a": 1},
        "csr": sparse.csr_matrix(np.eye(3)),
        "csc": sparse.csc_matrix(np.eye(3)),
        "frame": pd.DataFrame({"a": [1, 2, 3]}),
        "categorical": pd.Categorical(list("aabccedd"), ordered=True),
        "integers": pd.array([1, None, 3]),
        "booleans": pd.array([True, None, False]),
    }
    for name, value in roots.items():
        with h5py.File(folder / f"root-{name}.h5", "w") as file:
            ad.io.write_elem(file, "/", value)


def compared(left, right) -> str | None:
    """The first difference, also one that elsewhere is excused."""
    excuses = set()
    return difference(left, right, excuses) or (str(excuses) if excuses else None)


def same(folder: Path) -> dict:
    found = {}
    for name in written():
        left, right = (ad.read_h5ad(folder / f"{prefix}{name}.h5ad") for prefix in ("", "node-"))
        found[name] = compared(left, right)
        for key, value in left.uns.items():
            if isinstance(value, ak.Array) and value.layout.form != right.uns[key].layout.form:
                found[f"{name}/{key}"] = f"{value.layout.form} ≠ {right.uns[key].layout.form}"
    old = ad.read_h5ad(folder / "old.h5ad")
    found["old"] = compared(old, ad.read_h5ad(folder / "node-old.h5ad"))
    return {name: what for name, what in found.items() if what is not None}


def datasets(path: str) -> dict:
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda key, node: found.update({key: [node.compression, node.compression_opts]}) if getattr(node, "shape", None) not in ((), None) else None)
    return found


def slash(slot: str) -> bool:
    adata = ad.AnnData(np.eye(3))
    getattr(adata, slot)["bad/key"] = np.ones(3 if slot in ("obs", "var") else (3, 3))
    with TemporaryDirectory() as folder, ad.settings.override(disallow_forward_slash_in_h5ad=False):
        try:
            adata.write_h5ad(Path(folder) / "slash.h5ad")
        except ValueError:
            return False
    return True


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    command, *arguments = sys.argv[1:]
    if command == "make":
        make(Path(arguments[0]))
    elif command == "same":
        print(json.dumps(same(Path(arguments[0]))))
    else:
        answer = {"datasets": datasets, "slash": slash}[command]
        print(json.dumps([answer(argument) for argument in arguments]))
