# SPDX-License-Identifier: BSD-3-Clause
"""A sparse matrix stored in every way, and what scipy takes of it. Usage: sparse_entries.py FILE"""

import sys

import h5py
import numpy as np
import scipy.sparse

random = np.random.default_rng(5)
ROWS, COLUMNS = 300, 120
matrix = scipy.sparse.random(ROWS, COLUMNS, 0.2, 'csr', random_state=random)
matrix.data = random.integers(0, 2, matrix.nnz).astype('f8')
TYPES = {
    'i1': 'f4',
    'u1': '>f4',
    '>i2': 'f2',
    '<u2': '>f2',
    'i4': '?',
    '>i4': 'i8',
    'u4': '>u2',
    '>u4': 'i1',
    'i8': 'f8',
    '>i8': '>f8',
    'u8': '>i4',
    '>u8': 'u4',
}
LAYOUTS = {
    'contiguous': (None, {}),
    'chunks': (97, {}),
    'gzip': (611, dict(compression='gzip', shuffle=True)),
}
REQUESTS = {
    'all': np.arange(ROWS),
    'backwards': np.arange(ROWS)[::-1],
    'some': random.integers(0, ROWS, 70),
    'one': np.array([ROWS - 1]),
    'none': np.arange(0),
}

with h5py.File(sys.argv[1], 'w') as f:
    f['indptr'] = matrix.indptr
    for (position, value) in TYPES.items():
        for layout, (chunk, how) in LAYOUTS.items():
            group = f.create_group(f'{position} {value} {layout}')
            # Chunks of one that end where those of the other do not.
            chunks = [None, None] if chunk is None else [(chunk,), (chunk // 2 + 8,)]
            group.create_dataset('indices', data=matrix.indices.astype(position), chunks=chunks[0], **how)
            group.create_dataset('data', data=matrix.data.astype(value), chunks=chunks[1], **how)
    for name, rows in REQUESTS.items():
        taken = matrix[rows]
        f[f'requests/{name}/rows'] = rows.astype('i4')
        f[f'requests/{name}/indices'] = taken.indices.astype('i4')
        f[f'requests/{name}/data'] = taken.data
        # What lies in each third column, and in the one with the number 7.
        for wanted, columns in (('thirds', np.arange(0, COLUMNS, 3)), ('seven', np.array([7]))):
            ascending = matrix[np.unique(rows)][:, columns]
            ascending.sort_indices()
            f[f'requests/{name}/{wanted}/indices'] = ascending.indices.astype('i4')
            f[f'requests/{name}/{wanted}/data'] = ascending.data

    # Chunks that were never written, of which some are.
    holes = f.create_group('holes')
    for name, fill, dtype in (('indices', 3, '>i8'), ('data', 2.5, 'f4')):
        array = holes.create_dataset(name, (1000,), dtype, chunks=(64,), compression='gzip', fillvalue=fill)
        array[200:300] = 5
        holes[f'{name}_plain'] = array[:].astype('f8')
    empty = f.create_group('never')
    empty.create_dataset('indices', (1000,), 'u8', chunks=(64,), fillvalue=3)
    empty.create_dataset('data', (1000,), '>f8', chunks=(100,), compression='gzip', fillvalue=2.5)

    # Past what int32 holds, past what float64 does, and below 0.
    for name, value in (('wide', 2**31), ('widest', 2**53 - 1), ('huge', 2**53 + 2), ('low', -1)):
        indices = np.arange(1000)
        indices[700] = value
        f.create_dataset(f'{name}/indices', data=indices, chunks=(64,), compression='gzip')
        f.create_dataset(f'{name}/data', data=np.arange(1000) / 2, chunks=(100,))
