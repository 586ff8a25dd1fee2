// SPDX-License-Identifier: BSD-3-Clause

#include "h5/chunks.h"

#include <algorithm>
#include <cstring>

#include "codecs/pipeline.h"
#include "h5/error.h"

namespace anndata::h5 {
namespace {

// A decoded chunk up to this size is kept for the next read.
constexpr size_t kMaxKept = 16u << 20;
// What a filter may add to a chunk it cannot shrink.
constexpr uint64_t kSlack = 4096;

using Sizes = std::vector<hsize_t>;

// Moves to the next position of a box in steps along each axis, the last one fastest; false after
// the last one.
bool Advance(Sizes& at, const Sizes& first, const Sizes& end, const Sizes& step) {
  for (size_t axis = at.size(); axis-- > 0;) {
    at[axis] += step[axis];
    if (at[axis] < end[axis]) return true;
    at[axis] = first[axis];
  }
  return false;
}

class ChunkReader {
 public:
  ChunkReader(OpenDataset& dataset, const Box& box, size_t offset, size_t bytes, unsigned char* to)
      : dataset_(dataset), box_(box), offset_(offset), bytes_(bytes), to_(to) {
    for (const FilterRecord& filter : dataset.filters)
      stages_.push_back({filter.id, filter.params.empty() ? 0 : filter.params[0]});
  }

  void Run() {
    const size_t rank = dataset_.chunks.size();
    Sizes first(rank), end(rank);
    for (size_t i = 0; i < rank; i++) {
      first[i] = box_.start[i] / dataset_.chunks[i] * dataset_.chunks[i];
      end[i] = box_.start[i] + box_.count[i];
    }
    Sizes at = first;
    do {
      Get(at);
      CopyFrom(at);
    } while (Advance(at, first, end, dataset_.chunks));
  }

 private:
  // Makes dataset_.kept the chunk at that position.
  void Get(const Sizes& at) {
    auto& kept = dataset_.kept;
    if (kept.at == at) return;
    kept.at.clear();
    const hsize_t stored = StoredBytes(at);
    if (stored == 0) {
      Fill(kept.bytes);
    } else {
      Read(at, stored, kept.bytes);
    }
    kept.at = at;
  }

  // 0 for a chunk that was never written, which older versions of the library call an error.
  hsize_t StoredBytes(const Sizes& at) const {
    hsize_t stored = 0;
    if (H5Dget_chunk_storage_size(dataset_.id.get(), at.data(), &stored) >= 0) return stored;
    if (!DeepestIs(H5E_DATASET, H5E_CANTGET)) ThrowStack("finding a chunk");
    H5Eclear2(H5E_DEFAULT);
    return 0;
  }

  void Read(const Sizes& at, hsize_t stored, std::vector<uint8_t>& bytes) {
    if (stored > 2 * static_cast<uint64_t>(dataset_.chunkBytes) + kSlack)
      ThrowDamaged("is said to take " + std::to_string(stored) + " bytes in the file");
    bytes.resize(static_cast<size_t>(stored));
    uint32_t skipped = 0;
    Check(H5Dread_chunk(dataset_.id.get(), H5P_DEFAULT, at.data(), &skipped, bytes.data()),
          "reading a chunk");
    const bool plain = dataset_.plainEdges && IsEdge(at);
    if (!pipeline::Decode(plain ? std::vector<pipeline::Stage>() : stages_, skipped,
                          dataset_.chunkBytes, bytes, scratch_))
      ThrowDamaged("does not decode to that");
  }

  [[noreturn]] void ThrowDamaged(const std::string& how) const {
    throw Failure("ERR_INVALID_FILE", "a damaged chunk: one of " +
                                          std::to_string(dataset_.chunkBytes) + " bytes " + how);
  }

  bool IsEdge(const Sizes& at) const {
    for (size_t i = 0; i < at.size(); i++) {
      if (dataset_.shape[i] - at[i] < dataset_.chunks[i]) return true;
    }
    return false;
  }

  // A chunk that was never written.
  void Fill(std::vector<uint8_t>& bytes) const {
    if (dataset_.textFill)
      throw Failure("ERR_UNSUPPORTED_TYPE", "text that was never written, with a fill value");
    const std::vector<uint8_t>& value = dataset_.fill;
    bytes.assign(dataset_.chunkBytes, 0);
    if (value.empty()) return;
    for (size_t i = 0; i < bytes.size(); i += value.size())
      std::memcpy(bytes.data() + i, value.data(), value.size());
  }

  // The part of the box that lies in the chunk, row by row.
  void CopyFrom(const Sizes& at) {
    const size_t rank = at.size();
    Sizes low(rank), high(rank), step(rank, 1);
    for (size_t i = 0; i < rank; i++) {
      low[i] = std::max(at[i], box_.start[i]);
      high[i] = std::min(at[i] + dataset_.chunks[i], box_.start[i] + box_.count[i]);
    }
    const hsize_t row = high[rank - 1] - low[rank - 1];
    step[rank - 1] = row;
    Sizes position = low;
    do {
      size_t from = 0, to = 0;
      for (size_t i = 0; i < rank; i++) {
        from = from * dataset_.chunks[i] + (position[i] - at[i]);
        to = to * box_.count[i] + (position[i] - box_.start[i]);
      }
      CopyRow(from, to, row);
    } while (Advance(position, low, high, step));
  }

  void CopyRow(size_t from, size_t to, size_t n) {
    const size_t element = dataset_.elementBytes;
    const uint8_t* source = dataset_.kept.bytes.data() + from * element + offset_;
    unsigned char* target = to_ + to * bytes_;
    if (bytes_ == element) {
      std::memcpy(target, source, n * element);
    } else {
      for (size_t i = 0; i < n; i++) std::memcpy(target + i * bytes_, source + i * element, bytes_);
    }
  }

  OpenDataset& dataset_;
  const Box& box_;
  size_t offset_;
  size_t bytes_;
  unsigned char* to_;
  std::vector<pipeline::Stage> stages_;
  std::vector<uint8_t> scratch_;
};

}  // namespace

void ReadStored(OpenDataset& dataset, const Box& box, size_t offset, size_t bytes,
                unsigned char* to) {
  try {
    ChunkReader(dataset, box, offset, bytes, to).Run();
  } catch (...) {
    dataset.kept = {};
    throw;
  }
  if (dataset.kept.bytes.capacity() > kMaxKept) dataset.kept = {};
}

}  // namespace anndata::h5
