# SPDX-License-Identifier: BSD-3-Clause
"""Strict comparison of two objects as Python's anndata read them.

Equal means: same class, dtype (byte order aside), shape, sparse format, values, key sets, column order, categories and
their order, index names, missing-value markers. NaN equals NaN whatever its payload; 0.0 and -0.0 differ.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData, Raw
from scipy import sparse

try:
    import awkward as ak
except ImportError:  # an environment without awkward simply has no awkward values
    ak = None

SLOTS = ("obsm", "varm", "obsp", "varp", "layers")


class Differences(list):
    """Collected differences; each is (key, what, left, right) as short text."""

    # Whether one side is a modern form of an old file: what Python then reads as a plain number and as text of any
    # width, it reads from the old one as a NumPy scalar and as text of fixed width.
    modernised = False

    def add(self, key: str, what: str, left, right) -> None:
        self.append({"key": key or "/", "what": what, "left": short(left), "right": short(right)})

    def same(self, key: str, what: str, left, right) -> bool:
        if left == right:
            return True
        self.add(key, what, left, right)
        return False


def short(value, limit: int = 160) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else text[:limit] + "…"


def compare(a, b, key: str, out: Differences) -> None:
    """Adds every difference between `a` and `b` to `out`."""
    if out.modernised:
        a, b = (x.item() if isinstance(x, np.generic) else x for x in (a, b))
    if not out.same(key, "class", class_of(a), class_of(b)):
        return
    if isinstance(a, AnnData):
        compare_anndata(a, b, key, out)
    elif isinstance(a, Raw):
        for part in ("X", "var", "varm"):
            compare(plain(getattr(a, part)), plain(getattr(b, part)), f"{key}/{part}", out)
    elif isinstance(a, dict):
        compare_keys(a, b, key, out)
    elif isinstance(a, pd.DataFrame):
        compare_frame(a, b, key, out)
    elif isinstance(a, pd.Index):
        compare_index(a, b, key, out)
    elif isinstance(a, pd.api.extensions.ExtensionArray):
        compare_extension(a, b, key, out)
    elif sparse.issparse(a):
        compare_sparse(a, b, key, out)
    elif ak is not None and isinstance(a, ak.Array):
        compare_awkward(a, b, key, out)
    elif isinstance(a, np.ndarray | np.generic):
        compare_array(np.asarray(a), np.asarray(b), key, out)
    elif isinstance(a, float | complex):
        compare_array(np.asarray(a), np.asarray(b), key, out)
    elif a is None or isinstance(a, str | bytes | bool | int):
        out.same(key, "value", a, b)
    else:
        raise TypeError(f"{key}: no rule to compare {type(a)}")


def class_of(value) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def plain(value):
    """Aligned mappings as dicts."""
    return dict(value) if hasattr(value, "keys") and not isinstance(value, pd.DataFrame) else value


def compare_anndata(a: AnnData, b: AnnData, key: str, out: Differences) -> None:
    out.same(key, "shape", a.shape, b.shape)
    for slot in ("X", "obs", "var", "raw"):
        compare(getattr(a, slot), getattr(b, slot), join(key, slot), out)
    for slot in SLOTS:
        left, right = ({k: v for k, v in getattr(x, slot).items() if k is not None} for x in (a, b))
        compare_keys(left, right, join(key, slot), out)
    compare_keys(dict(a.uns), dict(b.uns), join(key, "uns"), out)


def join(key: str, name: str) -> str:
    return f"{key}/{name}" if key else name


def compare_keys(a: dict, b: dict, key: str, out: Differences) -> None:
    out.same(key, "keys", sorted(a), sorted(b))
    for name in sorted(set(a) & set(b)):
        compare(a[name], b[name], join(key, name), out)


def compare_frame(a: pd.DataFrame, b: pd.DataFrame, key: str, out: Differences) -> None:
    out.same(key, "shape", a.shape, b.shape)
    compare(a.index, b.index, f"{key}#index", out)
    out.same(key, "columns dtype", str(a.columns.dtype), str(b.columns.dtype))
    if not out.same(key, "columns", list(a.columns), list(b.columns)):
        return
    for position, name in enumerate(a.columns):
        left, right = a.iloc[:, position], b.iloc[:, position]
        compare_dtype(left.dtype, right.dtype, join(key, name), out)
        compare(left._values, right._values, join(key, name), out)


def compare_index(a: pd.Index, b: pd.Index, key: str, out: Differences) -> None:
    out.same(key, "name", a.name, b.name)
    compare_dtype(a.dtype, b.dtype, key, out)
    compare(a._values, b._values, key, out)


def compare_dtype(a, b, key: str, out: Differences) -> bool:
    return out.same(key, "dtype", dtype_of(a), dtype_of(b))


def dtype_of(dtype) -> str:
    """A dtype as text; byte order is dropped, since a native rewrite of big-endian data is what anndata does too."""
    if isinstance(dtype, pd.StringDtype):
        marker = "NA" if dtype.na_value is pd.NA else "NaN"
        return f"string[{dtype.storage}, {marker}]"
    if isinstance(dtype, pd.CategoricalDtype):
        return f"category[{dtype_of(dtype.categories.dtype)}, ordered={dtype.ordered}]"
    if isinstance(dtype, np.dtype):
        if dtype.fields is not None:
            return str([(name, dtype_of(field[0])) for name, field in dtype.fields.items()])
        if dtype.subdtype is not None:
            return f"{dtype.subdtype[1]} × {dtype_of(dtype.subdtype[0])}"
        return str(dtype.newbyteorder("="))
    return str(dtype)


def compare_extension(a, b, key: str, out: Differences) -> None:
    if not compare_dtype(a.dtype, b.dtype, key, out) or not out.same(key, "length", len(a), len(b)):
        return
    if isinstance(a, pd.Categorical):
        compare_array(a.codes, b.codes, f"{key}/codes", out)
        compare(a.categories, b.categories, f"{key}/categories", out)
        out.same(key, "ordered", a.ordered, b.ordered)
        return
    left, right = np.asarray(a.isna()), np.asarray(b.isna())
    compare_array(left, right, f"{key}/mask", out)
    if hasattr(a, "_mask"):  # what lies under the mask counts as well
        compare_array(a._data, b._data, f"{key}/values", out)
    elif np.array_equal(left, right):
        compare_array(np.asarray(a[~left], dtype=object), np.asarray(b[~right], dtype=object), f"{key}/values", out)


def compare_sparse(a, b, key: str, out: Differences) -> None:
    out.same(key, "shape", a.shape, b.shape)
    if not out.same(key, "format", a.format, b.format):
        return
    for part in ("indptr", "indices", "data"):
        compare_array(getattr(a, part), getattr(b, part), f"{key}/{part}", out)


def compare_awkward(a, b, key: str, out: Differences) -> None:
    out.same(key, "type", str(a.type), str(b.type))
    (form_a, length_a, parts_a), (form_b, length_b, parts_b) = ak.to_buffers(a), ak.to_buffers(b)
    out.same(key, "form", form_a.to_json(), form_b.to_json())
    out.same(key, "length", length_a, length_b)
    compare_keys(dict(parts_a), dict(parts_b), key, out)


def compare_array(a: np.ndarray, b: np.ndarray, key: str, out: Differences) -> None:
    if out.modernised:
        a, b = any_width(a), any_width(b)
    if not compare_dtype(a.dtype, b.dtype, key, out) or not out.same(key, "shape", a.shape, b.shape):
        return
    if a.dtype.fields is not None:
        for name in a.dtype.names:
            compare_array(a[name], b[name], f"{key}[{name!r}]", out)
        return
    wrong = np.flatnonzero(~equal_items(a.ravel(), b.ravel()))
    if wrong.size:
        at = int(wrong[0])
        out.add(key, f"value at {at} ({wrong.size} differ)", a.ravel()[at], b.ravel()[at])


def any_width(a: np.ndarray) -> np.ndarray:
    """Text of fixed width, in fields as well, as text of any width."""
    if a.dtype.fields is not None:
        return a.astype([(n, object if a.dtype[n].kind == "U" else a.dtype[n]) for n in a.dtype.names])
    return a.astype(object) if a.dtype.kind == "U" else a


def equal_items(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    kind = a.dtype.kind
    if kind == "c":
        return equal_items(a.real, b.real) & equal_items(a.imag, b.imag)
    if kind == "f":
        return ((a == b) & (np.signbit(a) == np.signbit(b))) | (np.isnan(a) & np.isnan(b))
    if kind == "O":
        return np.fromiter((equal_objects(x, y) for x, y in zip(a, b, strict=True)), bool, len(a))
    return a == b


def equal_objects(x, y) -> bool:
    if type(x) is not type(y):
        return False
    if isinstance(x, float) and x != x:
        return y != y
    if isinstance(x, np.ndarray):
        out = Differences()
        compare_array(x, y, "", out)
        return not out
    return x is y or bool(x == y)
