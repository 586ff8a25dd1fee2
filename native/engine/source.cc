// SPDX-License-Identifier: BSD-3-Clause

#include "engine/source.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "engine/counters.h"
#include "h5/checked.h"
#include "h5/file_driver.h"
#include "h5/lock.h"
#include "h5/preflight.h"

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

// Neighbouring elements of about kBlockBytes: the last axes whole, a part of the one before, one of
// each of the others.
std::vector<hsize_t> BlockOf(const std::vector<hsize_t>& shape, size_t elementBytes) {
  std::vector<hsize_t> block = shape;
  if (block.empty()) return {1};
  uint64_t most = std::max<uint64_t>(1, kBlockBytes / elementBytes);
  for (size_t axis = block.size(); axis-- > 0;) {
    block[axis] = std::max<hsize_t>(1, std::min<hsize_t>(block[axis], most));
    most = block[axis] == shape[axis] ? most / block[axis] : 1;
    if (most == 0) most = 1;
  }
  return block;
}

}  // namespace

std::unique_ptr<Source> Source::Of(h5::File& file, std::shared_ptr<h5::OpenDataset> dataset) {
  if (file.writable() || dataset->null) return nullptr;
  std::unique_ptr<Source> source(new Source);
  source->descriptor_ = h5::DriverDescriptor(file.id());
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
  stored.address = address_;
  stored.bytes = dataset_->elementBytes;
  uint64_t stride = dataset_->elementBytes;
  for (size_t axis = dataset_->shape.size(); axis-- > 0;) {
    stored.address += at[axis] * stride;
    stored.bytes *= std::min<uint64_t>(dataset_->shape[axis] - at[axis], chunk_[axis]);
    stride *= dataset_->shape[axis];
  }
  return stored;
}

void Source::Fill(Window window, uint8_t* to) const {
  const std::vector<uint8_t>& value = dataset_->fill;
  if (dataset_->hasTextFill && value.empty())
    throw Failure("ERR_UNSUPPORTED_TYPE",
                  "records that were never written and have texts for a fill value");
  if (value.empty()) {
    std::memset(to + window.from, 0, window.to - window.from);
    return;
  }
  for (size_t i = window.from; i < window.to; i += value.size())
    std::memcpy(to + i, value.data(), value.size());
}

}  // namespace anndata::engine
