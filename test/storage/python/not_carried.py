# SPDX-License-Identifier: BSD-3-Clause
"""Files with what cannot be copied to another file. Usage: not_carried.py FOLDER"""

import os
import sys

import h5py
import numpy as np

os.chdir(sys.argv[1])


def make(name):
    f = h5py.File(f'{name}.h5', 'w')
    f['g/x'] = [1, 2]
    return f


with make('reference') as f:
    f['g'].create_dataset('refers', data=[f['g/x'].ref], dtype=h5py.ref_dtype)
with make('attribute') as f:
    f['g/x'].attrs['categories'] = f['g'].ref
with make('sequences') as f:
    f['g'].create_dataset('ragged', shape=(2,), dtype=h5py.vlen_dtype('i4'))
with make('external') as f:
    f['g/elsewhere'] = h5py.ExternalLink('reference.h5', '/g')
with make('virtual') as f:
    layout = h5py.VirtualLayout((2,), 'i8')
    layout[:] = h5py.VirtualSource('reference.h5', 'g/x', (2,))
    f['g'].create_virtual_dataset('v', layout)
with make('harmless') as f:
    f['g/dangling'] = h5py.SoftLink('/nowhere')
    f['g/type'] = np.dtype('i4')

with make('gaps') as f:  # before 2.2 HDF5 cannot read those: it would have to write the text that fills them
    f['g'].create_dataset('t', (9,), h5py.string_dtype(), chunks=(3,), fillvalue='fill')[0] = 'first'
with make('gaps-filled') as f:
    f['g'].create_dataset('t', data=['first'] + 8 * ['fill'], dtype=h5py.string_dtype(), chunks=(3,))
