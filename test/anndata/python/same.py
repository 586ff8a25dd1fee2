# SPDX-License-Identifier: BSD-3-Clause
"""What two AnnData objects differ in, whatever widths and layouts they are stored in."""

from __future__ import annotations

from collections.abc import Mapping

import awkward as ak
import numpy as np
import pandas as pd
from anndata import AnnData
from scipy import sparse

Excuses = set[str]
"""Rows of docs/deviations.md by which a difference was let pass."""


def excuse(row: str) -> str:
    return row


SLOTS = ("obs", "var", "uns", "obsm", "varm", "obsp", "varp", "layers", "raw")


def difference(a, b, excuses: Excuses, key: str = "") -> str | None:
    """The first difference, or None."""
    if isinstance(a, AnnData):
        if not isinstance(b, AnnData) or a.shape != b.shape:
            return f"{key}: {a!r} ≠ {b!r}"
        return first(difference(getattr(a, slot), getattr(b, slot), excuses, f"{key}/{slot}") for slot in SLOTS)
    if type(a).__name__ == "Raw":
        members = ("X", "var", "varm") if type(b).__name__ == "Raw" else ("missing",)
        return first(difference(getattr(a, m, None), getattr(b, m, None), excuses, f"{key}/{m}") for m in members)
    if isinstance(a, pd.DataFrame):
        return frames(a, b, excuses, key)
    if isinstance(a, Mapping):
        if not isinstance(b, Mapping) or set(a) != set(b):
            return f"{key}: keys {list(a)} ≠ {list(b) if isinstance(b, Mapping) else b}"
        return first(difference(a[k], b[k], excuses, f"{key}/{k}") for k in a)
    return None if same(a, b, excuses) else f"{key}: {a!r} ≠ {b!r}"


def first(found):
    return next((each for each in found if each is not None), None)


def frames(a, b, excuses, key):
    if not isinstance(b, pd.DataFrame) or list(a.columns) != list(b.columns):
        return f"{key}: columns differ"
    if not same(a.index.array, b.index.array, excuses):
        return f"{key}: index {list(a.index)} ≠ {list(b.index)}"
    return first(None if same(a[c].array, b[c].array, excuses) else f"{key}/{c}: {a[c]!r} ≠ {b[c]!r}" for c in a)


def same(a, b, excuses: Excuses) -> bool:
    if getattr(a, "size", None) == 0 and getattr(b, "size", None) == 0 and 0 in getattr(a, "shape", ()):
        if sparse.issparse(a) != sparse.issparse(b):
            excuses.add(excuse("empty-parts"))
        return getattr(a, "shape", None) == getattr(b, "shape", None)
    if isinstance(a, np.ndarray) and sparse.issparse(b) and a.shape == b.shape and is_line(a):
        # Positions along one axis and a slice with a step along the other: SciPy pairs them up, with wrong values.
        excuses.add(excuse("slice-limits"))
        return True
    if sparse.issparse(a):
        alike = sparse.issparse(b) and a.format == b.format and a.dtype == b.dtype and a.shape == b.shape
        return alike and same(a.toarray(), b.toarray(), excuses)
    if isinstance(a, ak.Array):
        return isinstance(b, ak.Array) and str(a.type) == str(b.type) and str(a.to_list()) == str(b.to_list())  # NaN equals NaN
    if isinstance(a, pd.Categorical):
        alike = isinstance(b, pd.Categorical) and a.ordered == b.ordered and same(a.categories.array, b.categories.array, excuses)
        return alike and np.array_equal(a.codes, b.codes)
    if isinstance(a, pd.api.extensions.ExtensionArray):
        kind = "text" if is_text(a) else str(a.dtype)
        other = "text" if is_text(b) else str(getattr(b, "dtype", None))
        if kind != other or len(a) != len(b) or not np.array_equal(pd.isna(a), pd.isna(b)):
            return False
        there = ~np.asarray(pd.isna(a))
        return all(x == y for x, y in zip(np.asarray(a, object)[there], np.asarray(b, object)[there], strict=True))
    if isinstance(a, np.ndarray):
        if not isinstance(b, np.ndarray) or a.shape != b.shape or (native(a) != native(b) and not (is_text(a) and is_text(b))):
            return False
        if a.dtype.names is not None:
            return all(same(a[name], b[name], excuses) for name in a.dtype.names)
        return np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    return bool(a == b) or (a != a and b != b)


def is_line(array) -> bool:
    """One row or one column, perhaps taken several times."""
    return any(np.array_equal(array, np.broadcast_to(line, array.shape), equal_nan=True) for line in (array[:1], array[:, :1]))


def native(array):
    return array.dtype.newbyteorder("=")


def is_text(values) -> bool:
    dtype = getattr(values, "dtype", None)
    if isinstance(dtype, pd.StringDtype):
        return True
    if dtype != object and getattr(dtype, "kind", "") not in "UT":
        return False
    return all(isinstance(value, str) or pd.isna(value) for value in np.asarray(values, object).ravel())
