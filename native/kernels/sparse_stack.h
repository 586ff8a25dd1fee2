// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "kernels/sparse_take.h"

// Putting the rows of several matrices into one.
namespace anndata::sparse {

// `slots`: array elements that make one number, 2 for complex ones. A real number gets the
// imaginary part 0.
template <class From, class To>
void Convert(const From* from, size_t fromSlots, size_t count, To* to, size_t toSlots) {
  if (fromSlots == toSlots) {
    CopyNumbers(from, count * toSlots, to);
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    // NOLINTNEXTLINE(bugprone-signed-char-misuse): int8 are numbers here
    to[2 * i] = static_cast<To>(from[i]);
    to[2 * i + 1] = 0;
  }
}

// Copies row i to where cursors[first + i] stands, which moves on; minor positions grow by `shift`.
template <class Index, class Out, class From, class To>
void PlaceRows(const Rows<Index>& rows, const From* data, size_t fromSlots, double* cursors,
               size_t nCursors, double shift, Out* outIndices, To* outData, size_t toSlots,
               size_t room) {
  if (rows.first + static_cast<double>(rows.count) > static_cast<double>(nCursors)) NoRoom();
  double* own = cursors + static_cast<size_t>(rows.first);
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    const size_t count = span.to - span.from;
    const size_t to = Slot(own[i], room + 1);
    if (to == kNowhere || count > room - to) NoRoom();
    own[i] += static_cast<double>(count);
    if (shift == 0) {
      CopyNumbers(rows.indices + span.from, count, outIndices + to);
    } else {
      for (size_t k = 0; k < count; ++k) {
        const auto moved = static_cast<double>(rows.indices[span.from + k]) + shift;
        outIndices[to + k] =
            moved >= 0 && moved <= static_cast<double>(std::numeric_limits<Out>::max())
                ? static_cast<Out>(moved)
                : static_cast<Out>(-1);
      }
    }
    Convert(data + span.from * fromSlots, fromSlots, count, outData + to * toSlots, toSlots);
  }
}

}  // namespace anndata::sparse
