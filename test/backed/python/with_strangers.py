# SPDX-License-Identifier: BSD-3-Clause
"""Adds to a file what no version of anndata knows. Usage: with_strangers.py FILE"""

import sys

import h5py
import numpy as np

with h5py.File(sys.argv[1], 'r+') as f:
    f.attrs['lab'] = 'basement'
    f['obs'].attrs['collected'] = np.array([2024, 2025], '>i2')
    f['uns'].attrs['note'] = ['a', 'b']
    f['obsm'].attrs['made by'] = 'hand'
    mine = f.create_group('my own')
    mine.attrs['unit'] = 'µm'
    mine.create_dataset('opaque', data=np.array([b'\x00\x01', b'\x02\x03'], 'V2'))
    mine.create_dataset('odd', data=np.arange(1000, dtype='>f4'), chunks=(64,), compression='gzip', shuffle=True)
    f['obs'].create_dataset('stray', data=np.arange(7))
    future = f['uns'].create_group('of a later day')
    future.attrs['encoding-type'] = 'hologram'
    future.attrs['encoding-version'] = '9.9.9'
    future['data'] = [1, 2, 3]
