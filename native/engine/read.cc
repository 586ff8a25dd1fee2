// SPDX-License-Identifier: BSD-3-Clause

#include "engine/read.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "parallel.h"

namespace anndata::engine {
namespace {

constexpr size_t kKeptBytes = 16u << 20;

class Reader {
 public:
  Reader(const Source& source, const Selection& selection, const ElementCopy& copy, uint8_t* to,
         const Control& control)
      : source_(source), copy_(copy), to_(to), control_(control), rank_(source.chunk().size()) {
    const AxisRuns scalar({0}, {1}, 1);
    strides_.resize(rank_);
    uint64_t stride = copy.to_bytes();
    uint64_t inner = source.element_bytes();
    for (size_t axis = rank_; axis-- > 0;) {
      const AxisRuns& runs = selection.empty() ? scalar : selection[axis];
      strides_[axis] = stride;
      stride *= runs.size();
      // Chunks that are one wide along the axes before have their rows along the next one.
      if (axis > 0 && !HasRows(axis)) inner *= source.chunk()[axis];
      if (HasRows(axis)) rows_ = axis;
      lengths_.insert(lengths_.begin(), runs.size());
      axes_.insert(axes_.begin(), AxisChunks(runs, source.chunk()[axis]));
    }
    row_bytes_ = static_cast<size_t>(inner);
    chunks_ = 1;
    for (const AxisChunks& axis : axes_) chunks_ *= axis.size();
  }

  size_t chunks() const { return chunks_; }
  // What ended the reading; once all chunks are done.
  const IndexFault& fault() const { return fault_; }

  // Reads one chunk. Any thread.
  void Chunk(size_t i) {
    if (failed_.load(std::memory_order_relaxed)) return;
    std::vector<size_t> which(rank_);
    std::vector<hsize_t> at(rank_);
    Locate(i, which, at);
    if (uint8_t* place = Place(which)) {
      source_.Read(at, {0, source_.chunk_bytes()}, place);
      size_t n = source_.chunk_bytes() / source_.element_bytes();
      // First: `n` is where it stopped.
      const auto fault = copy_.Copy(place, n, place);
      Note(fault, place + n * source_.element_bytes(), at[0] + n);
      control_.Add(source_.chunk_bytes());
      return;
    }
    thread_local std::vector<uint8_t> decoded;
    decoded.resize(source_.chunk_bytes());
    source_.Read(at, WindowOf(which[rows_]), decoded.data());
    Scatter(which, at, decoded.data(), 0, 0, 0);
    control_.Add(WantedOf(which) * copy_.to_bytes());
    if (decoded.capacity() > kKeptBytes) std::vector<uint8_t>().swap(decoded);
  }

 private:
  bool HasRows(size_t axis) const {
    const std::vector<hsize_t>& chunk = source_.chunk();
    return (chunk[axis] > 1 || axis + 1 == rank_) &&
           std::all_of(chunk.begin(), chunk.begin() + static_cast<ptrdiff_t>(axis),
                       [](hsize_t n) { return n == 1; });
  }

  // Which chunk along each axis the i-th one is, the last axis fastest.
  void Locate(size_t i, std::vector<size_t>& which, std::vector<hsize_t>& at) const {
    for (size_t axis = rank_; axis-- > 0;) {
      which[axis] = i % axes_[axis].size();
      at[axis] = axes_[axis].start(which[axis]);
      i /= axes_[axis].size();
    }
  }

  // Where a chunk can be decoded to at once: it is wanted whole and its rows follow one another
  // there. Null when it has to be copied from.
  uint8_t* Place(const std::vector<size_t>& which) const {
    if (!copy_.in_place()) return nullptr;
    uint64_t offset = 0;
    for (size_t axis = 0; axis < rank_; axis++) {
      const Piece* piece = axes_[axis].begin(which[axis]);
      if (axes_[axis].end(which[axis]) - piece != 1 || piece->count != source_.chunk()[axis] ||
          (axis > 0 && lengths_[axis] != source_.chunk()[axis]))
        return nullptr;
      offset += piece->to * strides_[axis];
    }
    return to_ + offset;
  }

  // The rows of a chunk that hold something wanted.
  Window WindowOf(size_t first) const {
    uint64_t from = source_.chunk()[rows_], to = 0;
    for (const Piece* p = axes_[rows_].begin(first); p != axes_[rows_].end(first); p++) {
      from = std::min(from, p->from);
      to = std::max(to, p->from + p->count);
    }
    return {static_cast<size_t>(from) * row_bytes_, static_cast<size_t>(to) * row_bytes_};
  }

  // Elements of the result that come from a chunk.
  uint64_t WantedOf(const std::vector<size_t>& which) const {
    uint64_t wanted = 1;
    for (size_t axis = 0; axis < rank_; axis++) {
      uint64_t along = 0;
      for (const Piece* p = axes_[axis].begin(which[axis]); p != axes_[axis].end(which[axis]); p++)
        along += p->count;
      wanted *= along;
    }
    return wanted;
  }

  // Copies what is wanted of a decoded chunk, axis by axis.
  void Scatter(const std::vector<size_t>& which, const std::vector<hsize_t>& at,
               const uint8_t* chunk, size_t axis, uint64_t element, uint64_t offset) {
    const AxisChunks& pieces = axes_[axis];
    const hsize_t length = source_.chunk()[axis];
    for (const Piece* p = pieces.begin(which[axis]); p != pieces.end(which[axis]); p++) {
      if (axis + 1 == rank_) {
        const uint8_t* from = chunk + (element * length + p->from) * source_.element_bytes();
        size_t n = static_cast<size_t>(p->count);
        const auto fault = copy_.Copy(from, n, to_ + offset + p->to * strides_[axis]);
        Note(fault, from + n * source_.element_bytes(), at[0] + p->from + n);
        continue;
      }
      for (uint64_t i = 0; i < p->count; i++) {
        Scatter(which, at, chunk, axis + 1, element * length + p->from + i,
                offset + (p->to + i) * strides_[axis]);
      }
    }
  }

  void Note(ElementCopy::Fault kind, const uint8_t* element, uint64_t position) {
    if (kind == ElementCopy::Fault::kNone) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    // A value that no array can hold outweighs one that needs a wider array.
    if (failed_ && fault_.kind != ElementCopy::Fault::kNarrow) return;
    fault_ = {kind, copy_.IndexAt(element), position};
    failed_ = true;
  }

  const Source& source_;
  const ElementCopy& copy_;
  uint8_t* to_;
  const Control& control_;
  size_t rank_;
  std::vector<AxisChunks> axes_;
  std::vector<uint64_t> lengths_;  // of the result
  std::vector<uint64_t> strides_;  // of the result, in bytes
  size_t rows_ = 0;                // the axis along which a chunk has rows
  size_t row_bytes_ = 0;           // of a chunk
  size_t chunks_ = 0;
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  IndexFault fault_;
};

}  // namespace

void ForEach(size_t n, const Control& control, const std::function<void(size_t)>& work) {
  const size_t threads = std::min(n, ParallelWidth());
  std::atomic<size_t> next{0};
  std::atomic<bool> stop{false};
  const auto loop = [&] {
    for (;;) {
      const size_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= n || stop.load(std::memory_order_relaxed)) return;
      try {
        control.Check();
        work(i);
      } catch (...) {
        stop = true;
        throw;
      }
    }
  };
  if (threads <= 1) return loop();
  RunTogether(std::vector<std::function<void()>>(threads, loop));
}

IndexFault Read(const Source& source, const Selection& selection, const ElementCopy& copy,
                uint8_t* to, const Control& control) {
  Reader reader(source, selection, copy, to, control);
  ForEach(reader.chunks(), control, [&](size_t i) { reader.Chunk(i); });
  return reader.fault();
}

std::vector<IndexFault> ReadTogether(const std::vector<Part>& parts, const Control& control) {
  std::deque<Reader> readers;  // they cannot be moved
  std::vector<size_t> ends;    // of their chunks among all
  ends.reserve(parts.size());
  for (const Part& part : parts) {
    readers.emplace_back(part.source, part.selection, part.copy, part.to, control);
    ends.push_back((ends.empty() ? 0 : ends.back()) + readers.back().chunks());
  }
  ForEach(ends.empty() ? 0 : ends.back(), control, [&](size_t i) {
    const auto which =
        static_cast<size_t>(std::upper_bound(ends.begin(), ends.end(), i) - ends.begin());
    const size_t first = which == 0 ? 0 : ends[which - 1];
    WithKey(parts[which].key, [&] { readers[which].Chunk(i - first); });
  });
  std::vector<IndexFault> faults;
  faults.reserve(readers.size());
  for (const Reader& reader : readers) faults.push_back(reader.fault());
  return faults;
}

}  // namespace anndata::engine
