# SPDX-License-Identifier: BSD-3-Clause
"""Random awkward arrays. `make SEED COUNT` prints them as JSON: form, buffers, rows to take and what awkward makes of
them. `check` reads such arrays from standard input and prints what awkward lists."""

import base64
import json
import sys

import awkward as ak
import numpy as np
from awkward.contents import (
    BitMaskedArray, ByteMaskedArray, EmptyArray, IndexedArray, IndexedOptionArray, ListArray, ListOffsetArray,
    NumpyArray, RecordArray, RegularArray, UnionArray, UnmaskedArray,
)
from awkward.index import Index8, Index64, IndexU8, Index32

DTYPES = ["bool", "int8", "uint16", "int32", "int64", "uint64", "float32", "float64", "complex128"]


def numbers(rng, n):
    dtype = np.dtype(DTYPES[rng.integers(len(DTYPES))])
    inner = [(), (), (), (2,), (3, 1)][rng.integers(5)]
    values = rng.integers(0, 2 if dtype == bool else 100, size=(n, *inner)).astype(dtype)
    if dtype.kind == "f" and n:
        values.reshape(-1)[0] = np.nan
    if dtype.kind == "c":
        values = values + 1j * rng.integers(-9, 9, size=values.shape)
    return NumpyArray(values)


def offsets(rng, n):
    return np.concatenate([[0], np.cumsum(rng.integers(0, 4, size=n))]).astype("i8")


def text(rng, n, kind):
    words = [["", "a", "ä", "漢字", "x y"][rng.integers(5)].encode() for _ in range(n)]
    ends = np.cumsum([0, *map(len, words)]).astype("i8")
    char = NumpyArray(np.frombuffer(b"".join(words), "u1"), parameters={"__array__": "char" if kind == "string" else "byte"})
    return ListOffsetArray(Index64(ends), char, parameters={"__array__": kind})


def build(rng, n, depth):
    if depth == 0:
        kind = rng.integers(4)
        if kind == 0:
            return text(rng, n, "string")
        return text(rng, n, "bytestring") if kind == 1 else numbers(rng, n)
    kind = rng.integers(14)
    deeper = lambda count: build(rng, int(count), depth - 1)
    if kind <= 1:
        ends = offsets(rng, n)
        return ListOffsetArray(Index64(ends), deeper(ends[-1] + rng.integers(3)))
    if kind == 2:
        content = deeper(n + 3)
        starts = rng.integers(0, n + 1, size=n)
        return ListArray(Index64(starts), Index64(starts + rng.integers(0, 3, size=n)), content)
    if kind == 3:
        size = int(rng.integers(0, 4))
        return RegularArray(deeper(size * n), size, zeros_length=n)
    if kind == 4:
        return IndexedOptionArray(Index64(rng.integers(-1, n + 1, size=n)), deeper(n + 1))
    if kind == 5:
        return IndexedArray(Index32(rng.integers(0, n + 1, size=n).astype("i4")), deeper(n + 1))
    if kind == 6:
        return ByteMaskedArray(Index8(rng.integers(0, 2, size=n).astype("i1")), deeper(n), valid_when=bool(rng.integers(2)))
    if kind == 7:
        bits = rng.integers(0, 256, size=(n + 7) // 8).astype("u1")
        return BitMaskedArray(IndexU8(bits), deeper(n), valid_when=bool(rng.integers(2)), length=n, lsb_order=bool(rng.integers(2)))
    if kind == 8:
        return UnmaskedArray(deeper(n))
    if kind == 9:
        return RecordArray([deeper(n), deeper(n + 1)], ["a", "__proto__"], length=n)
    if kind == 10:
        return RecordArray([deeper(n), deeper(n)], None, length=n)
    if kind == 11:
        tags = rng.integers(0, 2, size=n).astype("i1")
        index = np.zeros(n, "i8")
        for tag in (0, 1):
            index[tags == tag] = rng.permutation(int((tags == tag).sum()))
        return UnionArray(Index8(tags), Index64(index), [text(rng, n, "string"), deeper(n)])
    if kind == 12:
        char = NumpyArray(np.frombuffer(b"xyzz", "u1"), parameters={"__array__": "char"})
        words = ListOffsetArray(Index64(np.array([0, 1, 2, 4])), char, parameters={"__array__": "string"})
        return IndexedArray(Index64(rng.integers(0, 3, size=n)), words, parameters={"__array__": "categorical"})
    return IndexedOptionArray(Index64(np.full(n, -1)), EmptyArray())


def plain(value):
    if isinstance(value, dict):
        return {"record": [[key, plain(part)] for key, part in value.items()]}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, bytes):
        return {"bytes": list(value)}
    if isinstance(value, complex):
        return [value.real, value.imag]
    if isinstance(value, float):
        return "NaN" if value != value else value
    return value


def dump(array):
    form, length, buffers = ak.to_buffers(array)
    parts = {
        name: [str(part.dtype), list(part.shape), base64.b64encode(np.ascontiguousarray(part).tobytes()).decode()]
        for name, part in buffers.items()
    }
    return {"form": json.loads(form.to_json()), "length": length, "buffers": parts}


def make(seed, count):
    rng = np.random.default_rng(seed)
    cases = []
    while len(cases) < count:
        n = int(rng.integers(0, 12))
        try:
            layout = build(rng, n, int(rng.integers(0, 4)))
            if ak.validity_error(layout):
                continue
            array = ak.Array(layout)
            rows = rng.integers(0, len(array), size=int(rng.integers(0, 9))) if len(array) else np.zeros(0, "i8")
            case = {"rows": rows.tolist(), "list": plain(ak.to_list(array)), "taken": plain(ak.to_list(array[rows]))}
        except (TypeError, ValueError):  # not every nesting is allowed
            continue
        cases.append({**case, **dump(array)})
    return cases


def load(case):
    buffers = {
        name: np.frombuffer(base64.b64decode(data), dtype).reshape(shape)
        for name, (dtype, shape, data) in case["buffers"].items()
    }
    array = ak.from_buffers(ak.forms.from_dict(case["form"]), case["length"], buffers)
    problem = ak.validity_error(array)
    return plain(ak.to_list(array)) if problem == "" else {"invalid": str(problem)}


if __name__ == "__main__":
    if sys.argv[1] == "make":
        json.dump(make(int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
    else:
        json.dump([load(case) for case in json.load(sys.stdin)], sys.stdout)
