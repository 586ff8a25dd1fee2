# SPDX-License-Identifier: BSD-3-Clause
"""A file with everything that copying must keep. Usage: odd_storage.py FILE"""

import sys

import h5py
import hdf5plugin
import numpy as np

rng = np.random.default_rng(5)

with h5py.File(sys.argv[1], 'w', libver=('earliest', 'v110')) as f:
    f.attrs['a list of text'] = ['α', '', 'c']
    f.attrs['nothing'] = h5py.Empty('f4')
    f.attrs['records'] = np.array([(1, 2.5)], dtype=[('a', '>i2'), ('b', 'f8')])
    f.attrs.create('text and numbers', np.array([('x', 1)], dtype=[('t', h5py.string_dtype()), ('n', 'i4')]))
    f.attrs['bytes'] = np.bytes_(b'fixed')
    f.attrs.create('ascii', 'abc', dtype=h5py.string_dtype('ascii'))
    f.attrs['half'] = np.float16(1.5)
    f.attrs['flag'] = True
    f.attrs['opaque'] = np.void(b'\x01\x02')
    wide = f.create_group('wide', track_order=True)
    wide.attrs['column-order'] = [f'column number {i}' for i in range(20000)]
    wide_array = f.create_group('arrays', track_order=True).create_dataset('x', data=[1.0, 2.0], track_order=True)
    wide_array.attrs['long'] = ['y' * 20] * 9000

    numbers = f.create_group('numbers')
    for dtype in ['i1', '<i2', '>i4', 'u8', '>f2', '<f4', '>f8', 'c8', '>c16', '?', np.longdouble]:
        numbers[str(np.dtype(dtype)).strip('<>')] = (rng.random((7, 3)) * 50).astype(dtype)
    numbers['enum'] = np.array([0, 5], dtype=h5py.enum_dtype({'low': 0, 'high': 5}, 'i2'))
    numbers['opaque'] = np.array([b'\x01\x02\x03\x04'], dtype='V4')
    numbers['sub-arrays'] = np.zeros(4, dtype=[('m', '<i4', (2, 3)), ('inner', [('deep', '>u2')])])
    numbers['nothing'] = h5py.Empty('>i8')
    numbers['scalar'] = np.float32(7)
    numbers['empty'] = np.zeros((0, 5))
    numbers['long row'] = rng.random((2, 700_000))
    numbers['long row 3d'] = rng.random((3, 1, 600_000)).astype('f4')
    numbers.create_dataset('never written', (1000,), dtype='>i4', fillvalue=-3)
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((5,))
    compact = h5py.h5d.create(numbers.id, b'compact', h5py.h5t.STD_I32BE, space, plist)
    compact.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(5, dtype='i4'))

    chunked = f.create_group('chunked')
    data = (rng.random((103, 57)) * 9).astype('i4')
    for name, options in {
        'plain': {},
        'gzip': {'compression': 'gzip', 'compression_opts': 7},
        'gzip, shuffle, fletcher32': {'compression': 'gzip', 'shuffle': True, 'fletcher32': True},
        'lzf': {'compression': 'lzf'},
        'zstd': dict(hdf5plugin.Zstd(clevel=2)),
        'resizable': {'maxshape': (None, 57), 'compression': 'gzip'},
    }.items():
        chunked.create_dataset(name, data=data, chunks=(10, 13), **options)
    masked = chunked.create_dataset('masked', (40,), 'i4', chunks=(10,), compression='gzip', shuffle=True, fillvalue=9)
    masked[:20] = np.arange(20)
    masked.id.write_direct_chunk((30,), np.arange(10, dtype='<i4').tobytes(), 3)
    chunked.create_dataset('never written', (100, 100), 'f8', chunks=(10, 10), fillvalue=np.nan, compression='gzip')
    sparse = chunked.create_dataset('mostly missing', (2_000_000, 2), 'i1', chunks=(1, 1), compression='gzip')
    sparse[17, 1] = 3
    sparse[1_999_999, 0] = 4

    texts = f.create_group('texts')
    kinds = {'utf8': h5py.string_dtype(), 'ascii': h5py.string_dtype('ascii')}
    for name, dtype in kinds.items():
        texts.create_dataset(name, data=np.array(['a', '', 'nan', 'x' * 5000], dtype=object), dtype=dtype)
    texts.create_dataset('scalar', data='ü€😀')
    texts.create_dataset('fixed', data=np.array([b'ab', b'c']))
    texts.create_dataset('many', data=[f'text {i}' for i in range(70_000)], chunks=(999,), compression='gzip')
    texts.create_dataset('grid', data=np.array([['a', 'b'], ['c', 'd']], dtype=object), dtype=h5py.string_dtype())
    texts.create_dataset('none', (0,), h5py.string_dtype())
    filled = texts.create_dataset('filled', (9,), h5py.string_dtype(), chunks=(3,), fillvalue='fill')
    filled[...] = 'written'
    texts.create_dataset('only fill', (4,), h5py.string_dtype(), fillvalue='fill')
    records = np.dtype([('n', '>i4'), ('t', h5py.string_dtype()), ('f', 'S3'), ('m', 'f8', (2,))])
    texts.create_dataset('records', data=np.array([(i, f't{i}', b'ab', (i, -i)) for i in range(300)], dtype=records))
