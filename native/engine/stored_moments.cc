// SPDX-License-Identifier: BSD-3-Clause

#include "engine/stored_moments.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/conversions.h"
#include "engine/open_array.h"
#include "engine/read.h"
#include "h5/checked.h"
#include "h5/lock.h"
#include "kernels/moments.h"
#include "kernels/sparse.h"
#include "parallel.h"

namespace anndata::engine {
namespace {

using moments::Lines;
using moments::Open;

// Where rows begin, whichever way that is told.
class Pointers {
 public:
  explicit Pointers(const h5::Span& span)
      : wide_(span.kind == h5::ArrayKind::kFloat64),
        data_(span.data),
        rows_(span.bytes / (wide_ ? sizeof(double) : sizeof(int32_t))) {
    rows_ -= rows_ > 0 ? 1 : 0;
  }

  size_t rows() const { return rows_; }
  uint64_t At(size_t i) const {
    if (wide_) return static_cast<uint64_t>(reinterpret_cast<const double*>(data_)[i]);
    return static_cast<uint64_t>(reinterpret_cast<const int32_t*>(data_)[i]);
  }

 private:
  bool wide_;
  const unsigned char* data_;
  size_t rows_;
};

// A dataset of one axis, a chunk of which is in memory at a time, converted.
class ChunkAtATime {
 public:
  ChunkAtATime(const Source& source, const ElementCopy& copy) : source_(source), copy_(copy) {}

  // Makes the entries from `entry` on that lie in the same chunk, to `end` at most, be there.
  // Returns where those that are there end.
  uint64_t Need(uint64_t entry, uint64_t end, const Control& control) {
    const uint64_t length = source_.chunk()[0];
    const uint64_t start = entry / length * length;
    const uint64_t stop = std::min(end, start + length);
    if (entry < from_ || stop > to_) Load(start, entry, stop, control);
    return std::min(stop, to_);
  }

  // A pointer to an entry that is there.
  template <class T>
  const T* At(uint64_t entry) const {
    return reinterpret_cast<const T*>(values_ + (entry - from_) * copy_.to_bytes());
  }

  ElementCopy::Fault fault() const { return fault_; }
  const std::string& bad() const { return bad_; }

 private:
  void Load(uint64_t start, uint64_t entry, uint64_t stop, const Control& control) {
    control.Check();
    const size_t width = source_.element_bytes();
    stored_.resize(source_.chunk_bytes());
    const Window window = {static_cast<size_t>(entry - start) * width,
                           static_cast<size_t>(stop - start) * width};
    source_.Read({start}, window, stored_.data());
    uint8_t* from = stored_.data() + window.from;
    uint8_t* to = from;
    auto n = static_cast<size_t>(stop - entry);
    if (!copy_.in_place()) {
      converted_.resize(n * copy_.to_bytes());
      to = converted_.data();
    }
    fault_ = copy_.Copy(from, n, to);
    if (fault_ != ElementCopy::Fault::kNone) bad_ = copy_.IndexAt(from + n * width);
    values_ = to;
    from_ = entry;
    to_ = stop;
    control.Add((stop - entry) * copy_.to_bytes());
  }

  const Source& source_;
  const ElementCopy& copy_;
  std::vector<uint8_t> stored_, converted_;
  const uint8_t* values_ = nullptr;
  uint64_t from_ = 0;
  uint64_t to_ = 0;
  ElementCopy::Fault fault_ = ElementCopy::Fault::kNone;
  std::string bad_;
};

// The lines of a block of rows, and the limits of its values.
template <class T>
struct Part {
  std::vector<Open<T>> open;
  std::vector<T> lows;
  std::vector<T> highs;
};

struct Arrays {
  OpenArray indices;
  OpenArray data;
  ElementCopy index_copy;
  ElementCopy data_copy;
};

template <class T>
class Reducer {
 public:
  Reducer(const Arrays& arrays, const MomentsSpec& spec, const Control& control)
      : arrays_(arrays), spec_(spec), control_(control), rows_(spec.indptr) {
    using Total = moments::Total<moments::SumOf<T>>;
    lines_.total = reinterpret_cast<Total*>(spec.total.data);
    lines_.size = spec.total.bytes / sizeof(Total);
    if (spec.lows.data != nullptr && spec.highs.data != nullptr) {
      lines_.lows = reinterpret_cast<T*>(spec.lows.data);
      lines_.highs = reinterpret_cast<T*>(spec.highs.data);
    }
    if (lines_.lows != nullptr)
      lines_.size =
          std::min({lines_.size, spec.lows.bytes / sizeof(T), spec.highs.bytes / sizeof(T)});
    if (lines_.size < (spec.along ? rows_.rows() : spec.length))
      throw Failure("ERR_ARGUMENT", "moments: there is no room for all lines");
  }

  MomentsOutcome Run() {
    const std::vector<size_t> bounds = spec_.along ? EvenBounds() : BlockBounds();
    ForEach(bounds.size() - 1, control_, [&](size_t i) {
      if (outcome_.load(std::memory_order_relaxed) != MomentsOutcome::kDone) return;
      try {
        if (spec_.along) {
          AlongRows(bounds[i], bounds[i + 1]);
        } else {
          AcrossRows(i, bounds[i], bounds[i + 1]);
        }
      } catch (...) {
        Stop();
        throw;
      }
    });
    return outcome_;
  }

 private:
  // Rows that are added up by themselves.
  std::vector<size_t> BlockBounds() const {
    std::vector<size_t> bounds = {0};
    while (bounds.back() < rows_.rows())
      bounds.push_back(std::min(rows_.rows(), bounds.back() + moments::kBlock));
    return bounds;
  }

  // Rows of about as many entries each, several for each thread; enough of them that chunks with
  // the rows of two do not count.
  std::vector<size_t> EvenBounds() const {
    const uint64_t entries = rows_.At(rows_.rows());
    const uint64_t each = std::max<uint64_t>(16 * arrays_.data.source->chunk()[0],
                                             entries / (16 * ParallelWidth()) + 1);
    std::vector<size_t> bounds = {0};
    for (size_t i = 1; i <= rows_.rows(); i++) {
      if (i == rows_.rows() || rows_.At(i) - rows_.At(bounds.back()) >= each) bounds.push_back(i);
    }
    return bounds;
  }

  // Calls `take(row, from, to, cursor, indices, values)` with all entries of rows, in pieces that
  // lie in one chunk of both arrays; it returns how many it took. False when there was a fault.
  template <class Take>
  bool Walk(size_t first, size_t last, Take take) {
    ChunkAtATime indices(*arrays_.indices.source, arrays_.index_copy);
    ChunkAtATime values(*arrays_.data.source, arrays_.data_copy);
    const uint64_t end = rows_.At(last);
    uint64_t there = rows_.At(first);
    for (size_t row = first; row < last; row++) {
      moments::Cursor cursor = {0, spec_.length};
      const uint64_t stop = rows_.At(row + 1);
      for (uint64_t at = rows_.At(row); at < stop;) {
        if (at >= there) {
          there = WithKey(spec_.indices, [&] { return indices.Need(at, end, control_); });
          if (indices.fault() != ElementCopy::Fault::kNone) return Fault(indices);
          there =
              std::min(there, WithKey(spec_.data, [&] { return values.Need(at, end, control_); }));
        }
        const auto n = static_cast<size_t>(std::min(stop, there) - at);
        const auto* positions = indices.At<int32_t>(at);
        const size_t taken = take(row, positions, values.At<T>(at), n, cursor);
        if (taken < n) return Stray(positions[taken]);
        at += n;
      }
    }
    return true;
  }

  void AlongRows(size_t first, size_t last) {
    size_t current = first;
    Open<T> open = {};
    const auto close = [&](size_t row) {
      moments::Close(open, lines_.total[row]);
      open = {};
    };
    const auto take = [&](size_t row, const int32_t* indices, const T* values, size_t n,
                          moments::Cursor& cursor) {
      if (row != current) close(current);
      current = row;
      return moments::TakeAlong(indices, values, 0, n, cursor, lines_, row, 0, open);
    };
    if (Walk(first, last, take)) close(current);
  }

  void AcrossRows(size_t number, size_t first, size_t last) {
    Part<T> part = Fresh(number);
    Lines<T> lines = lines_;
    lines.open = part.open.data();
    if (lines.lows != nullptr) {
      lines.lows = part.lows.data();
      lines.highs = part.highs.data();
    }
    const uint32_t block = moments::BlockAt(first);
    const auto take = [&](size_t, const int32_t* indices, const T* values, size_t n,
                          moments::Cursor& cursor) {
      return moments::TakeAcross(indices, values, 0, n, cursor, block, lines, 0);
    };
    if (Walk(first, last, take)) Join(number, std::move(part));
  }

  // Memory for a block. Blocks are put together in their order, so that those far ahead wait.
  Part<T> Fresh(size_t number) {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!stopped_ && number >= next_ + 2 * ParallelWidth()) {
      // Whoever has the next block may have been told to stop before it began.
      joined_.wait_for(lock, std::chrono::milliseconds(20));
      control_.Check();
    }
    Part<T> part;
    if (!free_.empty()) {
      part = std::move(free_.back());
      free_.pop_back();
    }
    lock.unlock();
    part.open.assign(spec_.length, Open<T>{});
    if (lines_.lows != nullptr) {
      // Limits nobody has widened yet are the same for all lines.
      part.lows.assign(spec_.length, moments::Limits<T>::High());
      part.highs.assign(spec_.length, moments::Limits<T>::Low());
    }
    return part;
  }

  void Join(size_t number, Part<T> part) {
    std::lock_guard<std::mutex> lock(mutex_);
    waiting_.emplace(number, std::move(part));
    for (auto it = waiting_.find(next_); it != waiting_.end(); it = waiting_.find(++next_)) {
      Part<T>& done = it->second;
      for (size_t line = 0; line < spec_.length; line++) {
        if ((done.open[line].tag & moments::kCountMask) == 0) continue;
        moments::Close(done.open[line], lines_.total[line]);
        if (lines_.lows != nullptr) lines_.Extend(line, done.lows[line], done.highs[line]);
      }
      free_.push_back(std::move(done));
      waiting_.erase(it);
    }
    joined_.notify_all();
  }

  bool Fault(const ChunkAtATime& indices) {
    if (indices.fault() == ElementCopy::Fault::kNarrow) return End(MomentsOutcome::kNotHere);
    Outside(indices.bad());
  }

  bool Stray(int32_t index) {
    if (index < 0 || static_cast<size_t>(index) >= spec_.length) Outside(std::to_string(index));
    return End(MomentsOutcome::kDisorder);
  }

  [[noreturn]] void Outside(const std::string& index) const {
    throw Failure(
        "ERR_INVALID_FILE",
        "the index " + index + " is outside of an axis of length " + std::to_string(spec_.length),
        spec_.indices);
  }

  bool End(MomentsOutcome outcome) {
    outcome_ = outcome;
    Stop();
    return false;
  }

  void Stop() {
    std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
    joined_.notify_all();
  }

  const Arrays& arrays_;
  const MomentsSpec& spec_;
  const Control& control_;
  Pointers rows_;
  Lines<T> lines_ = {};
  std::atomic<MomentsOutcome> outcome_{MomentsOutcome::kDone};
  std::mutex mutex_;
  std::condition_variable joined_;
  bool stopped_ = false;
  size_t next_ = 0;  // block to be joined
  std::map<size_t, Part<T>> waiting_;
  std::vector<Part<T>> free_;
};

// False when only the library can read the matrix.
bool OpenAll(h5::File& file, const MomentsSpec& spec, Arrays& arrays) {
  const auto open = [&](const std::string& key) {
    return WithKey(key, [&] {
      OpenArray array = OpenFor(file, key, "", {{{0}}, {{0}}});
      h5::CheckNumeric(array.element);
      return array;
    });
  };
  arrays.indices = open(spec.indices);
  arrays.data = open(spec.data);
  if (!arrays.indices.source || !arrays.data.source) return false;
  const h5::LibraryLock lock;
  const auto data = CopyOf(arrays.data);
  if (!data || !CopyOf(arrays.indices) || !IsInteger(arrays.indices.element.record.dtype))
    return false;
  arrays.data_copy = *data;
  arrays.index_copy = ElementCopy::Index(IntegerOf(arrays.indices.element), false, {});
  return true;
}

void CheckPointers(const MomentsSpec& spec, const Arrays& arrays) {
  const auto entries = static_cast<double>(
      std::min(arrays.indices.dataset->shape[0], arrays.data.dataset->shape[0]));
  const bool wide = spec.indptr.kind == h5::ArrayKind::kFloat64;
  const auto* at = spec.indptr.data;
  const size_t n = spec.indptr.bytes / (wide ? sizeof(double) : sizeof(int32_t));
  const sparse::Fault fault =
      wide ? sparse::CheckIndptr(reinterpret_cast<const double*>(at), n, entries)
           : sparse::CheckIndptr(reinterpret_cast<const int32_t*>(at), n, entries);
  constexpr size_t kMost = (size_t{1} << 31) - moments::kBlock;
  if (fault.kind != sparse::Fault::Kind::kNone || n > kMost || spec.length > kMost)
    throw Failure("ERR_ARGUMENT", "moments: these are not where the rows of this matrix begin");
}

}  // namespace

MomentsOutcome AddStored(h5::File& file, const MomentsSpec& spec, const Control& control) {
  Arrays arrays;
  if (!OpenAll(file, spec, arrays)) return MomentsOutcome::kNotHere;
  CheckPointers(spec, arrays);
  const auto run = [&](auto value) {
    return Reducer<decltype(value)>(arrays, spec, control).Run();
  };
  const h5::ArrayKind kind = h5::InfoOf(arrays.data.element.record.dtype).array;
  if (spec.lows.data != nullptr && (spec.lows.kind != kind || spec.highs.kind != kind))
    throw Failure("ERR_ARGUMENT", "moments: the limits are of another kind than the values");
  switch (kind) {
    case h5::ArrayKind::kInt8:
      return run(int8_t{});
    case h5::ArrayKind::kUint8:
      return run(uint8_t{});
    case h5::ArrayKind::kInt16:
      return run(int16_t{});
    case h5::ArrayKind::kUint16:
      return run(uint16_t{});
    case h5::ArrayKind::kInt32:
      return run(int32_t{});
    case h5::ArrayKind::kUint32:
      return run(uint32_t{});
    case h5::ArrayKind::kInt64:
      return run(int64_t{});
    case h5::ArrayKind::kUint64:
      return run(uint64_t{});
    case h5::ArrayKind::kFloat32:
      return run(float{});
    case h5::ArrayKind::kFloat64:
      return run(double{});
  }
  return MomentsOutcome::kNotHere;
}

}  // namespace anndata::engine
