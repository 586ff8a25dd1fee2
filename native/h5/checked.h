// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "failure.h"

namespace anndata::h5 {

// Arithmetic on sizes that come from a file or a caller; throws ERR_LIMIT instead of wrapping
// around.
inline uint64_t Multiply(uint64_t a, uint64_t b) {
  if (b != 0 && a > std::numeric_limits<uint64_t>::max() / b) {
    throw Failure("ERR_LIMIT", "a size does not fit into 64 bits");
  }
  return a * b;
}

template <class T>
uint64_t Product(const std::vector<T>& factors) {
  uint64_t product = 1;
  bool empty = false;
  for (const T factor : factors) {
    if (factor == 0) empty = true;
    if (!empty) product = Multiply(product, static_cast<uint64_t>(factor));
  }
  return empty ? 0 : product;
}

}  // namespace anndata::h5
