# SPDX-License-Identifier: BSD-3-Clause
"""
Joins objects in memory as `append` does, and writes the result.
Usage: concat_pair.py TARGET OPTIONS FILE …     OPTIONS: JSON of keyword arguments of concat
"""

import json
import sys
import warnings

import anndata

warnings.simplefilter('ignore')
target, options, *files = sys.argv[1:]
adatas = [anndata.read_h5ad(file) for file in files]
joined = anndata.concat(adatas, merge='first', **json.loads(options))
joined.uns = adatas[0].uns
joined.write_h5ad(target)
