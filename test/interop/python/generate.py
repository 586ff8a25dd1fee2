# SPDX-License-Identifier: BSD-3-Clause
"""Writes random AnnData objects as p-<case>.h5ad, from a seed.

usage: generate.py FOLDER --seed N --cases N [--first N] [--jobs N]

Every object starts from anndata's own `gen_adata` and gets extremes added. What Python's writer cannot write is not
generated; nothing here catches errors, so a failure is a bug of this file or of anndata. Prints the description of
each case as a JSON line.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import anndata
import frames
import numpy as np
import pandas as pd
import values
from anndata import AnnData
from anndata.tests.helpers import DEFAULT_COL_TYPES, GEN_ADATA_NO_XARRAY_ARGS, gen_adata
from scipy import sparse

SHAPES = [(0, 0), (0, 5), (5, 0), (1, 1), (2, 3), (7, 4), (12, 9), (30, 20), (3, 60), (1, 12), (50, 30)]
X_TYPES = [sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array, sparse.csc_array, np.asarray, np.asarray, None]
X_DTYPES = ["float32", "float32", "float64", "int64", "int32", "uint8", "bool", "complex64"]
SETTINGS = [None, None, True, False, False]  # allow_write_nullable_strings
COMPRESSION = [None, None, "gzip", "lzf"]
RARE = 200  # one case in so many gets a wide frame, another one huge categories


def make(seed: int, case: int) -> tuple[AnnData, dict]:
    rng = np.random.default_rng([seed, case])
    np.random.seed((seed * 1_000_003 + case) % 2**32)
    strings = SETTINGS[case % len(SETTINGS)]
    shape = SHAPES[case % len(SHAPES)]
    x_type = values.pick(rng, X_TYPES)
    fmt = values.pick(rng, ["csr", "csc"])
    kinds = {slot: some(rng, types) for slot, types in GEN_ADATA_NO_XARRAY_ARGS.items()}
    kinds |= {f"{frame}_dtypes": some(rng, DEFAULT_COL_TYPES) for frame in ("obs", "var")}
    adata = gen_adata(shape, x_type, sparse_fmt=fmt, random_state=rng, **kinds)
    for name in ("df", "df_int_index"):  # always made; the same every time but for the values
        if rng.random() < 0.7:
            del adata.uns[name]
    nullable = strings is not False
    retype_x(rng, adata)
    add_columns(rng, adata, nullable)
    add_matrices(rng, adata)
    add_uns(rng, adata, nullable)
    if rng.random() < 0.5:
        add_raw(rng, adata, nullable)
    if case % RARE == 20:
        adata.uns["wide"] = frames.wide_frame(rng, 2)
    if case % RARE == 41:
        adata.uns["huge"] = pd.DataFrame(frames.huge_categories(rng, 5), index=list("abcde"))
    options = {
        "strings": strings,
        "compression": values.pick(rng, COMPRESSION),
        "convert": bool(rng.random() < 0.5),
        "min_indices": bool(rng.random() < 0.25),
    }
    about = {"x": getattr(x_type, "__name__", "none"), "format": fmt, "shape": shape, **options}
    return adata, about


def some(rng, options, share: float = 0.45) -> tuple:
    """A random part of what gen_adata offers: the whole in every object would only cost time."""
    return tuple(option for option in options if rng.random() < share)


def retype_x(rng, adata: AnnData) -> None:
    dtype = values.pick(rng, X_DTYPES)
    if adata.X is not None:
        adata.X = adata.X.astype(dtype)
        if isinstance(adata.X, np.ndarray) and rng.random() < 0.2:
            adata.X = adata.X.astype("float16")
        elif sparse.issparse(adata.X) and rng.random() < 0.3:
            values.with_index_dtypes(adata.X, "int64", "int64")


def add_columns(rng, adata: AnnData, nullable: bool) -> None:
    for name, n in (("obs", adata.n_obs), ("var", adata.n_vars)):
        frame = getattr(adata, name)
        if rng.random() < 0.1:
            frame = frame[[]].copy()
        new = pd.DataFrame(frames.random_columns(rng, n, nullable), index=frame.index)
        setattr(adata, name, pd.concat([frame, new[[c for c in new if c not in frame]]], axis=1))
        if rng.random() < 0.6:
            setattr(adata, f"{name}_names", frames.index(rng, n, nullable))


def add_matrices(rng, adata: AnnData) -> None:
    for slot, (m, n) in {
        "obsm": (adata.n_obs, 3), "varm": (adata.n_vars, 2), "layers": adata.shape,
        "obsp": (adata.n_obs,) * 2, "varp": (adata.n_vars,) * 2,
    }.items():  # fmt: skip
        if rng.random() < 0.4:
            continue
        mapping = getattr(adata, slot)
        dtype = values.pick(rng, values.NUMBERS)
        mapping["added 日本"] = values.numbers(rng, dtype, (m, n))
        if dtype != "float16":  # scipy has no such sparse matrices
            mapping["added_sparse"] = values.sparse_of(rng, (m, n), dtype)
        if slot in ("obsm", "varm"):
            mapping["three"] = values.numbers(rng, "float32", (m, 2, 3))
            mapping["no_columns"] = np.zeros((m, 0), "float32")


def add_uns(rng, adata: AnnData, nullable: bool) -> None:
    for kind in values.UNS:
        if rng.random() < 0.15:
            adata.uns[kind.__name__] = kind(rng)
    if rng.random() < 0.15:
        adata.uns["frames"] = frames.frames_in_uns(rng, nullable)
    if rng.random() < 0.2:
        adata.uns["__proto__"] = {"polluted": True}
    if rng.random() < 0.3:
        inner = AnnData(values.sparse_of(rng, (3, 2), fmt="csr", family="matrix"), uns={"deep": {"k": np.float32(1)}})
        inner.raw = inner.copy()
        adata.uns["anndata"] = {"inside": inner}


def add_raw(rng, adata: AnnData, nullable: bool) -> None:
    n = adata.n_vars + int(rng.integers(0, 4))
    X = values.sparse_of(rng, (adata.n_obs, n)) if rng.random() < 0.7 else values.numbers(rng, "float32", (adata.n_obs, n))
    var = pd.DataFrame(frames.random_columns(rng, n, nullable), index=frames.index(rng, n, nullable))
    varm = {"PCs": values.numbers(rng, "float64", (n, 2))}
    adata.raw = AnnData(X=X, obs=adata.obs[[]].copy(), var=var, varm=varm)


def write(job: tuple[str, int, int]) -> str:
    folder, seed, case = job
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        adata, about = make(seed, case)
        path = Path(folder) / f"p-{case}.h5ad"
        with anndata.settings.override(
            allow_write_nullable_strings=about["strings"],
            write_csr_csc_indices_with_min_possible_dtype=about["min_indices"],
        ):
            adata.write_h5ad(path, compression=about["compression"], convert_strings_to_categoricals=about["convert"])
    return json.dumps({"case": case, "seed": seed, "file": path.name, **about})


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--cases", type=int, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    Path(args.folder).mkdir(parents=True, exist_ok=True)
    jobs = [(args.folder, args.seed, case) for case in range(args.first, args.first + args.cases)]
    with ProcessPoolExecutor(args.jobs) as pool:
        for line in (pool.map(write, jobs, chunksize=4) if args.jobs > 1 else map(write, jobs)):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
