# SPDX-License-Identifier: BSD-3-Clause
"""What with_strangers.py added, as JSON. Usage: strangers.py FILE"""

import json
import sys

import h5py

with h5py.File(sys.argv[1]) as f:
    odd = f['my own/odd']
    print(json.dumps({
        'lab': f.attrs['lab'],
        'collected': [str(f['obs'].attrs.get_id('collected').dtype), f['obs'].attrs['collected'].tolist()],
        'note': list(f['uns'].attrs['note']),
        'made by': f['obsm'].attrs['made by'],
        'unit': f['my own'].attrs['unit'],
        'opaque': [v.tobytes().hex() for v in f['my own/opaque'][()]],
        'odd': [str(odd.dtype), odd.chunks, odd.compression, odd.shuffle, float(odd[()].sum())],
        'stray': f['obs/stray'][()].tolist(),
        'future': [f['uns/of a later day'].attrs['encoding-type'], f['uns/of a later day/data'][()].tolist()],
    }))
