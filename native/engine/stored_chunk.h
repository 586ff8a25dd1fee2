// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "h5/dataset_cache.h"

namespace anndata::engine {

// The bytes of a chunk as they lie in the file.
struct StoredChunk {
  uint64_t address = 0;
  uint64_t bytes = 0;    // 0: never written
  uint32_t skipped = 0;  // filters it was stored without, a bit each
  bool loaded = false;   // the bytes are in memory already
};

// Finds the chunk at a position of a chunked dataset of a file opened for reading. Without a
// descriptor to read from its bytes come in `raw`. Takes the lock; throws ERR_INVALID_FILE.
StoredChunk FindChunk(const h5::OpenDataset& dataset, int descriptor,
                      const std::vector<hsize_t>& at, std::vector<uint8_t>& raw);

// Puts the bytes of a chunk into a file that is being written: the library finds room for them
// under the lock, and the descriptor of our driver takes them outside. Takes the lock.
void StoreChunk(hid_t dataset, int descriptor, const std::vector<hsize_t>& at, uint32_t skipped,
                const void* data, size_t bytes);

// Whether a chunk reaches over the edge of the array.
bool IsEdge(const h5::OpenDataset& dataset, const std::vector<hsize_t>& at);

[[noreturn]] void ThrowDamagedChunk(size_t chunkBytes, const std::string& how);

}  // namespace anndata::engine
