// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace anndata::test {

// What is fuzzed, and what becomes of an input there. The same functions run under libFuzzer
// (fuzz/main.cc) and on the kept corpus with all other C++ tests (fuzz_test.cc). A decoder that
// leaves its buffers or calls bytes decoded that it did not write ends the process.
//
// Inputs of codecs: two bytes, little-endian, for the size that is promised, then a chunk.
// Inputs of `pipeline`: how many stages, two bytes for each (which filter, its parameter), one for
// the filters left out, two for the size, then a chunk.
struct Target {
  std::string name;
  int filter = 0;  // its id in HDF5
  // Whether it was decoded.
  bool (*run)(const uint8_t* data, size_t size);
};

const std::vector<Target>& FuzzTargets();

using DecodeFn = std::function<bool(const uint8_t*, size_t, uint8_t*, size_t)>;

// Decodes twice, over different garbage, between bytes nobody may touch.
bool DecodesSafely(const DecodeFn& decode, const uint8_t* data, size_t size, size_t exact);

// Stages of a pipeline are these filters, by their position here.
inline constexpr int kFuzzedFilters[] = {1, 2, 3, 32000, 32001, 32004, 32015, 5};

}  // namespace anndata::test
