// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

#include "engine/control.h"
#include "h5/dataset.h"
#include "h5/file.h"

namespace anndata::engine {

// A compressed sparse matrix in a file, and the lines (kernels/moments.h) that take its values. All
// memory is the caller's.
struct MomentsSpec {
  std::string indices;  // keys
  std::string data;
  h5::Span indptr = {};  // int32 or float64
  size_t length = 0;     // positions of a row
  bool along = false;    // whether a row is a line; otherwise each of its positions is
  h5::Span total = {};
  h5::Span lows = {};  // of the values' kind, or of no memory
  h5::Span highs = {};
};

enum class MomentsOutcome {
  kDone,
  kDisorder,  // not sorted, or several entries at one place: lines are worth nothing
  kNotHere,   // stored in a way that only the library reads, or with positions past 2^31
};

// Adds all values up on the threads that decode them, chunk by chunk, so that nothing but a chunk
// or two a thread and, unless `along`, lines for each thread is ever in memory. Throws
// ERR_INVALID_FILE for an index outside the matrix, ERR_ABORTED.
MomentsOutcome AddStored(h5::File& file, const MomentsSpec& spec, const Control& control);

}  // namespace anndata::engine
