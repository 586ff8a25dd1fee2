// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "h5/dataset.h"

namespace anndata::engine {

// Both take the lock themselves and throw what h5/dataset.h lists.

// Writes a box. Whole chunks whose filters are known are filtered on several threads and written
// around the library's pipeline; the rest goes through it.
void WriteNumbers(h5::File& file, const std::string& key, const std::string& field,
                  const h5::Box& box, h5::Span data);

// Sets the length of the first axis, which must be unlimited.
void Resize(h5::File& file, const std::string& key, hsize_t length);

}  // namespace anndata::engine
