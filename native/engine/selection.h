// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace anndata::engine {

// Neighbouring positions along an axis, and where the first of them goes in the result.
struct Run {
  uint64_t start = 0;
  uint64_t count = 0;
  uint64_t to = 0;
};

// What is taken along one axis: runs in the order of their starts, overlapping ones included. The
// order of the result is in `to`.
class AxisRuns {
 public:
  AxisRuns() = default;
  enum class Neighbours { kJoined, kApart };
  // Runs in the order of the result, which need not be that of the file. Those that follow one
  // another are joined, and empty ones left out, unless they are to stay apart. Throws ERR_ARGUMENT
  // for one that leaves an axis of that length.
  AxisRuns(const std::vector<uint64_t>& starts, const std::vector<uint64_t>& counts,
           uint64_t length, Neighbours neighbours = Neighbours::kJoined);

  const std::vector<Run>& runs() const { return runs_; }
  // Positions in the result.
  uint64_t size() const { return size_; }
  // How often a position is taken at most.
  uint64_t repeats() const;

 private:
  std::vector<Run> runs_;
  uint64_t size_ = 0;
};

// One an axis; the result is their outer product, row by row. None at all: a scalar.
using Selection = std::vector<AxisRuns>;

// Elements in the result. Throws ERR_LIMIT when the number does not fit.
uint64_t SizeOf(const Selection& selection);

// A run's part in one chunk.
struct Piece {
  uint64_t from = 0;  // in the chunk
  uint64_t count = 0;
  uint64_t to = 0;   // in the result
  uint32_t run = 0;  // of the axis
};

// The chunks along one axis that hold something wanted, ascending, each with what is wanted of it.
class AxisChunks {
 public:
  AxisChunks(const AxisRuns& runs, uint64_t chunk);

  size_t size() const { return starts_.size(); }
  // Position of the i-th chunk along the axis.
  uint64_t start(size_t i) const { return starts_[i]; }
  // The first of them that begins at a position or after it.
  size_t At(uint64_t position) const;
  const Piece* begin(size_t i) const { return pieces_.data() + first_[i]; }
  const Piece* end(size_t i) const { return pieces_.data() + first_[i + 1]; }

 private:
  std::vector<uint64_t> starts_;
  std::vector<size_t> first_;
  std::vector<Piece> pieces_;
};

}  // namespace anndata::engine
