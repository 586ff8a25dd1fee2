# SPDX-License-Identifier: BSD-3-Clause
"""One of every datatype, as h5py stores it. Usage: every_type.py FILE"""
import sys, h5py, numpy as np
f = h5py.File(sys.argv[1], 'w')
for name in 'i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8'.split():
    for order in '<>':
        info = np.iinfo(name) if name[0] in 'iu' else np.finfo(name)
        a = np.array([info.min, 0, 1, info.max], dtype=order + name)
        f['num/' + ('le' if order == '<' else 'be') + '/' + name] = a
h = np.arange(65536, dtype='u2').view('f2')
f['half'] = h
f['half_as_float'] = h.astype('f4')
f['longdouble'] = np.array([1.5, -2.25], dtype=np.longdouble)
f['bool'] = np.array([True, False, True])
f['c8'] = np.array([1 + 2j, -3j], dtype='c8')
f['c16'] = np.array([[1 + 2j], [-3j]], dtype='>c16')
f['enum'] = np.array([5, 9, 5], dtype=h5py.enum_dtype({'A': 5, 'B': 9}, basetype='i2'))
f['scalar'] = np.int64(2**62)
f['empty'] = np.zeros((0, 3), 'f4')
f['null'] = h5py.Empty('f4')
f['nd'] = np.arange(24, dtype='i4').reshape(2, 3, 4)
f['gz'] = np.zeros(0)
f.create_dataset('gz2', data=np.arange(100000, dtype='i8').reshape(1000, 100), chunks=(30, 17), compression='gzip', shuffle=True, fletcher32=True)
f.create_dataset('lzf', data=np.arange(100000, dtype='f8'), compression='lzf')
s = f.create_group('text')
s['vlen'] = np.array(['a', '', 'ü€😀', 'x' * 300], dtype=h5py.string_dtype())
s['ascii'] = np.array(['a', 'bc'], dtype=h5py.string_dtype('ascii'))
s['fixed'] = np.array([b'abc', b'a', b'', b'a\x00b'])
s['fixed_utf8'] = np.array(['ü'.encode(), b'u'], dtype=h5py.string_dtype('utf-8', 6))
s['matrix'] = np.array([['a', 'b', 'c'], ['d', 'e', 'f']], dtype=h5py.string_dtype())
s['scalar'] = 'one'
s['bad'] = np.array([b'ok', b'\xff\xfe'], dtype='S2')
s['many'] = np.array([f'name-{i}' for i in range(200000)], dtype=h5py.string_dtype())
space = h5py.h5t.C_S1.copy(); space.set_size(5); space.set_strpad(h5py.h5t.STR_SPACEPAD)
d = h5py.h5d.create(s.id, b'spaces', space, h5py.h5s.create_simple((2,)))
d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b'ab   ', b' c   '], dtype='S5'), mtype=space)
t = np.dtype([('n', 'i4'), ('f', '>f8'), ('s', h5py.string_dtype()), ('b', 'S3'), ('sub', 'f4', (2, 2)), ('half', 'f2'), ('flag', '?'), ('c', 'c8')])
r = np.zeros(3, t)
r['n'] = [1, 2, 3]; r['f'] = [.5, 1.5, 2.5]; r['s'] = ['x', 'yy', '']; r['b'] = [b'abc', b'd', b'']
r['sub'] = np.arange(12).reshape(3, 2, 2); r['half'] = [1, 2, .25]; r['flag'] = [1, 0, 1]; r['c'] = [1j, 2, 3]
f['rec'] = r
i = f.create_group('idx')
i['wide'] = np.array([1, 2**31, 2**40])
i['u8'] = np.array([1, 2, 3], dtype='>u8')
i['neg'] = np.array([1, -1, 2])
i['past'] = np.array([2**53 + 1])
f.attrs['text'] = 'ü'
f.attrs['bytes'] = np.bytes_(b'abc')
f.attrs['texts'] = np.array(['a', 'b'], dtype=h5py.string_dtype())
f.attrs['none'] = np.array([], dtype=h5py.string_dtype())
f.attrs['fixed'] = np.array([b'a', b'bc'])
f.attrs['int'] = 3
f.attrs['big'] = 2**62
f.attrs['ubig'] = np.uint64(2**64 - 1)
f.attrs['real'] = .5
f.attrs['half'] = np.float16(.25)
f.attrs['yes'] = True
f.attrs['list'] = np.array([[1, 2], [3, 4]], dtype='>i2')
f.attrs['flags'] = np.array([True, False])
f.attrs['nothing'] = h5py.Empty('f4')
f.attrs['ref'] = f['idx/wide'].ref
f.attrs['region'] = f['nd'].regionref[0, 0, :]
f['datatype'] = np.dtype('i4')
f['soft'] = h5py.SoftLink('/idx/wide')
f['soft_relative'] = h5py.SoftLink('idx/u8')
f['dangling'] = h5py.SoftLink('/nowhere')
f.create_group('__proto__')['x'] = 1
