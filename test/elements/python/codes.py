# SPDX-License-Identifier: BSD-3-Clause
"""Categoricals whose codes are stored as any integers, and what anndata reads of them. Usage: codes.py FILE"""

import json
import sys

import anndata
import h5py
import numpy as np

TYPES = ['i1', 'u1', 'i2', '>i2', 'u2', '>u2', 'i4', '>i4', 'u4', 'i8', '>i8', 'u8', '>u8']
random = np.random.default_rng(8)
read = {}

with h5py.File(sys.argv[1], 'w') as f:
    for dtype in TYPES:
        for name, least, count in (('missing', -1, 3000), ('complete', 0, 3000), ('empty', 0, 0)):
            if least < 0 and np.dtype(dtype).kind == 'u':
                continue
            group = f.create_group(f'{dtype}_{name}')
            group.attrs.update({'encoding-type': 'categorical', 'encoding-version': '0.2.0', 'ordered': False})
            codes = random.integers(least, 5, count).astype(dtype)
            group.create_dataset('codes', data=codes, chunks=(700,) if count > 0 else None)
            anndata.io.write_elem(group, 'categories', np.array(['a', 'b', 'c', 'd', 'e'], object))
            values = anndata.io.read_elem(group)
            read[group.name[1:]] = [None if value != value else value for value in values]
        # The code behind the last one, at the end.
        wrong = f.create_group(f'{dtype}_wrong')
        f.copy(f'{dtype}_complete/categories', wrong, 'categories')
        wrong.attrs.update(f[f'{dtype}_complete'].attrs)
        wrong['codes'] = np.append(np.zeros(999), 5).astype(dtype)
print(json.dumps(read))
