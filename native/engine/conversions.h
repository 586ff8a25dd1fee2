// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include "engine/element_copy.h"
#include "engine/open_array.h"

namespace anndata::engine {

// How numbers get from their stored form into a typed array; none when only the library knows.
// Under the lock.
std::optional<ElementCopy> CopyOf(const OpenArray& array);

bool IsInteger(h5::DType dtype);

// What stored integers are like.
ElementCopy::Integer IntegerOf(const h5::Element& element);

}  // namespace anndata::engine
