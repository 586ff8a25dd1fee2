// SPDX-License-Identifier: BSD-3-Clause

#include "engine/chunk_writer.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <mutex>

#include "engine/stored_chunk.h"
#include "h5/convert.h"
#include "h5/error.h"
#include "h5/file_driver.h"
#include "parallel.h"

namespace anndata::engine {
namespace {

using Sizes = std::vector<hsize_t>;

// A chunk as it goes into the file.
struct Encoded {
  const uint8_t* data = nullptr;  // in `bytes`, or where the caller has it
  size_t size = 0;
  uint32_t skipped = 0;
  Buffer bytes;
};

// Memory a thread works in, from chunk to chunk and from call to call.
struct Scratch {
  Buffer gathered;
  std::vector<unsigned char> converted;
  Buffer filtered;
  Buffer other;

  size_t bytes() const {
    return gathered.capacity() + converted.capacity() + filtered.capacity() + other.capacity();
  }
};

// What a thread keeps of it.
constexpr size_t kMaxKept = 16u << 20;

// The chunks of a job. Lanes take them in order, one at a time; whoever has the chunk that is next
// in the file, writes it and those behind it that are ready.
class Writing {
 public:
  Writing(const WholeChunks& job, const unsigned char* data) : job_(job), data_(data) {
    const size_t rank = job.chunks.size();
    grid_.resize(rank);
    total_ = 1;
    for (size_t i = 0; i < rank; i++) {
      grid_[i] = (job.box.count[i] + job.chunks[i] - 1) / job.chunks[i];
      total_ *= static_cast<size_t>(grid_[i]);
      elements_ *= static_cast<size_t>(job.chunks[i]);
    }
    ready_.resize(total_);
  }

  void Run() {
    // Without filters there is nothing to do at the same time: the file takes one write at a time.
    const size_t lanes = job_.stages.empty() ? 1 : std::min(total_, ParallelWidth());
    RunTogether(std::vector<std::function<void()>>(lanes, [this] { Lane(); }));
  }

 private:
  void Lane() {
    thread_local Scratch scratch;
    try {
      for (;;) {
        const size_t i = next_++;
        if (i >= total_ || failed_) break;
        Deliver(i, Encode(i, scratch));
      }
    } catch (...) {
      failed_ = true;
      throw;
    }
    if (scratch.bytes() > kMaxKept) scratch = {};
  }

  // Position of a chunk, in chunks from the start of the box.
  Sizes PlaceOf(size_t i) const {
    Sizes place(grid_.size());
    for (size_t axis = grid_.size(); axis-- > 0; i /= static_cast<size_t>(grid_[axis]))
      place[axis] = i % grid_[axis];
    return place;
  }

  Encoded Encode(size_t i, Scratch& scratch) const {
    const uint8_t* source = ElementsOf(PlaceOf(i), scratch.gathered);
    const auto* stored = static_cast<const uint8_t*>(
        h5::WritePlace(job_.dtype, source, elements_, scratch.converted));
    Encoded chunk;
    chunk.data = stored;
    chunk.size = elements_ * job_.storedBytes;
    if (!job_.stages.empty()) {
      if (!pipeline::Encode(job_.stages, stored, chunk.size, scratch.filtered, scratch.other,
                            chunk.skipped))
        throw Failure("ERR_HDF5", "a filter of the dataset could not be applied");
      chunk.data = scratch.filtered.data();
      chunk.size = scratch.filtered.size();
    } else if (stored == source && source != scratch.gathered.data()) {
      return chunk;
    }
    // It may have to wait for its turn, and the thread goes on.
    std::memcpy(chunk.bytes.Reset(chunk.size), chunk.data, chunk.size);
    chunk.data = chunk.bytes.data();
    return chunk;
  }

  // The elements of a chunk as one run: where the caller has them, or gathered row by row. What
  // reaches over the edge of the array is zero.
  const uint8_t* ElementsOf(const Sizes& place, Buffer& gathered) const {
    const size_t rank = place.size();
    Sizes first(rank), count(rank);
    bool whole = true;  // the chunk is full and its rows lie one behind the other
    size_t from = 0;
    for (size_t axis = 0; axis < rank; axis++) {
      first[axis] = place[axis] * job_.chunks[axis];
      count[axis] = std::min(job_.chunks[axis], job_.box.count[axis] - first[axis]);
      whole = whole && count[axis] == job_.chunks[axis] &&
              (axis == 0 || job_.chunks[axis] == job_.box.count[axis]);
      from = from * job_.box.count[axis] + first[axis];
    }
    const size_t element = job_.memoryBytes;
    if (whole) return data_ + from * element;
    uint8_t* to = gathered.Reset(elements_ * element);
    std::memset(to, 0, elements_ * element);
    const size_t row = static_cast<size_t>(count[rank - 1]) * element;
    Sizes at(rank, 0);
    do {
      size_t source = 0, target = 0;
      for (size_t axis = 0; axis < rank; axis++) {
        source = source * job_.box.count[axis] + first[axis] + at[axis];
        target = target * job_.chunks[axis] + at[axis];
      }
      std::memcpy(to + target * element, data_ + source * element, row);
    } while (NextRow(at, count));
    return to;
  }

  static bool NextRow(Sizes& at, const Sizes& count) {
    for (size_t axis = at.size() - 1; axis-- > 0;) {
      if (++at[axis] < count[axis]) return true;
      at[axis] = 0;
    }
    return false;
  }

  void Deliver(size_t i, Encoded chunk) {
    std::unique_lock<std::mutex> lock(mutex_);
    ready_[i] = std::move(chunk);
    if (writing_) return;
    writing_ = true;
    while (written_ < total_ && ready_[written_] && !failed_) {
      const Encoded next = std::move(*ready_[written_]);
      ready_[written_].reset();
      const size_t at = written_++;
      lock.unlock();
      Store(at, next);
      lock.lock();
    }
    writing_ = false;
  }

  void Store(size_t i, const Encoded& chunk) const {
    Sizes offset = PlaceOf(i);
    for (size_t axis = 0; axis < offset.size(); axis++)
      offset[axis] = job_.box.start[axis] + offset[axis] * job_.chunks[axis];
    StoreChunk(job_.dataset, job_.descriptor, offset, chunk.skipped, chunk.data, chunk.size);
  }

  const WholeChunks& job_;
  const unsigned char* data_;
  Sizes grid_;           // chunks of the box along each axis
  size_t total_ = 0;     // … and in all
  size_t elements_ = 1;  // of a chunk
  std::atomic<size_t> next_{0};
  std::atomic<bool> failed_{false};

  std::mutex mutex_;
  std::vector<std::optional<Encoded>> ready_;
  size_t written_ = 0;
  bool writing_ = false;
};

}  // namespace

std::optional<WholeChunks> AsWholeChunks(const h5::File& file, const h5::OpenDataset& dataset,
                                         const h5::Element& element, const std::string& field,
                                         const h5::Box& box) {
  if (dataset.chunks.empty() || !field.empty() || box.count.empty()) return std::nullopt;
  for (size_t i = 0; i < box.count.size(); i++) {
    const hsize_t end = box.start[i] + box.count[i], chunk = dataset.chunks[i];
    if (box.count[i] == 0 || box.start[i] % chunk != 0) return std::nullopt;
    if (end % chunk != 0 && end != dataset.shape[i]) return std::nullopt;
  }
  const h5::DTypeInfo& info = h5::InfoOf(element.record.dtype);
  const h5::TypeId item = h5::ReadType(element.record, element.stored.get());
  if (dataset.elementBytes != info.libraryBytes ||
      h5::Check(H5Tequal(item.get(), element.stored.get()), "comparing datatypes") <= 0)
    return std::nullopt;
  WholeChunks job;
  for (const h5::FilterRecord& filter : dataset.filters) {
    if (!pipeline::CanEncode(filter.id)) return std::nullopt;
    job.stages.push_back({filter.id, filter.params, filter.optional});
  }
  job.dataset = dataset.id.get();
  job.descriptor = h5::DriverDescriptor(file.id());
  job.chunks = dataset.chunks;
  job.box = box;
  job.dtype = element.record.dtype;
  job.memoryBytes = info.memoryBytes;
  job.storedBytes = info.libraryBytes;
  return job;
}

void WriteChunks(const WholeChunks& job, const unsigned char* data) { Writing(job, data).Run(); }

}  // namespace anndata::engine
