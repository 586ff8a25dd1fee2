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

// What becomes of minor positions: map[j] + shift, left out where map[j] < 0. Without a map they
// only shift.
struct Moves {
  const int32_t* map;
  size_t minor;  // length of the map, 0 for none
  double shift;
};

template <class Out>
inline Out Shifted(double index, double shift) {
  const double moved = index + shift;
  const bool fits = moved >= 0 && moved <= static_cast<double>(std::numeric_limits<Out>::max());
  return fits ? static_cast<Out>(moved) : static_cast<Out>(-1);
}

// Copies the entries [from, to) of a row to `at` on; where there is no map.
template <class Index, class Out, class From, class To>
size_t PlaceAll(const Rows<Index>& rows, Span span, const From* data, size_t fromSlots,
                double shift, Out* outIndices, To* outData, size_t toSlots, size_t at,
                size_t room) {
  const size_t count = span.to - span.from;
  if (count > room - at) NoRoom();
  if (shift == 0) {
    CopyNumbers(rows.indices + span.from, count, outIndices + at);
  } else {
    for (size_t k = 0; k < count; ++k)
      outIndices[at + k] = Shifted<Out>(static_cast<double>(rows.indices[span.from + k]), shift);
  }
  Convert(data + span.from * fromSlots, fromSlots, count, outData + at * toSlots, toSlots);
  return count;
}

// The same with a map: a block at a time, since which entries stay is hard to foresee; see
// TakeOnce.
template <class Index, class Out, class From, class To>
size_t PlaceMapped(const Rows<Index>& rows, size_t row, const From* data, size_t fromSlots,
                   const Moves& moves, Out* outIndices, To* outData, size_t toSlots, size_t at,
                   size_t room) {
  constexpr size_t kBlock = 128;
  Out indices[kBlock];
  From values[2 * kBlock];
  const Places places = {moves.map, moves.minor, nullptr, 0};
  const Span span = SpanOf(rows, row);
  const size_t start = at;
  for (size_t from = span.from; from < span.to; from += kBlock) {
    const size_t end = std::min(span.to, from + kBlock);
    size_t found = 0;
    for (size_t k = from; k < end; ++k) {
      const int32_t place = FirstPlace(rows, row, k, places);
      indices[found] = Shifted<Out>(place, moves.shift);
      values[found * fromSlots] = data[k * fromSlots];
      if (fromSlots == 2) values[found * 2 + 1] = data[k * 2 + 1];
      found += place >= 0 ? 1 : 0;
    }
    if (found > room - at) NoRoom();
    std::copy(indices, indices + found, outIndices + at);
    Convert(values, fromSlots, found, outData + at * toSlots, toSlots);
    at += found;
  }
  return at - start;
}

// Copies row i to where cursors[first + i] stands, which moves on.
template <class Index, class Out, class From, class To>
void PlaceRows(const Rows<Index>& rows, const From* data, size_t fromSlots, double* cursors,
               size_t nCursors, const Moves& moves, Out* outIndices, To* outData, size_t toSlots,
               size_t room) {
  if (rows.first + static_cast<double>(rows.count) > static_cast<double>(nCursors)) NoRoom();
  double* own = cursors + static_cast<size_t>(rows.first);
  for (size_t i = 0; i < rows.count; ++i) {
    const size_t to = Slot(own[i], room + 1);
    if (to == kNowhere) NoRoom();
    const size_t count =
        moves.minor == 0
            ? PlaceAll(rows, SpanOf(rows, i), data, fromSlots, moves.shift, outIndices, outData,
                       toSlots, to, room)
            : PlaceMapped(rows, i, data, fromSlots, moves, outIndices, outData, toSlots, to, room);
    own[i] += static_cast<double>(count);
  }
}

}  // namespace anndata::sparse
