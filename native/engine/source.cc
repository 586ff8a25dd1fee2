// SPDX-License-Identifier: BSD-3-Clause

#include "engine/source.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "engine/counters.h"
#include "h5/checked.h"
#include "h5/lock.h"
#include "h5/preflight.h"
#include "h5/read_driver.h"

namespace anndata::engine {
namespace {

// Contiguous data are read in blocks of about that size.
constexpr uint64_t kBlockBytes = 1u << 20;
// A thread keeps buffers up to that size for its next chunk.
constexpr size_t kKeptBytes = 16u << 20;

struct Buffers {
  std::vector<uint8_t> raw;
  pipeline::Scratch scratch;
};

Buffers& MyBuffers() {
  thread_local Buffers buffers;
  return buffers;
}

void Trim(std::vector<uint8_t>& buffer) {
  if (buffer.capacity() > kKeptBytes) std::vector<uint8_t>().swap(buffer);
}

// Rows of a block: all axes but the first are whole.
std::vector<hsize_t> BlockOf(const std::vector<hsize_t>& shape, size_t elementBytes) {
  std::vector<hsize_t> block = shape;
  if (block.empty()) return {1};
  uint64_t row = elementBytes;
  for (size_t i = 1; i < shape.size(); i++) row = h5::Multiply(row, std::max<hsize_t>(shape[i], 1));
  block[0] = std::max<uint64_t>(1, kBlockBytes / std::max<uint64_t>(row, 1));
  for (hsize_t& n : block) n = std::max<hsize_t>(n, 1);
  return block;
}

}  // namespace

std::unique_ptr<Source> Source::Of(h5::File& file, std::shared_ptr<h5::OpenDataset> dataset) {
  if (file.writable() || dataset->null || dataset->textFill) return nullptr;
  std::unique_ptr<Source> source(new Source);
  source->descriptor_ = h5::ReadDriverDescriptor(file.id());
  if (dataset->layout == h5::OpenDataset::Layout::kChunked) {
    if (!dataset->decodeOurselves) return nullptr;
    source->chunk_ = dataset->chunks;
    source->chunk_bytes_ = dataset->chunkBytes;
    for (const h5::FilterRecord& filter : dataset->filters)
      source->stages_.push_back({filter.id, filter.params.empty() ? 0 : filter.params[0]});
  } else if (dataset->layout == h5::OpenDataset::Layout::kContiguous && source->descriptor_ >= 0) {
    source->contiguous_ = true;
    source->address_ = dataset->address;
    source->chunk_ = BlockOf(dataset->shape, dataset->elementBytes);
    source->chunk_bytes_ =
        static_cast<size_t>(h5::Multiply(h5::Product(source->chunk_), dataset->elementBytes));
  } else {
    return nullptr;
  }
  source->dataset_ = std::move(dataset);
  return source;
}

void Source::Read(const std::vector<hsize_t>& at, Window window, uint8_t* to) const {
  Buffers& mine = MyBuffers();
  const StoredChunk stored = Find(at, mine.raw);
  counters().chunks++;
  counters().storedBytes += stored.bytes;
  if (stored.bytes == 0) return Fill(window, to);
  const bool plain = stages_.empty() || (dataset_->plainEdges && IsEdge(*dataset_, at));
  if (plain && !contiguous_ && stored.bytes != chunk_bytes_)
    ThrowDamagedChunk(chunk_bytes_, "takes " + std::to_string(stored.bytes) + " bytes in the file");
  if (plain && !stored.loaded) {
    const size_t end = std::min<size_t>(window.to, static_cast<size_t>(stored.bytes));
    if (end > window.from)
      h5::ReadAt(descriptor_, stored.address + window.from, to + window.from, end - window.from);
    return;
  }
  if (!stored.loaded) {
    mine.raw.resize(static_cast<size_t>(stored.bytes));
    h5::ReadAt(descriptor_, stored.address, mine.raw.data(), mine.raw.size());
  }
  static const std::vector<pipeline::Stage> kNone;
  if (!pipeline::Decode(plain ? kNone : stages_, stored.skipped, mine.raw.data(), mine.raw.size(),
                        to, chunk_bytes_, mine.scratch))
    ThrowDamagedChunk(chunk_bytes_, "does not decode to that");
  Trim(mine.raw);
  for (auto& buffer : mine.scratch.buffers) Trim(buffer);
}

StoredChunk Source::Find(const std::vector<hsize_t>& at, std::vector<uint8_t>& raw) const {
  if (!contiguous_) return FindChunk(*dataset_, descriptor_, at, raw);
  StoredChunk stored;
  if (address_ == 0) return stored;
  const uint64_t row = chunk_bytes_ / chunk_[0];
  const uint64_t rows = dataset_->shape.empty() ? 1 : dataset_->shape[0];
  stored.address = address_ + at[0] * row;
  stored.bytes = std::min<uint64_t>(rows - at[0], chunk_[0]) * row;
  return stored;
}

void Source::Fill(Window window, uint8_t* to) const {
  const std::vector<uint8_t>& value = dataset_->fill;
  if (value.empty()) {
    std::memset(to + window.from, 0, window.to - window.from);
    return;
  }
  for (size_t i = window.from; i < window.to; i += value.size())
    std::memcpy(to + i, value.data(), value.size());
}

}  // namespace anndata::engine
