// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>

namespace anndata::engine {

// What has been done in this process, for tests and for finding out why something is slow.
struct Counters {
  std::atomic<uint64_t> chunks{0};        // read and decoded by us
  std::atomic<uint64_t> storedBytes{0};   // that were read for them
  std::atomic<uint64_t> libraryReads{0};  // calls left to H5Dread
};

inline Counters& counters() {
  static Counters all;
  return all;
}

}  // namespace anndata::engine
