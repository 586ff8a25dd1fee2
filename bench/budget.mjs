// SPDX-License-Identifier: BSD-3-Clause
//
// A file whose X is far larger than the memory that work on it may take.
//
//   npm run bench -- budget [--times 11] [--budget 128] [--nnz 120e6] [--cache FOLDER] [--only gene,rows] [--docs FILE]
//
//   --times   so many times the rows of the engine's gzip input stand in the file: 11 times 120e6 entries are 10.6 GB decoded
//   --budget  MiB above what the process held when the library was loaded
//
// Each task has a process of its own; what counts is the kernel's high-water mark. Results are checked by sums.

export { run } from './budget/run.mjs';
