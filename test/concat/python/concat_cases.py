# SPDX-License-Identifier: BSD-3-Clause
"""Makes inputs of anndata.concat from specifications, runs it, and compares what Node made of the same inputs.

usage: concat_cases.py make FOLDER      specifications as JSON lines on stdin; one JSON line of outcome each
       concat_cases.py compare FOLDER   {"case", "outer"} as JSON lines on stdin; one JSON line for each difference

A case N has the files N-i.h5ad (inputs), N-e.h5ad (expected) and N-o.h5ad (ours).
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import anndata
import awkward as ak
import numpy as np
import pandas as pd
from anndata import AnnData
from scipy import sparse

sys.path.insert(0, str(Path(__file__).parents[2] / "interop" / "python"))
from strict import Differences, compare  # noqa: E402

SLOTS = ("layers", "obsm", "varm", "obsp", "varp")


def categories(rng, n, cats, ordered=False, missing=False):
    codes = rng.integers(-1 if missing or not cats else 0, len(cats), n) if cats else np.full(n, -1)
    dtype = object if not cats else None
    return pd.Categorical.from_codes(codes, categories=pd.Index(cats, dtype=dtype), ordered=ordered)


def texts(rng, n, missing=False, dtype="str"):
    words = ["x", "ünï", "", "x10", "x2", "日本"]
    values = [words[i] for i in rng.integers(0, len(words), n)]
    if missing:
        values = [None if rng.random() < 0.4 else v for v in values]
    return pd.array(values, dtype=dtype)


def nullable(rng, n, dtype):
    values = rng.integers(0, 2, n)
    mask = rng.random(n) < 0.4
    values[mask] = 0
    kind = pd.arrays.BooleanArray if dtype == "boolean" else pd.arrays.IntegerArray
    return kind(values.astype("bool" if dtype == "boolean" else dtype), mask)


COLUMNS = {
    **{d: (lambda r, n, d=d: number_array(r, n, d)) for d in (
        "int64", "int8", "uint8", "uint64", "int32", "float32", "float64", "bool", "complex64")},
    "Int64": lambda r, n: nullable(r, n, "int64"),
    "Int8": lambda r, n: nullable(r, n, "int8"),
    "UInt32": lambda r, n: nullable(r, n, "uint32"),
    "boolean": lambda r, n: nullable(r, n, "boolean"),
    "text": lambda r, n: texts(r, n),
    "textnull": lambda r, n: texts(r, n, True),
    "textNA": lambda r, n: texts(r, n, True, "string"),
    "cat_ab": lambda r, n: categories(r, n, ["a", "b"]),
    "cat_ba": lambda r, n: categories(r, n, ["b", "a"]),
    "cat_null": lambda r, n: categories(r, n, ["b", "c"], missing=True),
    "cat_num": lambda r, n: categories(r, n, ["x10", "x2", "X9", "a"]),
    "cat_empty": lambda r, n: categories(r, n, []),
    "ord_ab": lambda r, n: categories(r, n, ["b", "a"], True),
    "ord_abn": lambda r, n: categories(r, n, ["b", "a"], True, True),
    "ord_ac": lambda r, n: categories(r, n, ["a", "c"], True),
    "cat_int": lambda r, n: categories(r, n, [3, 1]),
    "cat_intnull": lambda r, n: categories(r, n, [1, 2], missing=True),
    "cat_float": lambda r, n: categories(r, n, [1.0, 0.5]),
    "cat_bool": lambda r, n: categories(r, n, [True, False]),
}  # fmt: skip


def number_array(rng, shape, dtype):
    values = rng.integers(0, 4, shape)
    if dtype.startswith("float"):
        return np.where(rng.random(shape) < 0.1, np.nan, values).astype(dtype)
    if dtype.startswith("complex"):
        return (values + 1j * rng.integers(0, 2, shape)).astype(dtype)
    return (values % 2 if dtype == "bool" else values).astype(dtype)


def matrix(rng, shape, kind, dtype):
    values = number_array(rng, shape, dtype)
    if kind == "dense":
        return values
    if kind == "fortran":
        return np.asfortranarray(values)
    values[rng.random(shape) < 0.5] = 0
    return {"csr": sparse.csr_matrix, "csc": sparse.csc_matrix, "csr_array": sparse.csr_array}[kind](values)


def awkward(rng, n, kind):
    lists = [rng.integers(0, 9, rng.integers(0, 3)).tolist() for _ in range(n)]
    if kind == "lists":
        return ak.values_astype(ak.Array(lists), "int64") if n else ak.Array(ak.contents.ListOffsetArray(
            ak.index.Index64([0]), ak.contents.NumpyArray(np.zeros(0, "int64"))))
    fields = {"a": rng.integers(0, 9, n), kind: rng.random(n).astype("float32")}
    return ak.zip(fields)


def axis_value(rng, n, names, spec):
    kind, dtype, width = spec["kind"], spec["dtype"], spec["width"]
    if kind == "frame":
        return pd.DataFrame({c["name"]: COLUMNS[c["kind"]](rng, n) for c in spec["columns"]}, index=names)
    if kind in ("lists", "b", "c"):
        return awkward(rng, n, kind)
    if kind == "cube":
        return number_array(rng, (n, width, 2), dtype)
    return matrix(rng, (n, width), kind, dtype)


UNS = {
    "int": 1, "float": 1.0, "two": 2, "true": True, "text": "t", "nan": float("nan"), "none": None,
    "array": np.array([1.0, np.nan]), "array32": np.array([1.0, np.nan], "float32"), "strings": np.array(["a", "b"], object),
    "f32": np.float32(1), "dict": {"p": 1, "q": {"r": "s"}}, "dict2": {"p": 1, "q": {"r": "t", "u": 3}}, "empty": {},
    "csr": sparse.csr_matrix(np.eye(2)), "csc": sparse.csc_matrix(np.eye(2)), "eye": np.eye(2),
    "frame": pd.DataFrame({"k": [1, 2]}, index=["i", "j"]), "frame2": pd.DataFrame({"k": [1.0, np.nan]}, index=["i", "j"]),
    "cat": pd.Categorical(["a", "b", "a"]),
}  # fmt: skip


def build(spec: dict, seed: int) -> AnnData:
    rng = np.random.default_rng(seed)
    frames = {}
    for axis in ("obs", "var"):
        names = pd.Index(spec[f"{axis}Names"], dtype="str", name=spec[f"{axis}IndexName"])
        frames[axis] = pd.DataFrame({c["name"]: COLUMNS[c["kind"]](rng, len(names)) for c in spec[axis]}, index=names)
    shape = (len(frames["obs"]), len(frames["var"]))
    adata = AnnData(**frames)
    if spec["x"] is not None:
        adata.X = matrix(rng, shape, spec["x"]["kind"], spec["x"]["dtype"])
    for key, each in spec["layers"].items():
        adata.layers[key] = matrix(rng, shape, each["kind"], each["dtype"])
    for i, axis in enumerate(("obs", "var")):
        for key, each in spec[f"{axis}m"].items():
            getattr(adata, f"{axis}m")[key] = axis_value(rng, shape[i], frames[axis].index, each)
        for key, each in spec[f"{axis}p"].items():
            getattr(adata, f"{axis}p")[key] = matrix(rng, (shape[i],) * 2, each["kind"], each["dtype"])
    for key, value in spec["uns"].items():
        adata.uns[key] = UNS[value]
    if spec["raw"] is not None:
        names = pd.Index(spec["raw"]["varNames"], dtype="str")
        X = matrix(rng, (shape[0], len(names)), spec["raw"]["kind"], spec["raw"]["dtype"])
        var = pd.DataFrame({c["name"]: COLUMNS[c["kind"]](rng, len(names)) for c in spec["raw"]["var"]}, index=names)
        adata.raw = AnnData(X, obs=frames["obs"][[]].copy(), var=var)
    return adata


def write(adata: AnnData, path: Path, *, classic: bool = False) -> None:
    adata.strings_to_categoricals = lambda *a, **k: None
    with anndata.settings.override(allow_write_nullable_strings=False if classic else None):
        try:
            adata.write_h5ad(path, convert_strings_to_categoricals=False)
        except ValueError:
            if not classic:
                raise
            write(adata, path)


def unwritable(series: pd.Series) -> bool:
    """Columns that hold several kinds of objects, or nullable floats: no file can have them."""
    if isinstance(series.dtype, pd.Float64Dtype | pd.Float32Dtype):
        return True
    values = series.cat.categories.to_series() if isinstance(series.dtype, pd.CategoricalDtype) else series
    if values.dtype != object:
        return False
    kinds = {type(v) for v in values if not (v is None or v is pd.NA or (isinstance(v, float) and v != v))}
    return not kinds <= {str} or (not kinds and not isinstance(series.dtype, pd.CategoricalDtype))


def drop(frame: pd.DataFrame, key: str, dropped: list) -> None:
    for name in list(frame.columns):
        if unwritable(frame[name]):
            dropped.append(f"{key}/{name}")
            del frame[name]
        elif frame[name].dtype == object:
            frame[name] = frame[name].astype("str")


def make(folder: Path, job: dict) -> dict:
    case, args = job["case"], dict(job["args"])
    inputs = []
    for i, spec in enumerate(job["objects"]):
        path = folder / f"{case}-{i}.h5ad"
        write(build(spec, job["seed"] + i), path, classic=job["classic"])
        inputs.append(anndata.read_h5ad(path))
    rename = {"unsMerge": "uns_merge", "indexUnique": "index_unique", "fillValue": "fill_value"}
    args = {rename.get(k, k): v for k, v in args.items()}
    given = dict(zip(args.pop("mapping"), inputs, strict=True)) if "mapping" in args else inputs
    try:
        joined = anndata.concat(given, **args)
    except Exception as error:
        return {"case": case, "error": f"{type(error).__name__}: {error}"[:300], "dropped": []}
    dropped: list[str] = []
    for axis in ("obs", "var"):
        drop(getattr(joined, axis), axis, dropped)
        for key, value in getattr(joined, f"{axis}m").items():
            if isinstance(value, pd.DataFrame):
                drop(value, f"{axis}m/{key}", dropped)
    if joined.raw is not None:
        drop(joined.raw.var, "raw/var", dropped)
    write(joined, folder / f"{case}-e.h5ad")
    return {"case": case, "error": None, "dropped": dropped}


def canonical(value):
    """Sparse matrices without zeros, duplicates and disorder; awkward arrays as lists."""
    if sparse.issparse(value):
        value = value.copy()
        value.sum_duplicates()
        value.eliminate_zeros()
        value.sort_indices()
        value.indices, value.indptr = value.indices.astype("int64"), value.indptr.astype("int64")
        return value
    if isinstance(value, ak.Array):
        return {"awkward": ak.to_list(value)}
    return value


def text_frame(value):
    """Text without rows tells pandas nothing: it reads some as objects."""
    if not isinstance(value, pd.DataFrame) or len(value) > 0:
        return value
    value = value.copy()
    value.index = value.index.astype("str")
    for name in value.columns:
        if value[name].dtype == object:
            value[name] = value[name].astype("str")
    return value


def retyped(ours, expected) -> bool:
    """D9: ours keeps the element type where Python's filling widens it, and has that of arrays without elements."""
    if not isinstance(ours.dtype, np.dtype) or "O" in (ours.dtype.kind, expected.dtype.kind):
        return False
    values = ours.data if sparse.issparse(ours) else ours
    return np.array_equal(values, values.astype(expected.dtype), equal_nan=True)


def both(expected, ours, key, out, *, outer):
    expected, ours = canonical(expected), canonical(ours)
    if isinstance(expected, dict) and "awkward" in expected:
        if not isinstance(ours, dict):
            out.add(key, "class", expected, type(ours))
        elif not same_rows(expected["awkward"], ours["awkward"], outer=outer):
            out.add(key, "rows", expected["awkward"], ours["awkward"])
        return
    is_array = isinstance(expected, np.ndarray) or sparse.issparse(expected)
    if outer and is_array and type(expected) is type(ours) and expected.dtype != ours.dtype and retyped(ours, expected):
        ours = canonical(ours.astype(expected.dtype))
    compare(text_frame(expected), text_frame(ours), key, out)


def same_rows(expected, ours, *, outer) -> bool:
    """C14: where a row is missing, Python may repeat the last one."""
    return len(expected) == len(ours) and all(
        (outer and theirs is None) or same_lists(mine, theirs) for mine, theirs in zip(expected, ours, strict=True)
    )


def same_lists(a, b) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same_lists, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_lists(a[k], b[k]) for k in a)
    return type(a) is type(b) and (a == b or (a != a and b != b))


def compare_case(folder: Path, case: int, *, outer: bool) -> list:
    out = Differences()
    out.modernised = True
    expected = anndata.read_h5ad(folder / f"{case}-e.h5ad")
    try:
        ours = anndata.read_h5ad(folder / f"{case}-o.h5ad")
    except Exception as error:  # a difference like any other
        return [{"key": "/", "what": "unreadable", "right": f"{error} {getattr(error, '__notes__', '')}"[-1000:]}]
    out.same("", "shape", expected.shape, ours.shape)
    compare(text_frame(expected.obs), text_frame(ours.obs), "obs", out)
    compare(text_frame(expected.var), text_frame(ours.var), "var", out)
    both(expected.X, ours.X, "X", out, outer=outer)
    if expected.n_obs == 0 and expected.raw is None:
        ours.raw = None  # C16
    if out.same("raw", "presence", expected.raw is None, ours.raw is None) and expected.raw is not None:
        both(expected.raw.X, ours.raw.X, "raw/X", out, outer=outer)
        compare(text_frame(expected.raw.var), text_frame(ours.raw.var), "raw/var", out)
        out.same("raw/varm", "keys", sorted(expected.raw.varm), sorted(ours.raw.varm))
    for slot in SLOTS:
        left, right = ({k: v for k, v in getattr(x, slot).items() if k is not None} for x in (expected, ours))
        out.same(slot, "keys", sorted(left), sorted(right))
        for key in set(left) & set(right):
            both(left[key], right[key], f"{slot}/{key}", out, outer=outer)
    compare(dict(expected.uns), dict(ours.uns), "uns", out)
    return list(out)


def main() -> int:
    warnings.simplefilter("ignore")
    command, folder = sys.argv[1], Path(sys.argv[2])
    for line in sys.stdin:
        job = json.loads(line)
        if command == "make":
            print(json.dumps(make(folder, job)))
        else:
            for each in compare_case(folder, job["case"], outer=job["outer"]):
                print(json.dumps({"case": job["case"], **each}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
