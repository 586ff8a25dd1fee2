// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>

#include "kernels/sparse_rows.h"

// Taking rows and minor positions of a sparse matrix.
namespace anndata::sparse {

// Where minor positions go: `first[j]` is the first new position of j or -1, `next[p]` the new
// position after p that has the same source, or -1. Always rising, so walks end.
struct Places {
  const int32_t* first;
  size_t minor;
  const int32_t* next;
  size_t count;
};

template <class Index>
inline int32_t FirstPlace(const Rows<Index>& rows, size_t row, size_t k, const Places& places) {
  const size_t at = Position(rows.indices + k, places.minor);
  if (at == kNowhere) BadIndex(rows, row, rows.indices[k], places.minor);
  return places.first[at];
}

template <class Index, class F>
void EachPlace(const Rows<Index>& rows, size_t row, size_t k, const Places& places, F f) {
  for (int32_t place = FirstPlace(rows, row, k, places); place >= 0;) {
    f(place);
    const int32_t next = static_cast<size_t>(place) < places.count ? places.next[place] : -1;
    place = next > place ? next : -1;
  }
}

// Adds to counts[first + i] how many entries row i has at places.
template <class Index>
void CountPlaced(const Rows<Index>& rows, const Places& places, double* counts, size_t room) {
  if (rows.first + static_cast<double>(rows.count) > static_cast<double>(room)) NoRoom();
  double* own = counts + static_cast<size_t>(rows.first);
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    size_t found = 0;
    if (places.count == 0) {
      for (size_t k = span.from; k < span.to; ++k)
        found += FirstPlace(rows, i, k, places) >= 0 ? 1 : 0;
      own[i] += static_cast<double>(found);
      continue;
    }
    for (size_t k = span.from; k < span.to; ++k)
      EachPlace(rows, i, k, places, [&](int32_t) { ++found; });
    own[i] += static_cast<double>(found);
  }
}

// The entries of a row that go to a place, one after the other. Which do is hard to foresee, so
// there is no branch: all are written to a small buffer, of which the good ones are kept.
template <class Index, class Out, class Element>
size_t TakeOnce(const Rows<Index>& rows, size_t row, const Element* data, const Places& places,
                Out* outIndices, Element* outData, size_t to, size_t room) {
  constexpr size_t kBlock = 128;
  Out indices[kBlock];
  Element values[kBlock];
  const Span span = SpanOf(rows, row);
  for (size_t from = span.from; from < span.to; from += kBlock) {
    const size_t end = std::min(span.to, from + kBlock);
    size_t found = 0;
    for (size_t k = from; k < end; ++k) {
      const int32_t place = FirstPlace(rows, row, k, places);
      indices[found] = static_cast<Out>(place);
      values[found] = data[k];
      found += place >= 0 ? 1 : 0;
    }
    if (found > room - to) NoRoom();
    std::copy(indices, indices + found, outIndices + to);
    std::copy(values, values + found, outData + to);
    to += found;
  }
  return to;
}

// Copies the entries at places, renumbered, one after the other from `cursor` on.
template <class Index, class Out, class Element>
void TakePlaced(const Rows<Index>& rows, const Element* data, const Places& places, double* cursor,
                Out* outIndices, Element* outData, size_t room) {
  size_t to = Slot(*cursor, room + 1);
  if (to == kNowhere) NoRoom();
  for (size_t i = 0; i < rows.count; ++i) {
    if (places.count == 0) {
      to = TakeOnce(rows, i, data, places, outIndices, outData, to, room);
      continue;
    }
    const Span span = SpanOf(rows, i);
    for (size_t k = span.from; k < span.to; ++k) {
      EachPlace(rows, i, k, places, [&](int32_t place) {
        if (to >= room) NoRoom();
        outIndices[to] = static_cast<Out>(place);
        outData[to++] = data[k];
      });
    }
  }
  *cursor = static_cast<double>(to);
}

template <class From, class To>
void CopyNumbers(const From* from, size_t count, To* to) {
  if constexpr (std::is_same_v<From, To>) {
    if (count > 0) std::memcpy(to, from, count * sizeof(To));
  } else {
    // NOLINTNEXTLINE(bugprone-signed-char-misuse): int8 are numbers here
    for (size_t i = 0; i < count; ++i) to[i] = static_cast<To>(from[i]);
  }
}

// Copies whole rows, one after the other from `cursor` on.
template <class Index, class Out, class Element>
void TakeRows(const Rows<Index>& rows, const Element* data, double* cursor, Out* outIndices,
              Element* outData, size_t room) {
  size_t to = Slot(*cursor, room + 1);
  if (to == kNowhere) NoRoom();
  for (size_t i = 0; i < rows.count;) {
    // Neighbouring rows in one go.
    Span span = SpanOf(rows, i++);
    while (i < rows.count && SpanOf(rows, i).from == span.to) span.to = SpanOf(rows, i++).to;
    const size_t count = span.to - span.from;
    if (count > room - to) NoRoom();
    CopyNumbers(rows.indices + span.from, count, outIndices + to);
    CopyNumbers(data + span.from, count, outData + to);
    to += count;
  }
  *cursor = static_cast<double>(to);
}

}  // namespace anndata::sparse
