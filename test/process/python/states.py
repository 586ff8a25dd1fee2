# SPDX-License-Identifier: BSD-3-Clause
"""
Whether each file is one of the states commit-child.js makes, whole, as Python's anndata reads it.
Usage: states.py ORIGINAL < [file, …] > [state or what is wrong, …]
"""

import json
import sys

import anndata
import numpy as np

original = anndata.read_h5ad(sys.argv[1])


def state_of(path):
    a = anndata.read_h5ad(path)
    state = int(a.uns['state'])
    n = original.n_obs
    added = [f'added {i}' for i in range(2, state + 1, 2)]
    X, raw = original.X.copy(), original.raw.X.toarray()
    if state > 0:
        X[[3, 7]] = state
        raw[2, :3] = state
    kept = {
        'shape': a.shape == (n + len(added), original.n_vars) == a.X.shape,
        'X': np.array_equal(a.X[:n], X),
        'added': all((a.X[n + i] == 2 * (i + 1)).all() for i in range(len(added))),
        'raw': np.array_equal(a.raw.X[:n].toarray(), raw) and a.raw.var.equals(original.raw.var),
        'louvain': list(a.obs['louvain'][:n]) == list(original.obs['louvain']),
        'names': list(a.obs_names) == list(original.obs_names) + added,
        'umap': np.array_equal(a.obsm['X_umap'][:n], original.obsm['X_umap']),
    }
    if state > 0:
        kept |= {
            'deep': (a.uns['deep']['er']['state'] == state).all(),
            'obs': (a.obs['state'] == state).all(),
            'var': ('state' in a.var) == (state % 3 != 0) and (state % 3 == 0 or (a.var['state'] == state).all()),
            'layer': (a.layers['state'] == state).all(),
            'obsm': [k for k in a.obsm if k.startswith('state')] == [f'state {state}']
            and (a.obsm[f'state {state}'] == state).all(),
        }
    wrong = [name for name, fine in kept.items() if not fine]
    return f'state {state}: {wrong}' if wrong else state


def tried(path):
    try:
        return state_of(path)
    except Exception as error:  # a file that cannot be read is what this looks for
        return f'{type(error).__name__}: {error}'


print(json.dumps([tried(path) for path in json.load(sys.stdin)]))
