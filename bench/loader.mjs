// SPDX-License-Identifier: BSD-3-Clause
//
// AnnLoader beside Python's loaders: scDataset, anndata's own AnnLoader and annbatch, and beside two threads that decode the file and
// do nothing else. All take turns; an epoch must have as many stored entries on all sides.
//
//   npm run bench -- loader [--nnz 1.2e8] [--rounds 5] [--only block,random,single] [--cache DIR] [--docs docs/benchmarks.md]
//
//   --cache  folder of the inputs, of their converted forms and of the Python environment with the loaders; both are made when they are
//            not there (the environment takes some gigabytes: scDataset and AnnLoader need PyTorch)

export { run } from './loader/run.mjs';
