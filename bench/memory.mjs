// SPDX-License-Identifier: BSD-3-Clause
//
// Work in memory beside scipy and anndata: rows and columns of a matrix, csr → csc, sums, concat, names. Both sides take turns; a
// result must have the same hash on both before its time counts.
//
//   npm run bench -- memory [--nnz 1e8] [--objects 8] [--names 1e6] [--rounds 5] [--only concat,names] [--docs docs/benchmarks.md]
//
//   --nnz    stored entries of the matrix, and of all objects of concat together
//   --only   suites: matrices, concat, names
//   --docs   puts the table between the markers of that file's section "In memory"

export { run } from './memory/run.mjs';
