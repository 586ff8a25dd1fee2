// SPDX-License-Identifier: BSD-3-Clause
//
// Files: ours, Python's anndata, h5wasm where it can, and what the machine allows, on the same file in the same run.
//
//   npm run bench -- engine [--nnz 120e6] [--rounds 5] [--only full-gzip,rows] [--cache FOLDER] [--json FILE] [--docs FILE]
//
//   --nnz     stored entries of the matrix; everything else is sized by it
//   --only    rows whose names begin with one of these
//   --cache   where inputs are made once and kept (default: below the system's temporary folder; about 2.5 GB for 120e6)
//   --scratch where files are written (default: memory, /dev/shm, so that fsync costs nobody anything)
//   --json    all figures; --docs puts the table between the markers of that file's section "Engine" (docs/benchmarks.md)
//
// ANNDATA_PYTHON is the reference environment; ANNDATA_H5WASM a folder with the npm package h5wasm, which is no dependency;
// ANNDATA_THREADS is handed on to ours and stands in the report.

export { run } from './engine/run.mjs';
