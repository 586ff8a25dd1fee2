// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "kernels/sparse_rows.h"

// csr ↔ csc: count the entries of each minor position, then scatter them. Runs over different rows
// may go in parallel, each with counts and cursors of its own.
namespace anndata::sparse {

template <class Index, class Count>
void CountMinor(const Rows<Index>& rows, Count* counts, size_t minor) {
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    for (size_t k = span.from; k < span.to; ++k) {
      const size_t at = Position(rows.indices + k, minor);
      if (at == kNowhere) BadIndex(rows, i, rows.indices[k], minor);
      counts[at] += 1;
    }
  }
}

// An entry on its way to where the cursor of its minor position stands.
template <class Element>
struct Waiting {
  uint32_t minor;
  uint32_t row;  // counted from the first one of the call
  Element value;
};

// Where the results of a scatter go; `cursors`: where the next entry of each minor position goes,
// in [0, room).
template <class Count, class Out, class Element>
struct ScatterTarget {
  Count* cursors;
  size_t minor;
  Out* indices;
  Element* data;
  size_t room;
  double firstRow;

  void Put(size_t at, size_t row, Element value) const {
    const size_t to = Slot(cursors[at], room);
    if (to == kNowhere) NoRoom();
    cursors[at] += 1;
    indices[to] = static_cast<Out>(firstRow + static_cast<double>(row));
    data[to] = value;
  }

  // Asks for the memory the next entries of some minor positions go to: two cache lines each.
  void Prefetch([[maybe_unused]] size_t from, [[maybe_unused]] size_t end) const {
#if defined(__GNUC__)
    constexpr size_t kLine = 64;
    for (size_t at = from; at < end; ++at) {
      const size_t to = Slot(cursors[at], room);
      if (to == kNowhere) continue;
      __builtin_prefetch(indices + to, 1);
      __builtin_prefetch(indices + std::min(to + kLine / sizeof(Out), room - 1), 1);
      __builtin_prefetch(data + to, 1);
      __builtin_prefetch(data + std::min(to + kLine / sizeof(Element), room - 1), 1);
    }
#endif
  }
};

template <class Count, class Out, class Element>
ScatterTarget(Count*, size_t, Out*, Element*, size_t, double) -> ScatterTarget<Count, Out, Element>;

// Entries wait in one of at most kGroups queues, each for a range of minor positions, until there
// are enough to be written together: otherwise nearly every write would miss the caches and, worse,
// the page tables.
template <class Count, class Out, class Element>
class ScatterQueues {
 public:
  static constexpr size_t kGroups = 256;
  static constexpr size_t kRoom = 1024;

  explicit ScatterQueues(const ScatterTarget<Count, Out, Element>& target) : target_(target) {
    while (((target.minor - 1) >> shift_) >= kGroups) ++shift_;
    const size_t groups = ((target.minor - 1) >> shift_) + 1;
    filled_.resize(groups);
    waiting_.reset(new Waiting<Element>[groups * kRoom]);  // not cleared
  }

  void Add(size_t at, size_t row, Element value) {
    const size_t group = at >> shift_;
    waiting_[group * kRoom + filled_[group]] = {static_cast<uint32_t>(at),
                                                static_cast<uint32_t>(row), value};
    if (++filled_[group] == kRoom) Flush(group);
  }

  void FlushAll() {
    for (size_t group = 0; group < filled_.size(); ++group) Flush(group);
  }

 private:
  void Flush(size_t group) {
    const size_t from = group << shift_;
    const size_t end = std::min(target_.minor, (group + 1) << shift_);
    // Several entries for each of them, or the requests cost more than they save.
    if ((end - from) * 4 <= filled_[group]) target_.Prefetch(from, end);
    const Waiting<Element>* queue = waiting_.get() + group * kRoom;
    for (size_t i = 0; i < filled_[group]; ++i)
      target_.Put(queue[i].minor, queue[i].row, queue[i].value);
    filled_[group] = 0;
  }

  ScatterTarget<Count, Out, Element> target_;
  size_t shift_ = 0;
  std::vector<size_t> filled_;
  std::unique_ptr<Waiting<Element>[]> waiting_;
};

// Calls `put` with the minor position, row and value of each entry.
template <class Index, class Element, class F>
void EachEntry(const Rows<Index>& rows, const Element* data, size_t minor, F put) {
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    for (size_t k = span.from; k < span.to; ++k) {
      const size_t at = Position(rows.indices + k, minor);
      if (at == kNowhere) BadIndex(rows, i, rows.indices[k], minor);
      put(at, i, data[k]);
    }
  }
}

// Writes each entry to where the cursor of its minor position stands. Entries of one minor position
// keep their order.
template <class Index, class Count, class Out, class Element>
void Scatter(const Rows<Index>& rows, const Element* data,
             const ScatterTarget<Count, Out, Element>& target) {
  constexpr size_t kManyEntries = 1 << 17;
  constexpr size_t kManyPlaces = 512;  // fewer can all be written to at once
  size_t entries = 0;
  for (size_t i = 0; i < rows.count; ++i) entries += SpanOf(rows, i).to - SpanOf(rows, i).from;
  const bool fits = target.minor <= UINT32_MAX && rows.count <= UINT32_MAX;
  if (entries < kManyEntries || target.minor < kManyPlaces || !fits) {
    EachEntry(rows, data, target.minor,
              [&](size_t at, size_t row, Element value) { target.Put(at, row, value); });
    return;
  }
  ScatterQueues<Count, Out, Element> queues(target);
  EachEntry(rows, data, target.minor,
            [&](size_t at, size_t row, Element value) { queues.Add(at, row, value); });
  queues.FlushAll();
}

}  // namespace anndata::sparse
