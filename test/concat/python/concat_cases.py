# SPDX-License-Identifier: BSD-3-Clause
"""Makes inputs of anndata.concat from specifications, runs it, and compares what Node made of the same inputs.

usage: concat_cases.py FOLDER   questions as JSON lines on stdin, one JSON line of answer to each

{"make": specification} writes i.h5ad (inputs) and expected.h5ad, and answers {"error", "dropped"}. {"compare": true}
compares ours.h5ad with what was expected, and answers {"differences", "excused"}: the rows of docs/deviations.md by
which something was let pass.
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

def excuse(row: str) -> str:
    """A row of docs/deviations.md."""
    return row


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
    if kind == "text":
        return np.array(["a", "ü", ""], object)[rng.integers(0, 3, (n, width))]
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
        varm = {"m": number_array(rng, (len(names), 2), "float32")} if spec["raw"]["varm"] else {}
        adata.raw = AnnData(X, obs=frames["obs"][[]].copy(), var=var, varm=varm)
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


def last(sources):
    return {k: v for source in sources for k, v in source.items()}


def turned(adata: AnnData, excused: list[str]) -> AnnData:
    """A view; or a copy of it, where a view would name itself in the types of its awkward arrays."""
    view = adata[::-1, ::-1]
    if not any(isinstance(v, ak.Array) for m in (adata.obsm, adata.varm) for v in m.values()):
        return view
    excused.append(excuse("awkward-views"))
    return view.copy()


def make(folder: Path, job: dict, state: dict) -> dict:
    args = dict(job["args"])
    inputs: list[AnnData] = []
    excused: list[str] = []
    for i, spec in enumerate(job["objects"]):
        path = folder / f"{i}.h5ad"
        write(build(spec, job["seed"] + i), path, classic=job["classic"])
        adata = anndata.read_h5ad(path)
        inputs.append(turned(adata, excused) if spec["view"] else adata)
    rename = {"unsMerge": "uns_merge", "indexUnique": "index_unique", "fillValue": "fill_value"}
    args = {rename.get(k, k): last if v == "last" else v for k, v in args.items()}
    keys = job["keys"]
    given = inputs
    if job["keyed"] in ("Map", "object"):
        given = dict(zip(keys, inputs, strict=True))
    elif keys is not None:
        args["keys"] = keys
    try:
        joined = anndata.concat(given, **args)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:300], "dropped": [], "raw": False, "excused": excused}
    dropped: list[str] = []
    for axis in ("obs", "var"):
        drop(getattr(joined, axis), axis, dropped)
        for key, value in dict(getattr(joined, f"{axis}m")).items():
            if isinstance(value, pd.DataFrame):
                drop(value, f"{axis}m/{key}", dropped)
            elif getattr(value, "dtype", None) == object and not all(isinstance(v, str) for v in value.flat):
                dropped.append(f"{axis}m/{key}")
                del getattr(joined, f"{axis}m")[key]
    if joined.raw is not None:
        drop(joined.raw.var, "raw/var", dropped)
    write(joined, folder / "expected.h5ad")
    state |= {"inputs": inputs, "outer": args.get("join") == "outer", "by_function": args.get("uns_merge") is last}
    return {"error": None, "dropped": dropped, "raw": joined.raw is not None, "excused": excused}


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


NUMBER_CLASSES = {(f"builtins.{a}", f"builtins.{b}") for a in ("int", "float", "bool") for b in ("int", "float")}


class Comparison:
    """One comparison, and the rows of docs/deviations.md that it let something pass by."""

    def __init__(self, inputs: list[AnnData], *, outer: bool, **_: bool) -> None:
        self.inputs, self.outer = inputs, outer
        self.out = Differences()
        self.out.modernised = True
        self.excused: list[str] = []

    def both(self, expected, ours, key: str, find) -> None:
        """`find` gives the value of one input, or None."""
        expected, ours = canonical(expected), canonical(ours)
        if isinstance(expected, dict) and "awkward" in expected:
            if not isinstance(ours, dict):
                self.out.add(key, "class", expected, type(ours))
            elif not self.same_rows(expected["awkward"], ours["awkward"]):
                self.out.add(key, "rows", expected["awkward"], ours["awkward"])
            return
        is_array = isinstance(expected, np.ndarray) or sparse.issparse(expected)
        if self.outer and is_array and type(expected) is type(ours) and expected.dtype != ours.dtype:
            given = [each for each in map(find, self.inputs) if each is not None]
            if ours.dtype == object and ours.size == expected.size == 0:
                self.excused.append(excuse("C5"))
                ours = ours.astype(expected.dtype)
            elif retyped(ours, expected, [each.dtype for each in given if hasattr(each, "dtype")]):
                self.excused.append(excuse("D9"))
                ours = canonical(ours.astype(expected.dtype))
        compare(text_frame(expected), text_frame(ours), key, self.out)

    def same_rows(self, expected, ours) -> bool:
        if len(expected) != len(ours):
            return False
        for mine, theirs in zip(ours, expected, strict=True):
            if same_lists(mine, theirs):
                continue
            if not self.outer or mine is not None:
                return False
            self.excused.append(excuse("C14"))
        return True


def retyped(ours, expected, given) -> bool:
    """Whether the element type is that of the inputs, widened at most for what is filled in, and the values are the same."""
    if not isinstance(ours.dtype, np.dtype) or "O" in (ours.dtype.kind, expected.dtype.kind):
        return False
    wider = [[], [np.dtype("int64")], [np.dtype("float64")]]
    allowed = {np.result_type(*some, *more) for some in [given, *([d] for d in given)] for more in wider}
    values = ours.data if sparse.issparse(ours) else ours
    return ours.dtype in allowed and np.array_equal(values, values.astype(expected.dtype), equal_nan=True)


def same_lists(a, b) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same_lists, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_lists(a[k], b[k]) for k in a)
    return type(a) is type(b) and (a == b or (a != a and b != b))


def compare_case(folder: Path, state: dict) -> dict:
    expected = anndata.read_h5ad(folder / "expected.h5ad")
    try:
        ours = anndata.read_h5ad(folder / "ours.h5ad")
    except Exception as error:  # a difference like any other
        text = f"{error} {getattr(error, '__notes__', '')}"[-1000:]
        return {"differences": [{"key": "/", "what": "unreadable", "right": text}], "excused": []}
    comparison = Comparison(**state)
    out = comparison.out
    out.same("", "shape", expected.shape, ours.shape)
    compare(text_frame(expected.obs), text_frame(ours.obs), "obs", out)
    compare(text_frame(expected.var), text_frame(ours.var), "var", out)
    comparison.both(expected.X, ours.X, "X", lambda adata: adata.X)
    if expected.n_obs == 0 and expected.raw is None and ours.raw is not None:
        comparison.excused.append(excuse("C16"))
    elif out.same("raw", "presence", expected.raw is None, ours.raw is None) and expected.raw is not None:
        comparison.both(expected.raw.X, ours.raw.X, "raw/X", lambda adata: adata.raw.X)
        compare(text_frame(expected.raw.var), text_frame(ours.raw.var), "raw/var", out)
        out.same("raw/varm", "keys", sorted(expected.raw.varm), sorted(ours.raw.varm))
    for slot in SLOTS:
        left, right = ({k: v for k, v in getattr(x, slot).items() if k is not None} for x in (expected, ours))
        out.same(slot, "keys", sorted(left), sorted(right))
        for key in set(left) & set(right):
            comparison.both(left[key], right[key], f"{slot}/{key}", lambda adata: getattr(adata, slot).get(key))  # noqa: B023
    compare(dict(expected.uns), dict(ours.uns), "uns", out)
    if state["by_function"]:
        same = [each for each in out if each["key"].startswith("uns/") and (each["left"], each["right"]) in NUMBER_CLASSES]
        comparison.excused += [excuse("C12") for _ in same]
        out[:] = [each for each in out if each not in same]
    return {"differences": list(out), "excused": sorted(set(comparison.excused))}


def main() -> int:
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    state: dict = {}
    for line in sys.stdin:
        question = json.loads(line)
        answer = make(folder, question["make"], state) if "make" in question else compare_case(folder, state)
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
