# SPDX-License-Identifier: BSD-3-Clause
"""Proof that the comparison catches what it must: pairs of files that differ in one respect each, and equal ones."""

from __future__ import annotations

import tempfile
from pathlib import Path

import anndata
import awkward as ak
import h5py
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from compare import differences
from scipy import sparse
from storage_walk import walk
from strict import Differences

NAN = float("nan")
M = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])


def base(**changes) -> AnnData:
    made = {"X": M.copy(), "uns": {"v": np.arange(3.0), "d": {"k": 1}}, **changes}
    made.setdefault("obs", pd.DataFrame({"c": [1, 2]}, index=["a", "b"]))
    return AnnData(**made)


def uns(value) -> AnnData:
    return base(uns={"v": value})


def obs(value, **index) -> AnnData:
    return base(obs=pd.DataFrame({"c": value}, index=pd.Index(["a", "b"], **index)))


def cat(values, categories, ordered=False):
    return pd.Categorical(values, categories=categories, ordered=ordered)


def text(values, na_value):
    return pd.array(values, dtype=pd.StringDtype(na_value=na_value))


def with_raw(X) -> AnnData:
    adata = base()
    adata.raw = AnnData(X=X, obs=adata.obs)
    return adata


DIFFERENT = {
    "float32 vs float64": (uns(np.zeros(2, "f4")), uns(np.zeros(2, "f8"))),
    "float16 vs float32": (uns(np.zeros(2, "f2")), uns(np.zeros(2, "f4"))),
    "int32 vs int64": (uns(np.zeros(2, "i4")), uns(np.zeros(2, "i8"))),
    "int8 vs bool": (uns(np.zeros(2, "i1")), uns(np.zeros(2, "?"))),
    "dense vs sparse": (base(), base(X=sparse.csr_matrix(M))),
    "csr vs csc": (base(X=sparse.csr_matrix(M)), base(X=sparse.csc_matrix(M))),
    "shape (1,) vs (2,)": (uns(np.ones(1)), uns(np.ones(2))),
    "shape (3,) vs (3, 1)": (uns(np.ones(3)), uns(np.ones((3, 1)))),
    "1 vs 1.0": (uns(1), uns(1.0)),
    "1 vs True": (uns(1), uns(True)),
    "int scalar width": (uns(np.int32(1)), uns(np.int64(1))),
    "scalar vs array": (uns(1.0), uns(np.ones(1))),
    "NaN vs 0": (uns(np.array([NAN, 1.0])), uns(np.array([0.0, 1.0]))),
    "NaN scalar vs 0": (uns(NAN), uns(0.0)),
    "-0.0 vs 0.0": (uns(np.array([-0.0])), uns(np.array([0.0]))),
    "complex sign": (uns(np.array([1 + 2j])), uns(np.array([1 - 2j]))),
    "last digit": (uns(np.array([0.1])), uns(np.array([np.nextafter(0.1, 1)]))),
    "uint64 neighbours": (uns(np.array([2**63], "u8")), uns(np.array([2**63 + 1], "u8"))),
    "missing key": (uns({"a": 1, "b": 2}), uns({"a": 1})),
    "null vs missing": (uns({"a": None}), uns({})),
    "empty dict vs array": (uns({}), uns(np.zeros(0))),
    "text": (uns("a"), uns("b")),
    "empty text vs null": (uns(""), uns(None)),
    "string array": (uns(np.array(["a", ""])), uns(np.array(["a", " "]))),
    "column dtype": (obs(np.array([1, 2], "i4")), obs(np.array([1, 2], "i8"))),
    "column order": (
        base(obs=pd.DataFrame({"p": [1, 2], "q": [1, 2]}, index=["a", "b"])),
        base(obs=pd.DataFrame({"q": [1, 2], "p": [1, 2]}, index=["a", "b"])),
    ),
    "category order": (obs(cat(["x", "y"], ["x", "y"])), obs(cat(["x", "y"], ["y", "x"]))),
    "unused category": (obs(cat(["x", "x"], ["x", "y"])), obs(cat(["x", "x"], ["x"]))),
    "ordered flag": (obs(cat(["x", "y"], ["x", "y"])), obs(cat(["x", "y"], ["x", "y"], True))),
    "category vs text": (obs(cat(["x", "y"], ["x", "y"])), obs(["x", "y"])),
    "missing category": (obs(cat(["x", None], ["x"])), obs(cat(["x", "x"], ["x"]))),
    "index name": (obs([1, 2], name="n"), obs([1, 2], name="m")),
    "index name vs none": (obs([1, 2], name="n"), obs([1, 2])),
    "index order": (obs([1, 2]), base(obs=pd.DataFrame({"c": [1, 2]}, index=["b", "a"]))),
    "na_value": (obs(text(["x", None], NAN)), obs(text(["x", None], pd.NA))),
    "missing text vs empty": (obs(text(["x", None], NAN)), obs(text(["x", ""], NAN))),
    "nullable vs plain": (obs(pd.array([1, 2], "Int64")), obs(np.array([1, 2]))),
    "nullable width": (obs(pd.array([1, None], "Int32")), obs(pd.array([1, None], "Int64"))),
    "nullable mask": (obs(pd.array([0, None], "Int64")), obs(pd.array([0, 0], "Int64"))),
    "record field": (
        uns(np.array([(1, 2.0)], [("a", "i4"), ("b", "f4")])),
        uns(np.array([(1, 2.0)], [("a", "i4"), ("c", "f4")])),
    ),
    "record field dtype": (
        uns(np.array([(1, 2.0)], [("a", "i4"), ("b", "f4")])),
        uns(np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")])),
    ),
    "awkward value": (uns(ak.Array([[1], [2, 3]])), uns(ak.Array([[1], [2, 4]]))),
    "awkward type": (uns(ak.Array([[1], [2, 3]])), uns(ak.Array([[1], [2.0, 3]]))),
    "raw or not": (base(), with_raw(M)),
    "raw X": (with_raw(M), with_raw(M + 1)),
    "no X": (base(), base(X=None, shape=(2, 3))),
    "nested AnnData": (uns(base()), uns(base(X=M + 1))),
    "explicit zero": (
        base(X=sparse.csr_matrix(M)),
        base(X=sparse.csr_matrix((np.array([1.0, 2, 3, 0]), np.array([0, 2, 1, 2]), np.array([0, 2, 4])), (2, 3))),
    ),
}


def wide_indices(dtype) -> AnnData:
    m = sparse.csr_matrix(M)
    m.indices, m.indptr = m.indices.astype(dtype), m.indptr.astype(dtype)
    return base(X=m)


def edited(path: Path, edit) -> None:
    with h5py.File(path, "r+") as f:
        edit(f)


def shrink_attribute(f) -> None:
    f["X"].attrs["encoding-version"] = "0.1.0"


def fixed_attribute(f) -> None:
    f["X"].attrs["encoding-type"] = np.bytes_("array")


def extra_attribute(f) -> None:
    f["obs"].attrs["more"] = 1


def fixed_strings(f) -> None:
    del f["uns/s"]
    f["uns/s"] = np.array([b"a", b"b"])
    f["uns/s"].attrs["encoding-type"], f["uns/s"].attrs["encoding-version"] = "string-array", "0.2.0"


def narrow_codes(f) -> None:
    old = f["obs/c/codes"]
    attrs, values = dict(old.attrs), old[()]
    del f["obs/c/codes"]
    f["obs/c/codes"] = values.astype("i2")
    f["obs/c/codes"].attrs.update(attrs)


def stray_child(f) -> None:
    f["obs/stray"] = 1


def bool_as_int8(f) -> None:
    del f["uns/b"]
    f["uns/b"] = np.array([1, 0], "i1")
    f["uns/b"].attrs["encoding-type"], f["uns/b"].attrs["encoding-version"] = "array", "0.2.0"


STORED = [shrink_attribute, fixed_attribute, extra_attribute, fixed_strings, narrow_codes, stray_child, bool_as_int8]


def write(adata: AnnData, name: str, folder: Path) -> Path:
    path = folder / name
    adata.write_h5ad(path, convert_strings_to_categoricals=False)
    return path


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.parametrize("name", DIFFERENT)
@pytest.mark.parametrize("objects_only", [True, False])
def test_different(name, objects_only, folder):
    left, right = (write(adata, f"{i}.h5ad", folder) for i, adata in enumerate(DIFFERENT[name]))
    if name == "int scalar width" and objects_only:
        pytest.skip("Python reads scalars as plain int: only the storage shows their width")
    assert differences(left, right, objects_only=objects_only)
    assert differences(right, left, objects_only=objects_only)


@pytest.mark.parametrize("name", DIFFERENT)
def test_equal(name, folder):
    adata = DIFFERENT[name][0]
    left, right = (write(adata, f"{i}.h5ad", folder) for i in range(2))
    assert differences(left, right) == []


@pytest.mark.parametrize("edit", STORED, ids=lambda edit: edit.__name__)
def test_stored_differently(edit, folder):
    adata = obs(cat(["x", "y"], ["x", "y"]))
    adata.uns = {"s": np.array(["a", "b"]), "b": np.array([True, False])}
    left, right = (write(adata, f"{i}.h5ad", folder) for i in range(2))
    edited(right, edit)
    out = Differences()
    with h5py.File(left) as f, h5py.File(right) as g:
        walk(f, g, out)
    assert out


def test_index_width(folder):
    left, right = (write(wide_indices(t), f"{t}.h5ad", folder) for t in ("i4", "i8"))
    assert [each for each in differences(left, right) if each["what"] == "type"]


def test_string_index(folder):
    left = write(base(), "new.h5ad", folder)
    with anndata.settings.override(allow_write_nullable_strings=False):
        right = write(base(), "classic.h5ad", folder)
    assert differences(left, right)


def test_latest_superblock(folder):
    left = write(base(), "a.h5ad", folder)
    with h5py.File(left) as f, h5py.File(folder / "b.h5ad", "w", libver="latest") as g:
        g.attrs.update(f.attrs)
        for name in f:
            f.copy(name, g)
    assert [each["what"] for each in differences(left, folder / "b.h5ad")] == ["superblock"]
