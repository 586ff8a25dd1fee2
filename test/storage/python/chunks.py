# SPDX-License-Identifier: BSD-3-Clause
"""Chunks with every filter, beside the same data without, and chunks that lie. Usage: chunks.py FOLDER"""

import os
import struct
import sys
import zlib

import h5py
import hdf5plugin
import numpy as np

os.chdir(sys.argv[1])
random = np.random.default_rng(3)

FILTERS = {
    'gzip': dict(compression='gzip'),
    'gzip_shuffle_sum': dict(compression='gzip', shuffle=True, fletcher32=True),
    'lzf': dict(compression='lzf'),
    'lzf_sum': dict(compression='lzf', fletcher32=True),
    'zstd': dict(hdf5plugin.Zstd()),
    'lz4_shuffle': dict(hdf5plugin.LZ4(), shuffle=True),
    'blosc': dict(hdf5plugin.Blosc()),
    'sum': dict(fletcher32=True),
    'shuffle': dict(shuffle=True),
    'none': dict(),
}

numbers = random.integers(-100, 100, (23, 17))
records = np.zeros(41, [('a', 'i2'), ('name', h5py.string_dtype()), ('b', '>f8'), ('fixed', 'S5'), ('c', 'f4', (2, 3)),
                        ('names', h5py.string_dtype(), (2,)), ('d', 'u1')])
for i in range(41):
    records[i] = (i, 'é' * i, i / 7, b'ab'[: i % 3], i + np.arange(6).reshape(2, 3), [f'x{i}', 'y' * i], i)
DATA = {
    'f8': numbers.astype('f8'),
    'big': numbers.astype('>i4'),
    'half': numbers.astype('f2'),
    'bool': numbers > 0,
    'complex': numbers.astype('c8'),
    'big_complex': numbers.astype('>c16'),
    'long': numbers.astype('longdouble'),
    'cube': random.random((5, 6, 7), 'f4'),
    'text': np.array([['é' * (i * j) for j in range(5)] for i in range(23)], object),
    'fixed': np.array([f'{i}' * 3 for i in range(50)], 'S7'),
    'records': records,
}

with h5py.File('chunks.h5', 'w') as f:
    for name, data in DATA.items():
        dtype = h5py.string_dtype() if name == 'text' else data.dtype
        f.create_dataset(f'plain/{name}', data=data, dtype=dtype)
        for filters, how in FILTERS.items():
            if ('fletcher32' in how or filters == 'blosc') and name in ('text', 'records'):
                continue  # HDF5 refuses the one, the other stops Python
            chunks = tuple(max(1, n * 2 // 5) for n in data.shape)
            f.create_dataset(f'{filters}/{name}', data=data, dtype=dtype, chunks=chunks, **how)

# Chunks that were never written, one that was stored without its filters, edges that are not filtered.
with h5py.File('odd.h5', 'w') as f:
    d = f.create_dataset('missing', (1000,), '>i4', chunks=(64,), compression='gzip', fillvalue=-7)
    d[100:200] = np.arange(100)
    f['missing_plain'] = d[...]
    d = f.create_dataset('missing_text', (100,), h5py.string_dtype(), chunks=(8,), compression='gzip')
    d[30:40] = [f't{i}' for i in range(10)]
    f['missing_text_plain'] = d[...]
    d = f.create_dataset('skipped', (100,), 'i4', chunks=(50,), compression='gzip', shuffle=True)
    d.id.write_direct_chunk((0,), np.arange(50, dtype='<i4').tobytes(), 3)
    d[50:] = np.arange(50, 100)
    f['skipped_plain'] = np.arange(100, dtype='<i4')

# A text as fill value, at any length: looking at the dataset meets it.
with h5py.File('fill.h5', 'w') as f:
    f.create_dataset('x', (1,), h5py.string_dtype(), chunks=(3,), maxshape=(None,), fillvalue='f' * 3000)
    f.create_dataset('y', (3,), h5py.string_dtype(), fillvalue='fill')


data = bytearray(open('fill.h5', 'rb').read())
at = data.find(struct.pack('<I', 3000))
while at >= 0:
    if data[at + 4:at + 8] != bytes(4):  # a reference, not the size of the heap object
        struct.pack_into('<I', data, at, 1)
    at = data.find(struct.pack('<I', 3000), at + 1)
open('fill_forged.h5', 'wb').write(data)

N = 1 << 17


def lie(name, payload, mask=0, **how):
    with h5py.File(f'lie_{name}.h5', 'w') as f:
        f.create_dataset('x', (N,), 'i8', chunks=(N,), **how).id.write_direct_chunk((0,), payload, mask)


lie('deflate_short', zlib.compress(b'abc'), compression='gzip')
lie('deflate_long', zlib.compress(b'abc' * (1 << 20)), compression='gzip')
lie('skipped', b'abc', 1, compression='gzip')
lie('skipped_lzf', b'abc', 1, compression='lzf')
lie('shuffle', b'abc', shuffle=True)
lie('fletcher_2', b'ab', fletcher32=True)
lie('fletcher_4', bytes(4), fletcher32=True)
lie('fletcher_skipped', b'ab', 1, fletcher32=True)


def lie_of_index(name, stored, said, **how):
    """An index that says of a chunk that it takes so many bytes."""
    lie(name, stored, **how)
    data = open(f'lie_{name}.h5', 'rb').read()
    at = data.index(b'TREE\x01\x00') + 24
    assert struct.unpack_from('<I', data, at)[0] == len(stored)
    open(f'lie_{name}.h5', 'wb').write(data[:at] + struct.pack('<I', said) + data[at + 4:])


ONES = np.ones(N, 'i8').tobytes()
lie_of_index('index', ONES, 8)
# More than a chunk can take; past the end of the file, and not.
lie_of_index('huge', zlib.compress(ONES), 0x7fffffff, compression='gzip')
lie_of_index('large', ONES + bytes(4 * len(ONES)), 3 * len(ONES), compression='gzip')

# References to text: of another length than the text has, to no heap, to no object.
TEXT = 'v' * 200000


def text(name, attribute, change):
    with h5py.File(name, 'w') as f:
        values = np.array([TEXT, 'short'], object)
        if attribute:
            f.attrs.create('x', values, dtype=h5py.string_dtype())
        else:
            f.create_dataset('x', data=values, dtype=h5py.string_dtype())
    data = bytearray(open(name, 'rb').read())
    at = data.index(struct.pack('<I', len(TEXT)))
    change(data, at)
    open(name, 'wb').write(data)


CHANGES = {
    'short': lambda data, at: struct.pack_into('<I', data, at, 1),
    'longer': lambda data, at: struct.pack_into('<I', data, at, len(TEXT) + 1),
    'huge': lambda data, at: struct.pack_into('<I', data, at, 0xFFFFFFF0),
    'address': lambda data, at: struct.pack_into('<Q', data, at + 4, 1 << 60),
    'nowhere': lambda data, at: struct.pack_into('<Q', data, at + 4, 8),
    'index': lambda data, at: struct.pack_into('<I', data, at + 12, 77),
    'undefined': lambda data, at: struct.pack_into('<Q', data, at + 4, 2**64 - 1),
}
for change, forged in CHANGES.items():
    text(f'text_{change}.h5', False, forged)
    text(f'attr_{change}.h5', True, forged)
