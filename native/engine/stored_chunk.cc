// SPDX-License-Identifier: BSD-3-Clause

#include "engine/stored_chunk.h"

#include <optional>

#include "failure.h"
#include "h5/error.h"
#include "h5/file_driver.h"
#include "h5/lock.h"
#include "h5/preflight.h"

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

void CheckSize(const h5::OpenDataset& dataset, uint64_t stored) {
  if (stored > 2 * static_cast<uint64_t>(dataset.chunkBytes) + kSlack)
    ThrowDamagedChunk(dataset.chunkBytes,
                      "is said to take " + std::to_string(stored) + " bytes in the file");
}

// Where the library would read a chunk; false when it would read none.
bool Locate(const h5::OpenDataset& dataset, const std::vector<hsize_t>& at, StoredChunk& stored) {
  const h5::Locating locating;
  uint8_t unused = 0;
  if (H5Dread_chunk(dataset.id.get(), H5P_DEFAULT, at.data(), &stored.skipped, &unused) < 0) {
    H5Eclear2(H5E_DEFAULT);
    return false;
  }
  if (!locating.found()) return false;
  // Of chunks without filters the size in the index is not looked at by the library either.
  stored.bytes = dataset.filters.empty() ? dataset.chunkBytes : locating.bytes();
  stored.address = locating.address();
  CheckSize(dataset, stored.bytes);
  return true;
}

}  // namespace

StoredChunk FindChunk(const h5::OpenDataset& dataset, int descriptor,
                      const std::vector<hsize_t>& at, std::vector<uint8_t>& raw) {
  StoredChunk stored;
  const h5::LibraryLock lock;
  const hid_t id = dataset.id.get();
  // One look into the index tells all, of chunks that are there.
  if (descriptor >= 0 && Locate(dataset, at, stored)) return stored;
  stored.bytes = StoredBytes(id, at);
  if (stored.bytes == 0) return stored;
  // Before the library complains of where such a chunk ends.
  CheckSize(dataset, stored.bytes);
  if (descriptor >= 0) {
    uint8_t unused = 0;
    const h5::Locating locating;
    h5::Check(H5Dread_chunk(id, H5P_DEFAULT, at.data(), &stored.skipped, &unused),
              "finding a chunk");
    throw Failure("ERR_HDF5", "the library reads chunks in a way that is not known");
  }
  raw.resize(static_cast<size_t>(stored.bytes));
  h5::Check(H5Dread_chunk(id, H5P_DEFAULT, at.data(), &stored.skipped, raw.data()),
            "reading a chunk");
  stored.loaded = true;
  return stored;
}

void StoreChunk(hid_t dataset, int descriptor, const std::vector<hsize_t>& at, uint32_t skipped,
                const void* data, size_t bytes) {
  uint64_t address = 0;
  {
    const h5::LibraryLock lock;
    std::optional<h5::Locating> locating;
    if (descriptor >= 0) locating.emplace(data);
    h5::Check(H5Dwrite_chunk(dataset, H5P_DEFAULT, skipped, at.data(), bytes, data),
              "writing a chunk");
    if (!locating || !locating->found()) return;
    address = locating->address();
  }
  h5::WriteAt(descriptor, address, data, bytes);
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
