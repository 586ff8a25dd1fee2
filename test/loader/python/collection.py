# SPDX-License-Identifier: BSD-3-Clause
"""Makes files to be joined, and answers what Python's AnnCollection gives for selections of them.

Questions, a JSON line each: {"make": {folder, seed, count, kinds, vars}} or {"view": {joinObs, joinVars, rows, columns}}.
"""

import json
import sys
import warnings

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata.experimental import AnnCollection

warnings.simplefilter("ignore")
adatas = []

FORMS = {
    "csr": lambda a: sp.csr_matrix(a),
    "csc": lambda a: sp.csc_matrix(a),
    "dense": lambda a: a,
    "float64": lambda a: a.astype("float64"),
    "int": lambda a: sp.csr_matrix(a.astype("int32")),
}


def make(folder, seed, kinds, shared):
    rng = np.random.default_rng(seed)
    paths = []
    adatas.clear()
    for i, kind in enumerate(kinds):
        n = int(rng.integers(0 if i > 1 else 1, 9))
        names = [f"g{k}" for k in range(6)]
        if not shared and i > 0:
            names = list(rng.permutation([*names[: 6 - i], *(f"own{i}{k}" for k in range(2))]))
        counts = rng.integers(0, 3, size=(n, len(names))).astype("float32")
        labels = rng.choice(["x", "y", f"z{i}"], size=n)
        obs = pd.DataFrame(
            {
                "louvain": pd.Categorical(labels, categories=[f"z{i}", "y", "x"]),
                "depth": rng.integers(0, 100, size=n),
                "note": rng.choice(["a", "bc", ""], size=n).astype(object),
                f"own{i}": rng.random(n),
                **({"some": rng.integers(0, 9, size=n)} if i != 1 else {}),
            },
            index=[f"c{k}" for k in range(n)],
        )
        adata = ad.AnnData(
            FORMS[kind](counts),
            obs=obs,
            var=pd.DataFrame(index=names),
            layers={"twice": FORMS[kind](2 * counts), f"own{i}": counts},
            obsm={"pca": rng.random((n, 3)), "wide": rng.random((n, 2 + i)), f"own{i}": rng.random((n, 1))},
        )
        path = f"{folder}/{seed}-{i}.h5ad"
        adata.write_h5ad(path, convert_strings_to_categoricals=False)
        adatas.append(adata)
        paths.append(path)
    return paths


def plain(value):
    """Numbers by row, NaN as null."""
    array = value.toarray() if sp.issparse(value) else np.asarray(value)
    if array.dtype.kind in "OU":
        return [None if v is None or v != v else str(v) for v in array.tolist()]
    return np.where(np.isnan(array.astype(float)), None, array.astype(float)).tolist()


def view(joinObs, joinVars, joinObsm, rows, columns):
    collection = AnnCollection(
        adatas, join_obs=joinObs, join_vars=joinVars, join_obsm=joinObsm, label="file", index_unique="-"
    )
    names = collection.obs_names
    part = collection[rows, columns] if columns is not None else collection[rows]
    keys = {key: list(map(str, value)) for key, value in collection.attrs_keys.items() if key != "layers"}
    obs = part.obs.df if part.obs is not None else pd.DataFrame()
    return {
        "shape": [len(rows), len(part.var_names)],
        "varNames": list(part.var_names),
        "obsNames": list(names[rows]),
        "X": plain(part.X),
        "sparse": bool(sp.issparse(part.X)),
        "dtype": str(part.X.dtype),
        "twice": plain(part.layers["twice"]),
        "obs": {key: plain(obs[key].astype(object) if obs[key].dtype == "category" else obs[key]) for key in obs},
        "obsm": {key: plain(part.obsm[key]) for key in keys["obsm"]},
    }


for line in sys.stdin:
    question = json.loads(line)
    answer = make(**question["make"]) if "make" in question else view(**question["view"])
    print(json.dumps(answer), flush=True)
