# SPDX-License-Identifier: BSD-3-Clause
"""Makes in memory the changes of commit.test.ts. Usage: edited.py FROM TO"""

import sys

import anndata
import numpy as np

a = anndata.read_h5ad(sys.argv[1])
a.obs['score'] = np.arange(a.n_obs, dtype='f4')
a.obs['n_genes'] = (a.obs['n_genes'] * 2).astype('f8')
del a.obs['percent_mito']
a.var['kept'] = np.arange(a.n_vars) % 3 == 0
del a.uns['neighbors']
a.uns['pca']['why'] = 'because'
a.uns['new'] = {'deep': {'er': np.float64(1.5)}}
a.layers['half'] = np.full(a.shape, 0.5, 'f4')
a.obsm['X_two'] = np.zeros((a.n_obs, 2))
del a.obsm['X_umap']
a.write_h5ad(sys.argv[2])
