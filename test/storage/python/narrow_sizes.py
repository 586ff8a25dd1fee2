# SPDX-License-Identifier: BSD-3-Clause
"""Texts in a file whose addresses and lengths take few bytes, and as JSON what h5py reads. Usage: narrow_sizes.py FILE WIDTH WIDTH"""

import json
import sys

import h5py

file, addresses, lengths = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
creation = h5py.h5p.create(h5py.h5p.FILE_CREATE)
creation.set_sizes(addresses, lengths)
with h5py.File(h5py.h5f.create(file.encode(), fcpl=creation)) as f:
    f['text'] = [f'{i} ' + 'x' * (i % 23) for i in range(300)]
    f['text'].attrs['list'] = ['α', '', 'c']
with h5py.File(file) as f:
    print(json.dumps({'text': list(f['text'].asstr()[:]), 'list': list(f['text'].attrs['list'])}))
