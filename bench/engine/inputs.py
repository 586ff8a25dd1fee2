# SPDX-License-Identifier: BSD-3-Clause
"""Makes the files the engine's benchmarks read: python inputs.py FOLDER NNZ.

Counts with skewed genes and library sizes (about a tenth of the entries, three cells to a gene: 60,000 x 20,000 for 1.2e8), in five
files that differ in format and codec only, with the chunks anndata would choose; and a table of many observations. Nothing is held
whole: counts are drawn by blocks of cells into two raw files from which each variant is written by blocks. `inputs.json` comes last:
it tells shapes, selections and which chunks the selections touch, and its presence says that all is there.
"""

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor

import anndata
import h5py
import hdf5plugin
import numpy as np
import pandas as pd

seed = 20_260_701
codecs = {
    "csr-gzip": {"compression": "gzip"},
    "csc-gzip": {"compression": "gzip"},
    "csr-lzf": {"compression": "lzf"},
    "csr-zstd": hdf5plugin.Zstd(),
    "csr-none": {},
}
block_entries = 4_000_000


def rates(rng, cells, genes, wanted):
    """Expected counts as an outer product: a share for each gene, a size for each cell, scaled to `wanted` nonzeros in all."""
    share = np.exp(rng.normal(0, 2.2, genes))
    size = np.exp(rng.normal(0, 0.45, cells))
    share /= share.sum()
    some = rng.choice(size, min(cells, 200))
    low, high = 1.0, 1e7
    for _ in range(60):
        scale = (low * high) ** 0.5
        density = -np.expm1(-np.outer(some * scale, share)).mean()
        low, high = (scale, high) if density * cells * genes < wanted else (low, scale)
    return share.astype("float32"), (size * scale).astype("float32")


def draw_block(rng, size, share):
    """Poisson counts of some cells by inversion: most entries are settled by one comparison of a uniform number with P(0)."""
    rate = np.outer(size, share)
    uniform = rng.random(rate.shape, dtype="float32")
    row, column = np.nonzero(uniform > np.exp(-rate))
    rate, uniform = rate[row, column].astype("float64"), uniform[row, column]
    count = np.ones(len(row), "float32")
    large = rate > 20
    count[large] = np.maximum(1, rng.poisson(rate[large]))
    open_ = np.flatnonzero(~large)
    term = np.exp(-rate[open_])
    below = term.copy()
    k = 0
    while len(open_):
        k += 1
        term = term * rate[open_] / k
        below += term
        done = (uniform[open_] <= below) | (k == 200)
        count[open_[done]] = k
        open_, term, below = open_[~done], term[~done], below[~done]
    return count, column.astype("int32"), np.bincount(row, minlength=len(size))


def draw(folder, cells, genes, wanted):
    """Spools data and indices of the csr matrix; returns its indptr."""
    rng = np.random.default_rng(seed)
    share, size = rates(rng, cells, genes, wanted)
    lengths = []
    step = max(1, 20_000_000 // genes)
    with open(f"{folder}/csr.data", "wb") as data, open(f"{folder}/csr.indices", "wb") as indices:
        for start in range(0, cells, step):
            count, column, length = draw_block(rng, size[start : start + step], share)
            count.tofile(data)
            column.tofile(indices)
            lengths.append(length)
    return np.concatenate([[0], np.cumsum(np.concatenate(lengths))])


def spool(folder, layout, part, mode="r", shape=None):
    return np.memmap(f"{folder}/{layout}.{part}", "float32" if part == "data" else "int32", mode, shape=shape)


def transpose(folder, indptr, genes):
    """The csc spool from the csr one; returns its indptr. Cells stay in order within a gene."""
    data, indices = spool(folder, "csr", "data"), spool(folder, "csr", "indices")
    cells, nnz = len(indptr) - 1, len(data)
    pieces = [(s, min(cells, s + cells // 12 + 1)) for s in range(0, cells, cells // 12 + 1)]
    lengths = np.zeros(genes, "int64")
    for first, last in pieces:
        lengths += np.bincount(indices[indptr[first] : indptr[last]], minlength=genes)
    result = np.concatenate([[0], np.cumsum(lengths)])
    free = result[:-1].copy()
    out_data = spool(folder, "csc", "data", "w+", (nnz,))
    out_indices = spool(folder, "csc", "indices", "w+", (nnz,))
    for first, last in pieces:
        part = indices[indptr[first] : indptr[last]]
        order = np.argsort(part, kind="stable")
        count = np.bincount(part, minlength=genes)
        target = np.repeat(free - (np.cumsum(count) - count), count) + np.arange(len(part))
        out_data[target] = data[indptr[first] : indptr[last]][order]
        row = np.repeat(np.arange(first, last, dtype="int32"), np.diff(indptr[first : last + 1]))
        out_indices[target] = row[order]
        free += count
    return result


def write_tables(path, adata):
    """Text as string-array: what almost every file has, though pandas' own text type now makes anndata write the nullable form."""
    with anndata.settings.override(allow_write_nullable_strings=False):
        adata.write_h5ad(path)


def annotation(cells, genes):
    rng = np.random.default_rng(seed + 1)
    kinds = [f"type {k}" for k in range(12)]
    share = np.array([0.15, *[0.85 / 11] * 11])
    kind = pd.Categorical.from_codes(rng.choice(12, cells, p=share).astype("int8"), kinds)
    obs = pd.DataFrame({"cell_type": kind}, index=[f"cell{i:08d}" for i in range(cells)])
    return anndata.AnnData(obs=obs, var=pd.DataFrame(index=[f"gene{i:05d}" for i in range(genes)]))


def write_counts(folder, name, shape, indptr):
    """One variant: the tables by anndata, X beside them with anndata's own chunk sizes."""
    layout, options = name[:3], codecs[name]
    path = f"{folder}/{name}.h5ad"
    write_tables(path, annotation(*shape))
    with h5py.File(path, "r+") as file:
        file.pop("X", None)
        group = file.create_group("X")
        group.attrs.update({"encoding-type": f"{layout}_matrix", "encoding-version": "0.1.0", "shape": shape})
        for part in ["data", "indices"]:
            source = spool(folder, layout, part)
            kwargs = {"dtype": source.dtype, "maxshape": (None,), **options}
            target = group.create_dataset(part, shape=source.shape, **kwargs)
            step = max(1, block_entries // target.chunks[0]) * target.chunks[0]
            for start in range(0, len(source), step):
                target[start : start + step] = source[start : start + step]
        group.create_dataset("indptr", data=indptr.astype("int32"), maxshape=(None,), **options)
        return group["data"].chunks[0]


def write_wide(folder, rows):
    """Many observations with 30 columns: 12 categorical, 16 numeric, 2 of text, and text names; a thin X."""
    rng = np.random.default_rng(seed + 2)
    obs = {}
    for k in range(12):
        codes = rng.integers(0, 4 + 3 * k, rows).astype("int8")
        obs[f"group{k}"] = pd.Categorical.from_codes(codes, [f"group {k}.{c}" for c in range(4 + 3 * k)])
    for k in range(16):
        obs[f"score{k}"] = rng.normal(size=rows).astype(["float32", "float64", "int32", "int64"][k % 4])
    letters = np.frombuffer(b"ACGT", "uint8")
    for name in ["barcode", "sample"]:
        text = letters[rng.integers(0, 4, (rows, 16))].view("S16").ravel().astype("str")
        obs[name] = np.char.add(text, np.char.add("-", np.arange(rows).astype("str")))
    names = pd.Index([f"{b}-{i % 8}" for i, b in enumerate(obs["sample"])])
    lengths = rng.integers(0, 11, rows)
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    indices = (np.arange(indptr[-1]) - np.repeat(indptr[:-1], lengths)) * 9 + np.repeat(np.arange(rows) % 9, lengths)
    path = f"{folder}/wide.h5ad"
    var = pd.DataFrame(index=[f"gene{i}" for i in range(100)])
    write_tables(path, anndata.AnnData(obs=pd.DataFrame(obs, index=names), var=var))
    with h5py.File(path, "r+") as file:
        file.pop("X", None)
        group = file.create_group("X")
        group.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": (rows, 100)})
        parts = {"data": np.ones(indptr[-1], "float32"), "indices": indices.astype("int32"), "indptr": indptr.astype("int32")}
        for part, values in parts.items():
            group.create_dataset(part, data=values, maxshape=(None,), compression="gzip")


def ranges(numbers):
    """Sorted numbers as text: 3-5,9."""
    numbers = np.unique(numbers)
    runs = np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1)
    return ",".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else f"{r[0]}" for r in runs if len(r))


def chunks_of(indptr, majors, chunk):
    spans = [np.arange(indptr[m] // chunk, (indptr[m + 1] - 1) // chunk + 1) for m in majors if indptr[m] < indptr[m + 1]]
    return ranges(np.concatenate(spans)) if spans else ""


def selections(folder, shape, csr, csc, chunk):
    """What is asked for, and which chunks hold it: the least that must be decoded."""
    cells, genes = shape
    rng = np.random.default_rng(seed + 3)
    rows = np.sort(rng.choice(cells, max(1, min(1000, cells // 10)), replace=False))
    kind = np.flatnonzero(annotation(cells, genes).obs["cell_type"].cat.codes == 0)
    by_use = np.argsort(np.diff(csc), kind="stable")
    popular, rare = int(by_use[-1]), int(by_use[genes // 10])
    some = by_use[np.linspace(genes // 10, genes - 1, min(50, genes // 2)).astype(int)]
    indices = spool(folder, "csr", "indices")
    hit = {popular: [], rare: []}
    for start in range(0, len(indices), 8_000_000):
        for gene, found in hit.items():
            found.append(np.flatnonzero(indices[start : start + 8_000_000] == gene) + start)
    return {
        "rows": {"positions": rows.tolist(), "chunks": chunks_of(csr, rows, chunk)},
        "kind": {"positions": kind.tolist(), "chunks": chunks_of(csr, kind, chunk)},
        "popular": {"gene": popular, "chunks": ranges(np.concatenate(hit[popular]) // chunk)},
        "rare": {"gene": rare, "chunks": ranges(np.concatenate(hit[rare]) // chunk)},
        "genes": {"positions": np.sort(some).tolist(), "chunks": chunks_of(csc, some, chunk)},
    }


def main(folder, nnz):
    os.makedirs(folder, exist_ok=True)
    genes = max(20, round((nnz / 0.3) ** 0.5))
    shape = (3 * genes, genes)
    csr = draw(folder, *shape, nnz)
    csc = transpose(folder, csr, genes)
    wide = max(200, round(nnz / 120))
    with ProcessPoolExecutor(2) as pool:
        jobs = [pool.submit(write_counts, folder, n, shape, csr if n[:3] == "csr" else csc) for n in codecs]
        jobs.append(pool.submit(write_wide, folder, wide))
        [chunk, *_] = [job.result() for job in jobs]
    result = {"shape": shape, "nnz": int(csr[-1]), "wide": wide, "chunk": chunk, "selections": selections(folder, shape, csr, csc, chunk)}
    for layout in ["csr", "csc"]:
        for part in ["data", "indices"]:
            os.remove(f"{folder}/{layout}.{part}")
    with open(f"{folder}/inputs.part", "w") as file:
        json.dump(result, file)
    os.replace(f"{folder}/inputs.part", f"{folder}/inputs.json")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
