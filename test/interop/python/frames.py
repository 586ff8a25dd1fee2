# SPDX-License-Identifier: BSD-3-Clause
"""Random columns, indexes and frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
from values import FLOATS, INTEGERS, NUMBERS, WORDS, numbers, pick, words


def text(rng, n, na_value, missing):
    values = words(rng, n)
    if missing:
        values = values.copy()
        values[rng.random(n) < 0.4] = None
    return pd.array(list(values), dtype=pd.StringDtype(na_value=na_value))


def codes_of(rng, n, count, missing=True):
    return rng.integers(-1 if missing else 0, count, size=n) if count else np.full(n, -1)


def categorical(rng, n, categories, ordered=False):
    return pd.Categorical.from_codes(codes_of(rng, n, len(categories)), categories=pd.Index(categories), ordered=ordered)


def numeric_columns(rng, n):
    return {d: numbers(rng, d, n) for d in NUMBERS}


def nullable_columns(rng, n):
    made = {}
    for dtype in INTEGERS:
        mask = rng.random(n) < 0.4
        made[f"nullable_{dtype}"] = pd.arrays.IntegerArray(numbers(rng, dtype, n), mask)
    made["nullable_bool"] = pd.arrays.BooleanArray(numbers(rng, "bool", n), rng.random(n) < 0.4)
    made["none_missing"] = pd.arrays.IntegerArray(numbers(rng, "int16", n), np.zeros(n, bool))
    return made


def all_missing_columns(rng, n):
    nothing = np.ones(n, bool)
    return {
        "missing_category": pd.Categorical([None] * n),
        "missing_with_categories": pd.Categorical.from_codes(np.full(n, -1), categories=["a", "b"], ordered=True),
        "missing_int": pd.arrays.IntegerArray(np.zeros(n, "int32"), nothing),
        "missing_bool": pd.arrays.BooleanArray(np.zeros(n, bool), nothing),
        "missing_float": np.full(n, np.nan),
    }


def categorical_columns(rng, n):
    shuffled = rng.permutation
    return {
        "many": categorical(rng, n, [f"c{i}" for i in range(200)]),
        "at_127": categorical(rng, n, [f"c{i}" for i in range(127)]),
        "at_128": categorical(rng, n, [f"c{i}" for i in range(128)]),
        "odd_words": categorical(rng, n, list(dict.fromkeys(WORDS)), ordered=True),
        "integers": categorical(rng, n, shuffled(np.array([10, 9, -3, 0])), ordered=True),
        "bytes_wide": categorical(rng, n, shuffled(np.arange(5, dtype="uint8"))),
        "big": categorical(rng, n, np.array([2**63, 2**64 - 1, 0], "uint64")),
        "floats": categorical(rng, n, np.array([0.5, -0.0, np.inf]), ordered=True),
        "small_floats": categorical(rng, n, np.array([0.5, 1.5], "float32")),
        "booleans": categorical(rng, n, np.array([True, False])),
        "no_categories": categorical(rng, n, np.array([], dtype=object)),
    }


def huge_categories(rng, n):
    return {"huge": categorical(rng, n, [f"name {i}" for i in range(40_000)])}


def text_columns(rng, n, nullable):
    made = {"str": text(rng, n, np.nan, False), "string": text(rng, n, pd.NA, False), "unique": pd.array([f"u{i}" for i in range(n)], dtype="str")}
    if nullable:  # the classic setting has no way to store a missing string
        made |= {"str_missing": text(rng, n, np.nan, True), "string_missing": text(rng, n, pd.NA, True)}
        made["all_missing"] = pd.array([None] * n, dtype="str")
    return made


def object_columns(rng, n, nullable):
    return {"object": pd.Series(words(rng, n), dtype=object).array}


def odd_names(rng, n, nullable=False):
    names = ["__proto__", "constructor", "a b", "日本", "👩‍🔬", "length", "index", "codes", "__categories", "", "10", "9", "..", "x\ny"]
    return {name: numbers(rng, pick(rng, FLOATS), n) for name in names if name}


COLUMNS = [numeric_columns, nullable_columns, all_missing_columns, categorical_columns, odd_names]
TEXT_COLUMNS = [text_columns, object_columns]


def index(rng, n, nullable):
    """Row names: plain, named, duplicated, odd, with missing ones."""
    kind = pick(rng, ["plain", "named", "duplicates", "unicode", "object", *(["missing", "string"] if nullable else [])])
    if kind == "duplicates":
        return pd.Index(words(rng, n).tolist(), dtype="str")
    names = [f"{'日本' if kind == 'unicode' else 'n'}{i}" for i in range(n)]
    if kind == "missing" and n:
        names[0] = None
    dtype = {"object": object, "string": pd.StringDtype(na_value=pd.NA)}.get(kind, "str")
    return pd.Index(names, dtype=dtype, name=pick(rng, ["cell id", "名前", "toString"]) if kind == "named" else None)


def random_columns(rng, n, nullable):
    made = {}
    for kind in COLUMNS:
        if rng.random() < 0.2:
            made |= kind(rng, n)
    for kind in TEXT_COLUMNS:
        if rng.random() < 0.3:
            made |= kind(rng, n, nullable)
    names = list(made)
    return {names[i]: made[names[i]] for i in rng.permutation(len(names))}


def frames_in_uns(rng, nullable):
    """Frames whose index need not be text."""
    indexes = {
        "integer": pd.Index(numbers(rng, "int64", 5)), "small": pd.Index(np.arange(5, dtype="uint8")), "float": pd.Index([0.5, 1, 2, 3, 4]),
        "bool": pd.Index([True, False, True, False, True]), "category": pd.CategoricalIndex(["a", "b", "a", "b", "c"]),
        "nullable": pd.Index(pd.array([1, 2, 3, None, 5], "Int64")), "text": index(rng, 5, nullable),
    }  # fmt: skip
    made = {name: pd.DataFrame({"v": numbers(rng, "float64", 5)}, index=value) for name, value in indexes.items()}
    made["no_columns"] = pd.DataFrame(index=pd.Index(["a", "b"]))
    made["no_rows"] = pd.DataFrame({"a": np.zeros(0), "b": pd.array([], "Int8")}, index=pd.Index([], dtype="str"))
    made["nothing"] = pd.DataFrame(index=pd.Index([], dtype="str"))
    made["index_as_column"] = pd.DataFrame({"name": np.arange(3)}, index=pd.Index(np.arange(3), name="name"))
    made["random"] = pd.DataFrame(random_columns(rng, 4, nullable), index=index(rng, 4, nullable))
    return made


def wide_frame(rng, n, count=5_100):
    """Past the 5,000 columns and the 64 KiB of names at which the layout of attributes changes."""
    values = numbers(rng, "int8", (n, count))
    names = [f"a rather long column name, number {i:06}" for i in range(count)]
    return pd.DataFrame(values, columns=names, index=pd.Index([f"r{i}" for i in range(n)], dtype="str"))
