# SPDX-License-Identifier: BSD-3-Clause
"""How new the format of a file is, as JSON. Usage: versions.py FILE

The signatures are those of object headers of version 2 and of the indexes of chunks that came with HDF5 1.10.
"""

import json
import sys

import h5py

NEWER = [b'OHDR', b'OCHK', b'FAHD', b'EAHD']

with h5py.File(sys.argv[1]) as f:
    superblock = f.id.get_create_plist().get_version()[0]
with open(sys.argv[1], 'rb') as f:
    content = f.read()
print(json.dumps({'superblock': superblock, 'signatures': [s.decode() for s in NEWER if s in content]}))
