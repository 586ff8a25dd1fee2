# SPDX-License-Identifier: BSD-3-Clause
"""
Python's loaders, one question and one answer a line: {"loader", "file", "shuffle", "batch", "rows", "seed"} -> {"ms", "rows", "nnz"}.

Each opens its file anew and is timed from the first batch that is asked for. Batches stay sparse.
"""

import json
import sys
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")

window = 16384


def scdataset(question):
    from anndata import read_h5ad
    from scdataset import BlockShuffling, scDataset

    block = {"block": 117, "random": 1}[question["shuffle"]]
    batch = question["batch"]
    adata = read_h5ad(question["file"], backed="r")
    return scDataset(
        adata,
        BlockShuffling(block_size=block),
        batch_size=batch,
        fetch_factor=max(1, window // batch),
        # A window is read at once; batches are cut from memory.
        fetch_transform=lambda part: part.to_memory().X,
        seed=question["seed"],
    )


def annloader(question):
    from anndata import read_h5ad
    from anndata.experimental import AnnLoader

    adata = read_h5ad(question["file"], backed="r")
    batch = question["batch"]
    # By default it collates tensors of single rows, which it does not make of sparse ones.
    more = {"collate_fn": lambda rows: rows[0]} if batch == 1 else {}
    loader = AnnLoader(adata, batch_size=batch, shuffle=True, use_default_converter=False, **more)
    return (part.X for part in loader)


def annbatch(question):
    import zarr
    from annbatch import DatasetCollection, Loader

    zarr.config.set({"codec_pipeline.path": "zarrs.ZarrsCodecPipeline"})
    import anndata as ad

    def load(group):
        return ad.AnnData(X=ad.io.sparse_dataset(group["X"]), obs=ad.io.read_elem(group["obs"])[[]])

    chunk = {"block": 128, "random": 1}[question["shuffle"]]
    loader = Loader(
        batch_size=question["batch"],
        chunk_size=chunk,
        preload_nchunks=window // chunk,
        shuffle=True,
        preload_to_gpu=False,
        rng=np.random.default_rng(question["seed"]),
    ).use_collection(DatasetCollection(question["file"], mode="r"), load_adata=load)
    return (part["X"] for part in loader)


def convert(question):
    """Annbatch's own form, as it recommends it."""
    from annbatch import DatasetCollection

    DatasetCollection(question["to"]).add_adatas([question["file"]], shuffle=True)
    return {}


def entries(X):
    if hasattr(X, "nnz"):
        return int(X.nnz)
    return int((X != 0).sum())


def load(question):
    batches = iter({"scdataset": scdataset, "annloader": annloader, "annbatch": annbatch}[question["loader"]](question))
    rows = nnz = 0
    start, cpu = time.perf_counter(), time.process_time()
    for X in batches:
        rows += X.shape[0]
        nnz += entries(X)
        if rows >= question["rows"]:
            break
    ms, cpu = (time.perf_counter() - start) * 1000, (time.process_time() - cpu) * 1000
    return {"ms": ms, "cpuMs": cpu, "rows": rows, "nnz": nnz}


for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = convert(question) if question["loader"] == "convert" else load(question)
    except Exception as error:  # noqa: BLE001
        import traceback

        answer = {"error": f"{error!r} {traceback.format_exc()[-600:]}"}
    print(json.dumps(answer), flush=True)
