# SPDX-License-Identifier: BSD-3-Clause
"""Random values for `uns` and elsewhere: one function per kind, each given a random generator and nothing else."""

from __future__ import annotations

import awkward as ak
import numpy as np
import pandas as pd
from scipy import sparse

INTEGERS = [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
FLOATS = ["float16", "float32", "float64"]
COMPLEX = ["complex64", "complex128"]
NUMBERS = [*INTEGERS, *FLOATS, *COMPLEX, "bool"]
WORDS = ["", " ", "a", "B", "é", "日本語", "👩‍🔬", "x" * 300, "tab\tand\nline", "e\u0301", "NaN", "None", "0", '"q"', "\\", "\x7f"]
KEYS = [
    "__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "a b", "a.b", "..", "...", "raw.x", "10", "9",
    "-1", "日本", "👩‍🔬", "e\u0301", "é", "\\", '"', "#", "%2F", " lead", "trail ", "line\nbreak", "k" * 300, "length", "size",
    "__categories", "_index", "codes", "x_categories", "None", "then",
]  # fmt: skip


def pick(rng, options):
    return options[int(rng.integers(len(options)))]


def words(rng, shape) -> np.ndarray:
    return np.array(WORDS, dtype=object)[rng.integers(len(WORDS), size=shape)]


def numbers(rng, dtype: str, shape) -> np.ndarray:
    """Random numbers of a dtype, extremes of its range included."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64))
    if dtype.kind == "b":
        flat = rng.integers(2, size=size).astype(bool)
    elif dtype.kind in "iu":
        info = np.iinfo(dtype)
        flat = rng.integers(info.min, info.max, size=size, dtype=dtype, endpoint=True)
        extremes = np.array([info.min, info.max, 0, 1], dtype)[:size]
        flat[: len(extremes)] = extremes
    elif dtype.kind == "c":
        part = "float32" if dtype == np.complex64 else "float64"
        flat = (numbers(rng, part, size) + 0j).astype(dtype)
        flat.imag = rng.permutation(numbers(rng, part, size))
    else:
        info = np.finfo(dtype)
        flat = rng.standard_normal(size).astype(dtype)
        special = [np.nan, np.inf, -np.inf, -0.0, info.max, info.smallest_subnormal, info.eps, info.min][:size]
        flat[: len(special)] = np.array(special, dtype)
    return rng.permutation(flat).reshape(shape)


def any_shape(rng) -> tuple[int, ...]:
    return pick(rng, [(0,), (1,), (2,), (7,), (3, 4), (0, 3), (3, 0), (2, 3, 4), (1, 1, 1, 1), (11, 2)])


def array(rng):
    return numbers(rng, pick(rng, NUMBERS), any_shape(rng))


def every_dtype(rng):
    return {dtype: numbers(rng, dtype, 9) for dtype in NUMBERS}


def big_endian(rng):
    dtypes = [d for d in NUMBERS if np.dtype(d).itemsize > 1]
    return {d: numbers(rng, d, (3, 2)).astype(np.dtype(d).newbyteorder(">")) for d in dtypes}


def fortran_order(rng):
    return np.asfortranarray(numbers(rng, "float32", (3, 4)))


def scalars(rng):
    made = {dtype: numbers(rng, dtype, 9)[4] for dtype in NUMBERS}
    zero_dim = {f"0d_{dtype}": np.asarray(value) for dtype, value in made.items()}
    extreme = {"u64": np.uint64(2**64 - 1), "i64": np.int64(-(2**63)), "safe": 2**53, "unsafe": 2**53 + 1}
    return {**made, **zero_dim, **extreme}


def plain_scalars(rng):
    return {
        "int": int(rng.integers(-(2**40), 2**40)), "negative": -1, "zero": 0, "float": float(rng.normal()), "whole": 3.0,
        "nan": float("nan"), "inf": float("inf"), "minus_zero": -0.0, "true": True, "false": False, "none": None,
        "np_str": np.str_("text"), "0d_str": np.array("deep"),
    }  # fmt: skip


def null(_rng):
    return None


def texts(rng):
    return {f"t{i}": word for i, word in enumerate(WORDS)}


def string_arrays(rng):
    return {
        "object": words(rng, 9), "unicode": words(rng, 5).astype(str), "two": words(rng, (3, 2)), "three": words(rng, (2, 1, 3)),
        "empty": np.array([], dtype=str), "empty_object": np.array([], dtype=object).astype("U1"), "flat": np.empty((0, 3), "U2"),
        "variable": words(rng, 4).astype(np.dtypes.StringDType()),
    }  # fmt: skip


def lists(rng):
    return {"ints": [1, 2], "floats": [0.5, 1.0], "texts": ["a", ""], "none": [], "nested": [[1, 2], [3, 4]], "bools": [True]}


def odd_keys(rng):
    return {key: pick(rng, [1, "text", {"__proto__": 1}, {}, None]) for key in KEYS}


def deep(rng):
    value = {"leaf": numbers(rng, "int16", 3)}
    for level in range(20):
        value = {f"level{level}": value, "empty": {}}
    return value


def records(rng):
    n = int(rng.integers(0, 6))
    fields = [(f"f_{d}", d) for d in [*INTEGERS, *FLOATS, "bool"]]
    made = np.zeros(n, [*fields, ("text", "U9"), ("object", object), ("日本", "f4")])
    for name, dtype in fields:
        made[name] = numbers(rng, dtype, n)
    made["text"], made["object"] = words(rng, n), words(rng, n)
    return made


def records_of_text(rng):
    n = int(rng.integers(1, 6))
    made = np.rec.fromarrays([words(rng, n).astype(str), words(rng, n).astype(str)], names=["g0", "g1"])
    return {"rec": made, "one": np.array([("a",)], [("only", "U3")])}


def records_with_rows(rng):
    made = np.zeros(4, [("v", "f4", (3,)), ("m", "i2", (2, 2)), ("x", "f8")])
    made["v"], made["m"], made["x"] = numbers(rng, "float32", (4, 3)), numbers(rng, "int16", (4, 2, 2)), rng.normal(size=4)
    return made


def odd_records(rng):
    fields = [("c", "c8"), ("d", "c16"), ("big", ">i4"), ("big_c", ">c8"), ("flags", "?", (2,)), ("half", "f2"), ("u", "u8", (2, 1))]
    made = np.zeros((2, 3), fields)
    for name, dtype, *rest in fields:
        made[name] = numbers(rng, np.dtype(dtype).newbyteorder("=").name, (2, 3, *(rest[0] if rest else ())))
    padded = np.zeros(3, np.dtype([("a", "i1"), ("b", "f8"), ("text", "O")], align=True))
    padded["b"], padded["text"] = numbers(rng, "float64", 3), words(rng, 3)
    return {"two": made, "none": made[:0], "padded": padded}


def sparse_of(rng, shape, dtype="float32", fmt=None, family=None, density=0.3):
    fmt = fmt or pick(rng, ["csr", "csc"])
    family = family or pick(rng, ["matrix", "array"])
    mask = rng.random(shape) < density
    dense = np.where(mask, numbers(rng, dtype, shape), np.zeros((), dtype)).astype(dtype)
    return getattr(sparse, f"{fmt}_{family}")(dense)


def sparse_dtypes(rng):
    return {d: sparse_of(rng, (4, 5), d) for d in [*INTEGERS, "float32", "float64", *COMPLEX, "bool"]}


def sparse_empty(rng):
    return {f"{m}x{n}_{fmt}": sparse_of(rng, (m, n), fmt=fmt) for m, n in [(0, 0), (0, 3), (3, 0), (2, 2)] for fmt in ("csr", "csc")} | {
        "nothing_stored": sparse.csr_matrix((4, 3), dtype="float32")
    }


def with_index_dtypes(matrix, indices: str, indptr: str):
    """Sets index widths directly: constructors would narrow them again."""
    matrix.indices, matrix.indptr = matrix.indices.astype(indices), matrix.indptr.astype(indptr)
    return matrix


def sparse_widths(rng):
    return {
        f"{a}_{b}": with_index_dtypes(sparse_of(rng, (5, 4)), a, b) for a, b in [("int64", "int64"), ("int32", "int64"), ("int64", "int32")]
    }


def sparse_unsorted(rng):
    data, indices = np.array([1, 2, 3, 4, 0], "f4"), np.array([3, 0, 2, 1, 1], "i4")
    return {
        "unsorted": sparse.csr_matrix((data, indices, np.array([0, 2, 2, 5], "i4")), (3, 4)),
        "duplicates": sparse.csc_matrix((data, np.array([1, 1, 0, 2, 2], "i4"), np.array([0, 2, 5], "i4")), (3, 2)),
    }


def awkward(rng):
    ragged = ak.unflatten(np.arange(6.0), [2, 0, 3, 1])
    return {
        "ragged": ragged,
        "regular": ak.to_regular(ak.Array(numbers(rng, "int32", (3, 2)))),
        "numpy": ak.Array(numbers(rng, "float32", 4)),
        "record": ak.Array([{"x": 1, "y": [1.5]}, {"x": 2, "y": []}]),
        "tuple": ak.Array([(1, "a"), (2, "é")]),
        "option": ak.Array([1, None, 3]),
        "ragged_option": ak.Array([[1, None], None, []]),
        "union": ak.Array([1, "two", [3]]),
        "text": ak.Array(["", "日本", "abc"]),
        "texts": ak.Array([["a"], [], ["b", "c"]]),
        "bools": ak.Array([[True], [], [False, True]]),
        "bytes": ak.Array([b"a", b"bc"]),
        "bit_masked": ak.to_packed(ak.Array(ak.contents.BitMaskedArray(
            ak.index.IndexU8(np.array([0b101], "u1")), ak.contents.NumpyArray(np.arange(3)), True, 3, True))),
        "byte_masked": ak.mask(ak.Array([1.0, 2, 3]), [True, False, True]),
        "empty": ak.Array([]),
        "empty_lists": ak.Array([[], []]),
        "deep": ak.Array([[[1], []], [], [[2, 3]]]),
        "complex": ak.Array(np.array([1 + 2j, 3])),
        "indexed": ak.str.to_categorical(ak.Array(["a", "b", "a"])) if HAS_ARROW else ragged[[1, 0]],
    }  # fmt: skip


try:
    import pyarrow  # noqa: F401

    HAS_ARROW = True
except ImportError:
    HAS_ARROW = False


def extension_arrays(rng):
    """One-dimensional pandas arrays standing alone."""
    return {
        "categorical": pd.Categorical(["b", "a", None, "b"], categories=["b", "a"], ordered=True),
        "integer": pd.array([1, None, 3], dtype="UInt16"),
        "boolean": pd.array([True, None, False], dtype="boolean"),
    }


UNS = [
    array, every_dtype, big_endian, fortran_order, scalars, plain_scalars, null, texts, string_arrays, lists, odd_keys, deep,
    records, odd_records, records_of_text, records_with_rows, sparse_dtypes, sparse_empty, sparse_widths, sparse_unsorted, awkward,
    extension_arrays,
]  # fmt: skip
