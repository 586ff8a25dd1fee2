// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/control.h"
#include "engine/element_copy.h"
#include "h5/dataset.h"
#include "kernels/sparse.h"

namespace anndata::engine {

// What a request takes along each axis: runs in the order of the result.
struct Picks {
  std::vector<std::vector<uint64_t>> starts;
  std::vector<std::vector<uint64_t>> counts;
};

// Both take the lock themselves, for moments. They throw what h5/dataset.h lists, and ERR_ABORTED.

// Reads numbers; `dest` must be of the kind and size that fit the dtype and the picks. `field`: ''
// unless a compound.
void ReadNumbers(h5::File& file, const std::string& key, const std::string& field,
                 const Picks& picks, h5::Span dest, const Control& control);

// Reads integers of any width into an Int32Array or Float64Array, refusing those out of bounds.
// False when one does not fit into an Int32Array.
bool ReadIndices(h5::File& file, const std::string& key, const std::string& field,
                 const Picks& picks, ElementCopy::Bounds bounds, h5::Span dest,
                 const Control& control);

// Reads the codes of a categorical, stored as int8, int16 or int32, as they are.
sparse::Extremes ReadCodes(h5::File& file, const std::string& key, const Picks& picks,
                           h5::Span dest, const Control& control);

// Runs of the entries of a compressed sparse matrix: positions, as ReadIndices reads them, and
// values, beside each other; the values are complete also when a position does not fit.
struct RunsSpec {
  std::string indices;  // keys
  std::string data;
  Picks picks;  // of both
  ElementCopy::Bounds bounds;
};
bool ReadRuns(h5::File& file, const RunsSpec& spec, h5::Span indices, h5::Span data,
              const Control& control);

}  // namespace anndata::engine
