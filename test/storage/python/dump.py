# SPDX-License-Identifier: BSD-3-Clause
"""Everything h5py sees in a file, as JSON. Usage: dump.py FILE"""

import json
import sys

import h5py
import hdf5plugin  # noqa: F401  registers zstd
import numpy as np


def plain(value):
    if isinstance(value, h5py.Empty):
        return 'Empty:' + value.dtype.str
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        if value.dtype.names:
            return {name: plain(value[name]) for name in value.dtype.names}
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, complex):
        return [value.real, value.imag]
    if isinstance(value, float) and (value != value or value in (np.inf, -np.inf)):
        return str(value)
    return value


def attrs(obj):
    return {name: {'dtype': str(obj.attrs.get_id(name).dtype), 'value': plain(obj.attrs[name])} for name in obj.attrs}


def describe(obj):
    if isinstance(obj, h5py.Group):
        return {'attrs': attrs(obj), 'children': {name: describe(obj[name]) for name in obj}}
    info = h5py.check_string_dtype(obj.dtype)
    value = plain(obj[()]) if obj.size is None or obj.size < 2000 else None
    return {
        'attrs': attrs(obj),
        'dtype': f'{info.encoding}:{info.length}' if info else str(obj.dtype),
        'shape': obj.shape,
        'maxshape': obj.maxshape,
        'chunks': obj.chunks,
        'compression': [obj.compression, obj.compression_opts] if obj.compression else [],
        'filters': [int(i) for i in obj._filters if i.isdigit()],
        'value': value,
        'sum': float(np.sum(obj[()].astype('f8'))) if value is None and not info else None,
    }


with h5py.File(sys.argv[1]) as f:
    print(json.dumps(describe(f)))
