# SPDX-License-Identifier: BSD-3-Clause
"""Writes a file with elements of every encoding, and compares such a file with the one Node made of it.

usage: elements.py make FILE
       elements.py make_wide FILE              a frame of more than 5,000 columns
       elements.py compare LEFT RIGHT…         prints a JSON list of differences for each RIGHT
       elements.py read FILE                   prints what anndata reads, one JSON line per top-level element
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "interop" / "python"))

import anndata
import awkward as ak
import h5py
import numpy as np
import pandas as pd
from scipy import sparse

DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()


def arrays() -> dict:
    out = {}
    for name in DTYPES:
        dtype = np.dtype(name)
        values = np.array([0, 1, 1, 0, 1, 0]) if name == "bool" else extremes(dtype)
        flat = values.astype(dtype)
        out[f"{name}_1d"] = flat
        out[f"{name}_2d"] = flat[:6].reshape(2, 3)
        out[f"{name}_3d"] = np.arange(24).astype(dtype).reshape(2, 3, 4)
        out[f"{name}_empty"] = np.zeros((0, 3), dtype)
        out[f"{name}_scalar"] = flat[1]
        if name != "bool":
            out[f"{name}_swapped"] = flat.astype(dtype.newbyteorder(">"))
    return out


def extremes(dtype: np.dtype) -> np.ndarray:
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return np.array([info.min, info.max, 0, 1, 2, 3], dtype)
    tail = [1j, -2.5] if dtype.kind == "c" else [np.finfo(dtype).tiny, -2.5]
    return np.array([np.nan, np.inf, -np.inf, -0.0, *tail]).astype(dtype)


def texts() -> dict:
    odd = ["", "a", "ünï", "日本語", "👩‍🔬", " ", "a\nb", "x" * 70000]
    return {
        "1d": np.array(odd, dtype=object),
        "2d": np.array(odd, dtype=object).reshape(2, 4),
        "3d": np.array(odd, dtype=object).reshape(2, 2, 2),
        "empty": np.array([], dtype=object),
        "empty_2d": np.array([], dtype=object).reshape(0, 2),
        "scalar": "ünï",
        "scalar_empty": "",
        "zero_d": np.array("z"),
    }


def matrices() -> dict:
    rng = np.random.default_rng(0)
    dense = rng.integers(0, 3, (7, 5)).astype("float32")
    out = {}
    for fmt in ("csr", "csc"):
        make = sparse.csr_matrix if fmt == "csr" else sparse.csc_matrix
        for name in ("float32", "float64", "int64", "uint8", "bool", "complex64"):
            out[f"{fmt}_{name}"] = make(dense.astype(name))
        wide = make(dense)
        wide.indptr, wide.indices = wide.indptr.astype("int64"), wide.indices.astype("int64")
        out[f"{fmt}_int64_indices"] = wide
        out[f"{fmt}_empty"] = make((0, 5), dtype="float32")
        out[f"{fmt}_no_columns"] = make((7, 0), dtype="int32")
        out[f"{fmt}_zeros"] = make((3, 4), dtype="float64")
        odd = make((np.array([1.0, 2, 3, 4]), np.array([2, 0, 1, 1]), np.array([0, 2, 4])), shape=(2, 3) if fmt == "csr" else (3, 2))
        out[f"{fmt}_unsorted_duplicates"] = odd
    return out


def categoricals() -> dict:
    many = [f"c{i}" for i in range(200)]
    return {
        "plain": pd.Categorical(["b", "a", None, "b"]),
        "ordered": pd.Categorical(["lo", "hi"], categories=["lo", "mid", "hi"], ordered=True),
        "int": pd.Categorical([3, 1, 3]),
        "float": pd.Categorical([0.5, None, 1.5]),
        "bool": pd.Categorical([True, False, True]),
        "wide": pd.Categorical(many),
        "wider": pd.Categorical.from_codes(np.arange(40000) % 33000, np.arange(33000)),
        "empty": pd.Categorical([]),
        "no_categories": pd.Categorical([None, None], categories=[]),
        "all_missing": pd.Categorical([None, None], categories=["a"]),
    }


def nullables() -> dict:
    out = {f"int_{d}": pd.array([1, None, 3], dtype=d) for d in ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64")}
    out["bool"] = pd.array([True, None, False], dtype="boolean")
    out["no_missing"] = pd.array([1, 2], dtype="Int64")
    out["empty"] = pd.array([], dtype="Int64")
    out["string_NA"] = pd.array(["a", None, ""], dtype="string")
    out["string_NaN"] = pd.array(["a", None, "ü"], dtype="str")
    out["string_whole"] = pd.array(["a", "b"], dtype="str")
    return out


def frames() -> dict:
    columns = {
        "int": np.arange(4, dtype="int32"),
        "float16": np.arange(4).astype("float16"),
        "bool": [True, False, True, True],
        "text": ["a", "b", "ü", ""],
        "missing text": ["a", None, "c", "d"],
        "cat": pd.Categorical(["x", "y", "x", None]),
        "nullable": pd.array([1, None, 2, 3], dtype="UInt8"),
        "complex": np.array([1j, 2, 3, 4]),
        "__proto__": np.arange(4.0),
        "constructor": np.arange(4.0),
    }
    text = pd.DataFrame(columns, index=["w", "x", "y", "z"])
    return {
        "mixed": text,
        "reordered": text[list(reversed(text.columns))],
        "int_index": pd.DataFrame({"a": [1.5, 2.5]}, index=pd.Index([10, 20])),
        "named_index": pd.DataFrame({"a": [1, 2]}, index=pd.Index(["p", "q"], name="names")),
        "object_index": pd.DataFrame({"a": [1, 2]}, index=pd.Index(["p", "q"], dtype=object)),
        "cat_index": pd.DataFrame({"a": [1, 2]}, index=pd.CategoricalIndex(["p", "q"])),
        "index_is_column": pd.DataFrame({"k": ["p", "q"]}, index=pd.Index(["p", "q"], name="k")),
        "no_columns": pd.DataFrame(index=["a", "b"]),
        "no_rows": pd.DataFrame({"a": np.array([], "int64"), "b": np.array([], object)}, index=pd.Index([], dtype="str")),
        "long_names": pd.DataFrame({f"{i} {'long name ' * 20}": [i] for i in range(400)}, index=["r"]),
    }


def records() -> dict:
    plain = np.array([("a", 1, 0.5, True), ("ünï", 2, np.nan, False)], dtype=[("name", "O"), ("n", "i4"), ("x", "f2"), ("flag", "?")])
    nested = np.array([([1.0, 2.0], 1j), ([3.0, 4.0], 2)], dtype=[("pair", "f4", (2,)), ("z", "c16")])
    return {
        "plain": plain,
        "sub_arrays": nested,
        "unicode": np.array([("ab", 1)], dtype=[("u", "U5"), ("i", "u8")]),
        "empty": plain[:0],
        "two_d": nested.reshape(1, 2),
    }


def awkward() -> dict:
    return {
        "ragged": ak.Array([[1, 2], [], [3]]),
        "records": ak.Array([{"a": 1, "b": [1.5]}, {"a": 2, "b": []}]),
        "missing": ak.Array([1, None, 3]),
        "strings": ak.Array(["a", "bc", ""]),
        "empty": ak.Array([]),
    }


def everything() -> dict:
    return {
        "array": arrays(),
        "text": texts(),
        "sparse": matrices(),
        "categorical": categoricals(),
        "nullable": nullables(),
        "frame": frames(),
        "record": records(),
        "awkward": awkward(),
        "scalar": {"int": 1, "big": 2**63, "negative": -(2**60), "float": 1.5, "whole_float": 2.0, "nan": float("nan"), "bool": True},
        "null": None,
        "nothing": {},
        "nested": {"a": {"b": {"c": {"__proto__": 1, "..": 2}}}},
        "list": [1, 2],
        "empty_list": [],
    }


def make(path: str) -> None:
    with h5py.File(path, "w") as file:
        anndata.io.write_elem(file, "/", everything())
        # Widths Python reads but does not write by itself.
        for width in ("uint8", "int16", "uint32", "uint64"):
            matrix = sparse.random(6, 4, 0.5, "csr", dtype="float32", random_state=1)
            anndata.io.write_elem(file["sparse"], f"csr_{width}", matrix)
            group = file["sparse"][f"csr_{width}"]
            for part in ("indices", "indptr"):
                values = group[part][()]
                del group[part]
                group.create_dataset(part, data=values.astype(width), maxshape=(None,))
        for name, dtype in (("unsigned", "uint8"), ("needlessly_wide", "int64")):
            anndata.io.write_elem(file["categorical"], name, pd.Categorical(["a", "b", "a"]))
            group = file["categorical"][name]
            del group["codes"]
            anndata.io.write_elem(group, "codes", np.array([0, 1, 0], dtype))


def make_wide(path: str) -> None:
    with h5py.File(path, "w") as file:
        anndata.io.write_elem(file, "/", {"wide": pd.DataFrame({f"gene number {i}": [i] for i in range(5100)}, index=["r"])})


def compare(left: str, *rights: str) -> None:
    from storage_walk import walk
    from strict import Differences

    for right in rights:
        out = Differences()
        with h5py.File(left, "r") as a, h5py.File(right, "r") as b:
            walk(a, b, out)
        print(json.dumps(list(out), ensure_ascii=True, default=str))


def read(path: str) -> None:
    with h5py.File(path, "r") as file, warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in file:
            value = anndata.io.read_elem(file[name])
            kind = type(value).__name__
            dtype = str(getattr(value, "dtype", ""))
            shape = list(getattr(value, "shape", ()))
            plain = value.tolist() if hasattr(value, "tolist") else value
            line = {"key": name, "kind": kind, "dtype": dtype, "shape": shape, "value": plain}
            print(json.dumps(line, default=repr).replace("NaN", "null"))


if __name__ == "__main__":
    {"make": make, "make_wide": make_wide, "compare": compare, "read": read}[sys.argv[1]](*sys.argv[2:])
