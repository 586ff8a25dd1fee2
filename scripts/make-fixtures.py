# SPDX-License-Identifier: BSD-3-Clause
"""Writes test/fixtures/golden: small .h5ad files, what Python reads from each as JSON, and a README.

`written` files come from anndata's own writer, one per encoding or feature. `found` files hold what other or older
writers leave, which must be read as well.

usage: python scripts/make-fixtures.py
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import warnings
from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
from anndata import AnnData
from scipy import sparse

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "test" / "fixtures" / "golden"
sys.path[:0] = [str(ROOT / "test" / "interop" / "python"), str(ROOT / "test" / "fixtures" / "bad" / "make")]

import builder  # noqa: E402
import frames  # noqa: E402
import values  # noqa: E402
from describe import describe  # noqa: E402

WRITTEN, FOUND = {}, {}


def written(make):
    WRITTEN[make.__name__.replace("_", "-")] = make
    return make


def found(make):
    FOUND[make.__name__.replace("_", "-")] = make
    return make


def rng():
    return np.random.default_rng(7)


def with_uns(value) -> AnnData:
    return AnnData(np.zeros((2, 1), "f4"), uns={"value": value})


def with_obs(columns, n=6, **index) -> AnnData:
    names = pd.Index([f"c{i}" for i in range(n)], dtype="str", **index)
    return AnnData(np.zeros((n, 1), "f4"), obs=pd.DataFrame(columns, index=names))


for kind in values.UNS:
    written(kind).__doc__ = f"uns value of the kind {kind.__name__}"
    WRITTEN[kind.__name__.replace("_", "-")] = lambda kind=kind: with_uns(kind(rng()))


@written
def columns_numeric():
    return with_obs(frames.numeric_columns(rng(), 6))


@written
def columns_nullable():
    return with_obs(frames.nullable_columns(rng(), 6))


@written
def columns_categorical():
    return with_obs({k: v for k, v in frames.categorical_columns(rng(), 6).items()})


@written
def columns_all_missing():
    return with_obs(frames.all_missing_columns(rng(), 6))


@written
def columns_text():
    return with_obs(frames.text_columns(rng(), 6, True))


@written
def columns_text_classic():
    return with_obs(frames.text_columns(rng(), 6, False) | frames.object_columns(rng(), 6, False))


@written
def columns_odd_names():
    return with_obs(frames.odd_names(rng(), 6))


@written
def index_named():
    return with_obs({"a": np.arange(6)}, name="cell id")


@written
def index_duplicates():
    adata = with_obs({"a": np.arange(6)})
    adata.obs_names = ["a", "a", "é", "", "日本", "a"]
    return adata


@written
def frames_in_uns():
    return with_uns(frames.frames_in_uns(rng(), True))


@written
def x_missing():
    return AnnData(shape=(2, 3))


@written
def x_sparse():
    return AnnData(values.sparse_of(rng(), (4, 3), fmt="csc", family="matrix"))


@written
def no_rows():
    return AnnData(sparse.csr_matrix((0, 3), dtype="f4"), obs=pd.DataFrame({"a": np.zeros(0)}, index=pd.Index([], dtype="str")))


@written
def nothing():
    return AnnData(np.zeros((0, 0), "f4"))


@written
def raw():
    adata = AnnData(values.sparse_of(rng(), (4, 5), fmt="csr", family="matrix"))
    adata.varm["PCs"] = np.arange(10.0).reshape(5, 2)
    adata.raw = adata.copy()
    return adata[:, :2].copy()


@written
def mappings():
    adata = with_obs({})
    adata.obsm["array"], adata.obsm["sparse"] = np.ones((6, 2), "f4"), values.sparse_of(rng(), (6, 3))
    adata.obsm["frame"] = pd.DataFrame({"v": np.arange(6)}, index=adata.obs_names)
    adata.obsm["awkward"] = values.ak.unflatten(np.arange(7), [2, 0, 3, 1, 1, 0])
    adata.obsp["p"], adata.varp["p"] = values.sparse_of(rng(), (6, 6), fmt="csr"), np.ones((1, 1))
    adata.layers["l"] = np.ones((6, 1), "i2")
    return adata


@written
def nested_anndata():
    return with_uns({"inside": AnnData(np.ones((2, 2), "f4"), uns={"k": np.float32(1)})})


CLASSIC = {"columns-text-classic", "index-duplicates", "no-rows"}


@found
def bare(f):
    """Only X, obs and var: no mappings, no uns."""
    del f["uns"]


@found
def keys_of_javascript(f):
    """Keys that mean something to JavaScript objects."""
    for name in ("__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "then"):
        builder.array(builder.dictionary(f["uns"], name), "__proto__", [1, 2])
    builder.array(builder.dictionary(f, "obsm"), "__proto__", np.zeros((3, 1)))
    builder.array(builder.columns(f["obs"], "__proto__", "constructor"), "__proto__", [1, 2, 3])
    builder.array(f["obs"], "constructor", [4, 5, 6])


@found
def stray_dataset_in_frame(f):
    """A dataset in a frame that column-order does not name."""
    builder.array(f["obs"], "stray", [1, 2])


@found
def soft_link(f):
    """A soft link inside the file."""
    builder.array(f["uns"], "here", [1, 2, 3])
    f["uns/there"] = h5py.SoftLink("/uns/here")


@found
def hard_link(f):
    """The same array under two keys."""
    f["uns/again"] = builder.array(f["uns"], "here", [1, 2, 3])


@found
def integer_index(f):
    """Names that are numbers."""
    del f["obs/_index"]
    builder.array(f["obs"], "_index", [10, 20, 30])


@found
def unsorted_indices(f):
    """Unsorted and repeated column indices."""
    builder.csr(f, "X", (1, 2, 3, 4), (1, 0, 1, 1), (0, 2, 2, 4))


@found
def indices_wide(f):
    """64-bit and unsigned indices."""
    builder.csr(f, "X", indices=np.array([0, 1, 1], "u2"), indptr=np.array([0, 1, 2, 3], "i8"))


@found
def big_endian_everywhere(f):
    """Big-endian values, codes and positions."""
    builder.csr(f, "X", indices=np.array([0, 1, 1], ">i8"), indptr=np.array([0, 1, 2, 3], ">i4"))
    builder.array(f["uns"], "a", np.array([1.5, -2], ">f8"))
    builder.categorical(f["obs"], "c", dtype=">i2")
    builder.array(f["obs"], "n", np.array([1, 2, 3], ">i4"))
    builder.columns(f["obs"], "c", "n")


@found
def fixed_length_attributes(f):
    """Attributes of fixed length, as C programs write them."""
    for node in (f, f["X"], f["obs"], f["var"], f["uns"], f["obs/_index"], f["var/_index"]):
        for name in ("encoding-type", "encoding-version", "_index"):
            if name in node.attrs:
                node.attrs[name] = np.bytes_(node.attrs[name])
    f["obs"].attrs["column-order"] = np.array([b"c"])
    builder.array(f["obs"], "c", [1, 2, 3])


@found
def fixed_length_text(f):
    """Text of fixed length, padded with NUL and with spaces."""
    builder.mark(f["uns"].create_dataset("padded", data=np.array([b"a", b"abc", b""])), "string-array")
    t = h5py.h5t.C_S1.copy()
    t.set_size(4)
    t.set_strpad(h5py.h5t.STR_NULLTERM)
    t.set_cset(h5py.h5t.CSET_UTF8)
    raw_set = h5py.h5d.create(f["uns"].id, b"terminated", t, h5py.h5s.create_simple((2,)))
    raw_set.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b"abc", b"d"], "S4"), mtype=t)
    builder.mark(h5py.Dataset(raw_set), "string-array")


@found
def unsigned_codes(f):
    """Unsigned codes, none of them missing."""
    builder.categorical(f["obs"], "c", codes=(1, 0, 1), dtype="u1")


@found
def empty_column_order_of_text(f):
    """An empty column-order made of text."""
    f["obs"].attrs.create("column-order", np.array([], object), dtype=builder.TEXT)


@found
def other_enum(f):
    """An enumeration that is not the boolean one reads as integers."""
    t = h5py.enum_dtype({"RED": 0, "GREEN": 1, "BLUE": 42}, basetype="i1")
    builder.mark(f["uns"].create_dataset("e", data=np.array([0, 42], "i1"), dtype=t), "array")


@found
def x_null(f):
    """X stored as null."""
    del f["X"]
    builder.mark(f.create_dataset("X", data=h5py.Empty("f4")), "null", "0.1.0")


@found
def x_of_text(f):
    """X made of text, which Python allows."""
    del f["X"]
    builder.mark(f.create_dataset("X", data=np.full((3, 2), "a", object), dtype=builder.TEXT), "string-array")


@found
def bool_of_seven(f):
    """A boolean stored as 7: true, as NumPy takes it."""
    dataset = builder.array(f["uns"], "e", [True, False])
    dataset.id.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([0, 7], "i1"), mtype=dataset.id.get_type())


@found
def gzip_shuffle_fletcher(f):
    """Chunked data with a chain of filters."""
    data = np.arange(40, dtype="i4").reshape(8, 5)
    builder.mark(f["uns"].create_dataset("g", data=data, chunks=(3, 2), compression="gzip", shuffle=True, fletcher32=True), "array")
    builder.mark(f["uns"].create_dataset("l", data=data, chunks=(3, 2), compression="lzf", shuffle=True), "array")


@found
def chunk_without_storage(f):
    """Chunks that were never written hold the fill value."""
    builder.mark(f["uns"].create_dataset("e", (5,), "f4", chunks=(2,), fillvalue=7), "array")


@found
def no_root_attributes(f):
    """A root without encoding attributes."""
    for name in list(f.attrs):
        del f.attrs[name]


@found
def latest_format(f):
    """The newest layout HDF5 1.10 knows: another superblock, checksummed nodes."""
    builder.categorical(f["obs"], "c")


UNREADABLE_IN_PYTHON = {}


def unreadable(expected):
    """A file Python's reader refuses or misreads; what ours must give is a change of the plain file's description."""

    def register(make):
        UNREADABLE_IN_PYTHON[found(make).__name__.replace("_", "-")] = expected
        return make

    return register


@unreadable({})
def unknown_root_member(f):
    """A group at the root that is no part of an AnnData."""
    builder.mark(f.create_group("mystery"), "dict", "0.1.0")
    f["stranger"] = 5


@unreadable({})
def named_datatype(f):
    """A datatype that was given a name."""
    f["uns/type"] = np.dtype("i4")
    f["type"] = np.dtype("f8")


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for old in [*GOLDEN.glob("*.h5ad.gz"), *GOLDEN.glob("*.json")]:
        old.unlink()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        make_all(Path(folder))
    (GOLDEN / "README.md").write_text(readme())


def make_all(folder: Path) -> None:
    for name, make in WRITTEN.items():
        with anndata.settings.override(allow_write_nullable_strings=False if name in CLASSIC else None):
            make().write_h5ad(folder / f"{name}.h5ad", convert_strings_to_categoricals=False)
    for name, make in {"plain": lambda f: None, **FOUND}.items():
        libver = ("v110", "v110") if name == "latest-format" else ("earliest", "v110")
        with h5py.File(folder / f"{name}.h5ad", "w", libver=libver) as f:
            builder.valid(f)
            make(f)
    plain = describe(anndata.read_h5ad(folder / "plain.h5ad"))
    for path in sorted(folder.glob("*.h5ad")):
        changes = UNREADABLE_IN_PYTHON.get(path.stem)
        expected = describe(anndata.read_h5ad(path)) if changes is None else {**plain, **changes}
        (GOLDEN / f"{path.stem}.json").write_text(json.dumps(expected, ensure_ascii=False) + "\n")
        (GOLDEN / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def readme() -> str:
    lines = [f"| `{name}` | {' '.join((make.__doc__ or '').split())} |" for name, make in sorted(FOUND.items())]
    table = "\n".join(lines)
    return f"""# Golden files

Small files (gzipped: HDF5 of this size is mostly zeros), one per encoding or feature, and beside each what Python reads
from it as JSON (the form is explained in `test/interop/python/describe.py`). They let a machine without Python check our
readers.

Made by `scripts/make-fixtures.py` with anndata {anndata.__version__}, h5py {h5py.__version__}, pandas {pd.__version__},
numpy {np.__version__}. Own work, licensed like the project. Do not edit: run the script.

Most are written by anndata's own writer and named after what they hold. These hold what other writers leave:

| file | what |
|---|---|
{table}

`unknown-root-member` and `named-datatype` are refused by Python's reader; ours ignores what is not part of an AnnData.
"""


if __name__ == "__main__":
    main()
