# SPDX-License-Identifier: BSD-3-Clause
"""
Whether pairs of files hold the same object, sparse matrices by their values: how they are sorted, and zeros that are stored, are
left aside. With a third member that is true, so are the widths of floats (D9).
Usage: same_values.py < [[file, file], …] > [what differs, …]
"""

import json
import sys
import warnings

import anndata
import numpy as np
from anndata.tests.helpers import assert_equal
from scipy import sparse

warnings.simplefilter('ignore')


def same(key, x, y, loose):
    assert type(x) is type(y), (key, type(x), type(y))
    if not sparse.issparse(x) and not isinstance(x, np.ndarray):
        return assert_equal(x, y, exact=True, elem_name=key)
    assert x.shape == y.shape, (key, x.shape, y.shape)
    assert x.dtype == y.dtype or (loose and x.dtype.kind == y.dtype.kind), (key, x.dtype, y.dtype)
    x, y = (m.toarray() if sparse.issparse(m) else m for m in (x, y))
    np.testing.assert_array_equal(x, y, err_msg=key)


def difference(left, right, loose=False):
    a, b = anndata.read_h5ad(left), anndata.read_h5ad(right)
    try:
        same('X', a.X, b.X, loose)
        for slot in ('obs', 'var', 'uns'):
            assert_equal(getattr(a, slot), getattr(b, slot), exact=True, elem_name=slot)
        for slot in ('layers', 'obsm', 'varm', 'obsp', 'varp'):
            x, y = getattr(a, slot), getattr(b, slot)
            assert set(x) == set(y), (slot, set(x), set(y))
            for key in x:
                same(f'{slot}/{key}', x[key], y[key], loose)
        assert (a.raw is None) == (b.raw is None), 'raw'
        if a.raw is not None:
            same('raw/X', a.raw.X, b.raw.X, loose)
            assert_equal(a.raw.var, b.raw.var, exact=True, elem_name='raw/var')
    except AssertionError as error:
        return f'{left} {right}: {error}'


print(json.dumps([d for d in (difference(*pair) for pair in json.load(sys.stdin)) if d]))
