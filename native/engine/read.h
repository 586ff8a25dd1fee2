// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/control.h"
#include "engine/element_copy.h"
#include "engine/selection.h"
#include "engine/source.h"

namespace anndata::engine {

// Calls `work(i)` for every i below n, on this thread and the pool's, in about ascending order. The
// first failure stops the rest and is thrown. Looks at the control before each.
void ForEach(size_t n, const Control& control, const std::function<void(size_t)>& work);

// What kept an index from being read.
struct IndexFault {
  ElementCopy::Fault kind = ElementCopy::Fault::kNone;
  std::string value;
  uint64_t position = 0;  // along the first axis
};

// Reads a selection into `to`, row by row: every chunk once, by all threads. Returns the fault that
// ended the reading of indices, if one did; which one is not settled when there are several.
IndexFault Read(const Source& source, const Selection& selection, const ElementCopy& copy,
                uint8_t* to, const Control& control);

// One of several arrays that are read together: nobody waits for the last chunk of one before the
// next is begun.
struct Part {
  const std::string& key;  // for errors
  const Source& source;
  const Selection& selection;
  const ElementCopy& copy;
  uint8_t* to;
};
// The same for each of them.
std::vector<IndexFault> ReadTogether(const std::vector<Part>& parts, const Control& control);

}  // namespace anndata::engine
