# SPDX-License-Identifier: BSD-3-Clause
"""Compares how pairs of files are stored, object by object. Usage: same_stored.py < [[A, B], …] > [[difference, …], …]"""

import json
import sys

import h5py
import hdf5plugin  # noqa: F401  registers zstd
import numpy as np


def is_text(dtype):
    return h5py.check_string_dtype(dtype) is not None or any(is_text(dtype[n]) for n in dtype.names or ())


def same_values(a, b):
    if isinstance(a, h5py.Empty) or isinstance(b, h5py.Empty):
        return type(a) is type(b) and a.dtype == b.dtype
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if is_text(a.dtype):
        return repr(a.tolist()) == repr(b.tolist())  # NaN is itself
    return a.tobytes() == b.tobytes()


def chunks_of(d):
    if d.chunks is None:
        return None
    found = [d.id.get_chunk_info(i) for i in range(d.id.get_num_chunks())]
    if is_text(d.dtype):
        # Texts are written anew: their references differ, and so may what compresses them.
        return None
    return sorted((c.chunk_offset, c.filter_mask, d.id.read_direct_chunk(c.chunk_offset)) for c in found)


def filters_of(d):
    plist = d.id.get_create_plist()
    # HDF5 before 2.2 leaves parameters out for texts, whose references those filters are for.
    known = 2 if is_text(d.dtype) else 3
    return [plist.get_filter(i)[:known] for i in range(plist.get_nfilters())]


def fill_of(d):
    plist = d.id.get_create_plist()
    # Texts are all written, so their fill value says nothing more.
    return None if is_text(d.dtype) else (plist.fill_value_defined(), d.fillvalue)


def attributes(a, b, at):
    if set(a.attrs) != set(b.attrs):
        yield f'{at}: attributes {sorted(set(a.attrs) ^ set(b.attrs))}'
    for name in set(a.attrs) & set(b.attrs):
        x, y = a.attrs.get_id(name), b.attrs.get_id(name)
        if not x.get_type().equal(y.get_type()) or x.shape != y.shape:
            yield f'{at}@{name}: {x.dtype}{x.shape} became {y.dtype}{y.shape}'
        elif not same_values(a.attrs[name], b.attrs[name]):
            yield f'{at}@{name}: {a.attrs[name]!r} became {b.attrs[name]!r}'


def arrays(a, b, at):
    if not a.id.get_type().equal(b.id.get_type()):
        yield f'{at}: type {a.dtype} became {b.dtype}'
        return
    for what, of in {
        'shape': lambda d: d.shape,
        'maxshape': lambda d: d.maxshape,
        'chunk shape': lambda d: d.chunks,
        'layout': lambda d: d.id.get_create_plist().get_layout(),
        'filters': filters_of,
        'fill value': fill_of,
        'chunks': chunks_of,
    }.items():
        x, y = of(a), of(b)
        if x != y and str(x) != str(y):
            yield f'{at}: {what} {x!r:.200} became {y!r:.200}'
    # Of a large array in chunks these say it all.
    if (a.chunks is None or a.size < 1_000_000) and not same_values(a[()], b[()]):
        yield f'{at}: values differ'


def differences(a, b, at=''):
    yield from attributes(a, b, at)
    if isinstance(a, h5py.Dataset) or isinstance(b, h5py.Dataset):
        if type(a) is not type(b):
            yield f'{at}: an array on one side'
        else:
            yield from arrays(a, b, at)
        return
    known = {name for name in a if not isinstance(a.get(name), (h5py.Datatype, type(None)))}
    if known != set(b):
        yield f'{at}: members {sorted(known ^ set(b))}'
    for name in known & set(b):
        yield from differences(a[name], b[name], f'{at}/{name}')


def compare(first, second):
    with h5py.File(first) as a, h5py.File(second) as b:
        return list(differences(a, b))


print(json.dumps([compare(*pair) for pair in json.load(sys.stdin)]))
