// SPDX-License-Identifier: BSD-3-Clause

#include "engine/selection.h"

#include <algorithm>
#include <limits>
#include <string>

#include "failure.h"
#include "h5/checked.h"

namespace anndata::engine {

AxisRuns::AxisRuns(const std::vector<uint64_t>& starts, const std::vector<uint64_t>& counts,
                   uint64_t length, Neighbours neighbours) {
  const bool join = neighbours == Neighbours::kJoined;
  if (starts.size() != counts.size())
    throw Failure("ERR_ARGUMENT", "a selection needs as many counts as starts");
  for (size_t i = 0; i < starts.size(); i++) {
    if (starts[i] > length || counts[i] > length - starts[i]) {
      throw Failure("ERR_ARGUMENT", "the selection [" + std::to_string(starts[i]) + ", +" +
                                        std::to_string(counts[i]) + ") leaves an axis of length " +
                                        std::to_string(length));
    }
    if (counts[i] > std::numeric_limits<uint64_t>::max() - size_)
      throw Failure("ERR_LIMIT", "a selection of more than 2^64 positions");
    if (join && counts[i] == 0) continue;
    const bool follows =
        join && !runs_.empty() && runs_.back().start + runs_.back().count == starts[i];
    if (follows) {
      runs_.back().count += counts[i];
    } else {
      runs_.push_back({starts[i], counts[i], size_});
    }
    size_ += counts[i];
  }
  const auto before = [](const Run& a, const Run& b) { return a.start < b.start; };
  if (!std::is_sorted(runs_.begin(), runs_.end(), before))
    std::stable_sort(runs_.begin(), runs_.end(), before);
}

uint64_t AxisRuns::repeats() const {
  std::vector<uint64_t> ends;
  ends.reserve(runs_.size());
  for (const Run& run : runs_) ends.push_back(run.start + run.count);
  std::sort(ends.begin(), ends.end());
  // Runs that have begun and not ended, at the start of each.
  uint64_t most = 0;
  size_t ended = 0;
  for (size_t begun = 0; begun < runs_.size(); begun++) {
    while (ends[ended] <= runs_[begun].start && ended < begun) ended++;
    most = std::max<uint64_t>(most, begun + 1 - ended);
  }
  return most;
}

uint64_t SizeOf(const Selection& selection) {
  uint64_t size = 1;
  for (const AxisRuns& axis : selection) size = h5::Multiply(size, axis.size());
  return size;
}

AxisChunks::AxisChunks(const AxisRuns& runs, uint64_t chunk) {
  struct Placed {
    uint64_t chunk;
    Piece piece;
  };
  std::vector<Placed> placed;
  placed.reserve(runs.runs().size());
  uint32_t index = 0;
  bool sorted = true;
  for (const Run& run : runs.runs()) {
    for (uint64_t done = 0; done < run.count;) {
      const uint64_t at = run.start + done;
      const uint64_t from = at % chunk;
      const uint64_t count = std::min(run.count - done, chunk - from);
      if (!placed.empty() && placed.back().chunk > at / chunk) sorted = false;
      placed.push_back({at / chunk, {from, count, run.to + done, index}});
      done += count;
    }
    index++;
  }
  // Only runs that overlap come out of order.
  if (!sorted) {
    std::stable_sort(placed.begin(), placed.end(),
                     [](const Placed& a, const Placed& b) { return a.chunk < b.chunk; });
  }
  pieces_.reserve(placed.size());
  for (const Placed& each : placed) {
    if (starts_.empty() || starts_.back() != each.chunk * chunk) {
      starts_.push_back(each.chunk * chunk);
      first_.push_back(pieces_.size());
    }
    pieces_.push_back(each.piece);
  }
  first_.push_back(pieces_.size());
}

size_t AxisChunks::At(uint64_t position) const {
  return static_cast<size_t>(std::lower_bound(starts_.begin(), starts_.end(), position) -
                             starts_.begin());
}

}  // namespace anndata::engine
