// SPDX-License-Identifier: BSD-3-Clause

#include "engine/by_library.h"

#include <algorithm>
#include <cstring>

#include "engine/counters.h"
#include "h5/checked.h"

namespace anndata::engine {
namespace {

// About what one call of the library reads.
constexpr uint64_t kAtOnce = 4u << 20;

// Goes through all combinations of one run an axis, first axis cut into pieces.
class Boxes {
 public:
  Boxes(const OpenArray& array, size_t bytes) : array_(array), bytes_(bytes) {
    const size_t rank = array.selection.size();
    box_.start.resize(rank);
    box_.count.resize(rank);
    to_.resize(rank);
    strides_.resize(rank);
    uint64_t stride = bytes;
    for (size_t axis = rank; axis-- > 0;) {
      strides_[axis] = stride;
      stride *= array.selection[axis].size();
    }
  }

  template <class F>
  void Visit(size_t axis, const F& visit) {
    if (axis == array_.selection.size()) return visit(box_);
    for (const Run& run : array_.selection[axis].runs()) {
      const uint64_t most = axis == 0 ? RowsAtOnce() : run.count;
      for (uint64_t done = 0; done < run.count; done += most) {
        box_.start[axis] = run.start + done;
        box_.count[axis] = std::min(most, run.count - done);
        to_[axis] = run.to + done;
        Visit(axis + 1, visit);
      }
    }
  }

  // Copies the box's elements from `from` to their places.
  void Scatter(const uint8_t* from, uint8_t* dest) const {
    const size_t rank = box_.count.size();
    if (rank == 0) {
      std::memcpy(dest, from, bytes_);
      return;
    }
    const size_t row = static_cast<size_t>(box_.count[rank - 1]) * bytes_;
    std::vector<uint64_t> at(rank, 0);
    for (;;) {
      uint64_t offset = to_[rank - 1] * strides_[rank - 1];
      for (size_t axis = 0; axis + 1 < rank; axis++)
        offset += (to_[axis] + at[axis]) * strides_[axis];
      std::memcpy(dest + offset, from, row);
      from += row;
      size_t axis = rank - 1;
      while (axis-- > 0) {
        if (++at[axis] < box_.count[axis]) break;
        at[axis] = 0;
      }
      if (axis == static_cast<size_t>(-1)) return;
    }
  }

 private:
  uint64_t RowsAtOnce() const {
    uint64_t row = bytes_;
    for (size_t axis = 1; axis < array_.selection.size(); axis++)
      row = h5::Multiply(row, std::max<uint64_t>(array_.selection[axis].size(), 1));
    const hsize_t chunk = array_.dataset->chunks.empty() ? 1 : array_.dataset->chunks[0];
    const uint64_t rows = std::max<uint64_t>(1, kAtOnce / std::max<uint64_t>(row, 1));
    return rows < chunk ? chunk : rows / chunk * chunk;
  }

  const OpenArray& array_;
  size_t bytes_;
  h5::Box box_;
  std::vector<uint64_t> to_;
  std::vector<uint64_t> strides_;
};

}  // namespace

void ForEachBox(const OpenArray& array, size_t bytes, const Control& control,
                const std::function<void(const h5::Box&, uint64_t, uint8_t*)>& read,
                uint8_t* dest) {
  Boxes boxes(array, bytes);
  std::vector<uint8_t> buffer;
  boxes.Visit(0, [&](const h5::Box& box) {
    control.Check();
    counters().libraryReads++;
    const uint64_t n = h5::Product(box.count);
    buffer.resize(static_cast<size_t>(h5::Multiply(n, bytes)));
    read(box, n, buffer.data());
    boxes.Scatter(buffer.data(), dest);
    control.Add(buffer.size());
  });
}

}  // namespace anndata::engine
