// SPDX-License-Identifier: BSD-3-Clause

#include "engine/stored_chunk.h"

#include "failure.h"
#include "h5/error.h"
#include "h5/lock.h"
#include "h5/read_driver.h"

namespace anndata::engine {
namespace {

// What a filter may add to a chunk it cannot shrink.
constexpr uint64_t kSlack = 4096;

// 0 for a chunk that was never written, which older versions of the library call an error.
uint64_t StoredBytes(hid_t dataset, const std::vector<hsize_t>& at) {
  hsize_t stored = 0;
  if (H5Dget_chunk_storage_size(dataset, at.data(), &stored) >= 0) return stored;
  if (!h5::DeepestIs(H5E_DATASET, H5E_CANTGET)) h5::ThrowStack("finding a chunk");
  H5Eclear2(H5E_DEFAULT);
  return 0;
}

}  // namespace

StoredChunk FindChunk(const h5::OpenDataset& dataset, int descriptor,
                      const std::vector<hsize_t>& at, std::vector<uint8_t>& raw) {
  StoredChunk stored;
  const h5::LibraryLock lock;
  const hid_t id = dataset.id.get();
  stored.bytes = StoredBytes(id, at);
  if (stored.bytes == 0) return stored;
  if (stored.bytes > 2 * static_cast<uint64_t>(dataset.chunkBytes) + kSlack)
    ThrowDamagedChunk(dataset.chunkBytes,
                      "is said to take " + std::to_string(stored.bytes) + " bytes in the file");
  if (descriptor >= 0) {
    const h5::Locating locating;
    uint8_t unused = 0;
    h5::Check(H5Dread_chunk(id, H5P_DEFAULT, at.data(), &stored.skipped, &unused),
              "finding a chunk");
    // Of chunks without filters the size in the index is not looked at by the library either.
    if (!locating.found() || (!dataset.filters.empty() && locating.bytes() != stored.bytes))
      throw Failure("ERR_HDF5", "the library reads chunks in a way that is not known");
    stored.address = locating.address();
    return stored;
  }
  raw.resize(static_cast<size_t>(stored.bytes));
  h5::Check(H5Dread_chunk(id, H5P_DEFAULT, at.data(), &stored.skipped, raw.data()),
            "reading a chunk");
  stored.loaded = true;
  return stored;
}

bool IsEdge(const h5::OpenDataset& dataset, const std::vector<hsize_t>& at) {
  for (size_t i = 0; i < at.size(); i++) {
    if (dataset.shape[i] - at[i] < dataset.chunks[i]) return true;
  }
  return false;
}

void ThrowDamagedChunk(size_t chunkBytes, const std::string& how) {
  throw Failure("ERR_INVALID_FILE",
                "a damaged chunk: one of " + std::to_string(chunkBytes) + " bytes " + how);
}

}  // namespace anndata::engine
