// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace anndata::test {

using Bytes = std::vector<uint8_t>;

// Fixed seed: a failure repeats.
inline std::mt19937& Random() {
  static std::mt19937 engine(20261123);
  return engine;
}

inline Bytes Noise(size_t n) {
  Bytes bytes(n);
  for (auto& b : bytes) b = static_cast<uint8_t>(Random()());
  return bytes;
}

// Runs and counts, so that every codec finds something to squeeze.
inline Bytes Compressible(size_t n) {
  Bytes bytes(n);
  for (size_t i = 0; i < n; ++i)
    bytes[i] = static_cast<uint8_t>((i / 7) % 11 + (Random()() % 64 == 0 ? 1 : 0));
  return bytes;
}

}  // namespace anndata::test
