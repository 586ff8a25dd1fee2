# SPDX-License-Identifier: BSD-3-Clause
"""
Sets blocks of matrices in memory and writes the object.
Usage: set_values.py SOURCE TARGET < [{key, rows, columns, values}, …]      values: one number, or nested lists
"""

import json
import sys
import warnings

import anndata
import numpy as np
from scipy import sparse

warnings.simplefilter('ignore')
source, target = sys.argv[1:]
a = anndata.read_h5ad(source)


def edited(matrix, rows, columns, values):
    rows = np.arange(matrix.shape[0]) if rows is None else np.array(rows, int)
    columns = np.arange(matrix.shape[1]) if columns is None else np.array(columns, int)
    new = np.array(values).astype(matrix.dtype)
    if isinstance(values, list):
        new = new.reshape(len(rows), len(columns))
    if not sparse.issparse(matrix):
        matrix[np.ix_(rows, columns)] = new
        return matrix
    # Where a place comes twice in one call SciPy leaves open which value stays: one by one.
    new = np.broadcast_to(new, (len(rows), len(columns)))
    lil = matrix.tolil()
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            lil[row, column] = new[i, j]
    return type(matrix)(lil.asformat(matrix.format))


for edit in json.load(sys.stdin):
    slot, _, name = edit['key'].partition('/')
    args = edit['rows'], edit['columns'], edit['values']
    if slot == 'X':
        a.X = edited(a.X, *args)
    elif slot == 'raw':
        a.raw._X = edited(a.raw.X, *args)
    else:
        getattr(a, slot)[name] = edited(getattr(a, slot)[name], *args)
a.write_h5ad(target)
