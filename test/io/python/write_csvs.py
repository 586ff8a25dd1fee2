# SPDX-License-Identifier: BSD-3-Clause
"""Reads an .h5ad file, writes it as .csv files, and prints them: {path: text}."""

import json
import sys
import warnings
from pathlib import Path

import anndata

warnings.simplefilter("ignore")
file, folder, sep = sys.argv[1:]
anndata.read_h5ad(file).write_csvs(folder, skip_data=False, sep=sep)
files = sorted(Path(folder).rglob("*.csv"))
json.dump({str(f.relative_to(folder)): f.read_bytes().decode() for f in files}, sys.stdout)
