# SPDX-License-Identifier: BSD-3-Clause
"""Well-formed HDF5 that means harm. Usage: hostile.py FOLDER"""

import os
import sys

import h5py
import numpy as np

os.chdir(sys.argv[1])

with open('secret', 'wb') as f:
    f.write(b'secret!!' * 8)

with h5py.File('other.h5', 'w') as f:
    f['x'] = [1, 2, 3]

with h5py.File('links.h5', 'w') as f:
    f['external'] = h5py.ExternalLink('other.h5', '/x')
    raw = f.create_dataset('raw', (8,), 'u8', external=[('secret', 0, 64)])
    layout = h5py.VirtualLayout((3,), 'i8')
    layout[:] = h5py.VirtualSource('other.h5', 'x', (3,))
    f.create_virtual_dataset('virtual', layout)
    g = f.create_group('loop')
    g['self'] = g
    g['up'] = f['/']
    f['ping'] = h5py.SoftLink('/pong')
    f['pong'] = h5py.SoftLink('/ping')
    f.id.links.create_soft(b'bad\xff', b'/loop')
    f['through'] = h5py.SoftLink('/external')

with h5py.File('deep.h5', 'w') as f:
    g = f
    for _ in range(200):
        g = g.create_group('g')

# A binary tree of shared groups: 2**30 paths.
with h5py.File('shared.h5', 'w') as f:
    below = f.create_group('leaf')
    for i in range(30):
        g = f.create_group(f'level{i}')
        g['a'] = below
        g['b'] = below
        below = g

with h5py.File('bombs.h5', 'w') as f:
    f.create_dataset('nothing', (2**40,), 'f8', chunks=(2**20,))
    f.create_dataset('nothing_contiguous', (2**40,), 'f8')
    f.create_dataset('product', (2**31, 2**31, 2**31), 'f8', chunks=(1, 1, 2**10))
    f.create_dataset('deflated', (2**30,), 'u1', chunks=(2**20,), compression='gzip')[0] = 1
    f.create_dataset('huge_chunk', (2**31,), 'u1', chunks=(2**31,), compression='gzip')
    f.create_dataset('many_strings', (2**40,), h5py.string_dtype(), chunks=(2**20,))
    # One heap object, pointed to by every element.
    d = f.create_dataset('one_string', (100000,), h5py.string_dtype())
    d[0] = 'x' * 60000
    f.create_dataset('wide_fixed', (1000,), 'S100000', chunks=(1,))
    f.create_dataset('scale', (100,), 'i4', chunks=(100,), scaleoffset=0)[:] = 1
    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    dcpl.set_chunk((10,))
    dcpl.set_filter(305, h5py.h5z.FLAG_OPTIONAL, ())
    space = h5py.h5s.create_simple((10,))
    h5py.h5d.create(f.id, b'unknown_filter', h5py.h5t.NATIVE_INT32, space, dcpl)

# Let all elements of one_string share the heap object of the first.
with h5py.File('bombs.h5') as f:
    offset = f['one_string'].id.get_offset()
with open('bombs.h5', 'r+b') as f:
    f.seek(offset)
    reference = f.read(16)
    f.seek(offset)
    f.write(reference * 100000)

# The same for an attribute.
with h5py.File('attr_bomb.h5', 'w', libver='earliest') as f:
    names = np.array(['y' * 60000] + ['z'] * 3999, dtype=h5py.string_dtype())
    f.attrs['names'] = names
    f['fine'] = [1]
data = open('attr_bomb.h5', 'rb').read()
with h5py.File('attr_bomb.h5') as f:
    pass
at = data.index((60000).to_bytes(4, 'little'))
with open('attr_bomb.h5', 'r+b') as f:
    f.seek(at)
    f.write(data[at:at + 16] * 4000)

with h5py.File('past_end.h5', 'w') as f:
    f['x'] = np.arange(1000)
size = os.path.getsize('past_end.h5')

# Little in the file, much to do: many attributes on one object, many links to it, many arrays of one large type.
with h5py.File('much.h5', 'w') as f:
    g = f.create_group('attributes')
    for i in range(5000):
        h5py.h5a.create(g.id, f'a{i}'.encode(), h5py.h5t.STD_I8LE, h5py.h5s.create(h5py.h5s.SCALAR))
    shared = f.create_dataset('links/0', data=[1])
    for i in range(1, 200):
        f[f'links/{i}'] = shared
    fields = np.dtype([(f'f{i}', 'i1') for i in range(1000)])
    f['type'] = fields
    for i in range(200):
        h5py.h5d.create(f.create_group(f'types/{i}').id, b'x', f['type'].id, h5py.h5s.create(h5py.h5s.NULL))
    f.create_group('records').attrs.create('x', np.zeros(1, fields)[0])
    # A soft link that goes round and round one group before it gets where it leads.
    g = f.create_group('round')
    g['round'] = g
    f['soft'] = h5py.SoftLink('/' + 'round/' * 10000 + 'round')

# A compact array that claims more than its header holds.
with h5py.File('compact.h5', 'w') as f:
    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    dcpl.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((1237,))
    h5py.h5d.create(f.id, b'x', h5py.h5t.NATIVE_INT32, space, dcpl)
    f['fine'] = [1]
data = open('compact.h5', 'rb').read()
assert data.count((1237).to_bytes(8, 'little')) >= 1
open('compact.h5', 'wb').write(data.replace((1237).to_bytes(8, 'little'), (12_000_000).to_bytes(8, 'little')))
