// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <limits>

#include "kernels/sparse_rows.h"

// Adding up: along an axis, into a dense matrix, and the entries that stand at one place.
namespace anndata::sparse {

// a += b, integers wrapping around, booleans staying 0 or 1.
template <class T, class Value>
inline void Add(T& a, Value b, bool boolean = false) {
  if constexpr (std::is_integral_v<T>) {
    using U = std::make_unsigned_t<T>;
    a = boolean ? static_cast<T>(a != 0 || b != 0)
                : static_cast<T>(static_cast<U>(static_cast<U>(a) + static_cast<U>(b)));
  } else {
    a += static_cast<T>(b);
  }
}

// Adds values to `sum` in their order.
template <class T, class Sum>
Sum SumOf(Sum sum, const T* values, size_t step, size_t count) {
  for (size_t k = 0; k < count; ++k) Add(sum, values[k * step]);
  return sum;
}

// Sums of kTogether rows at once: each addition waits for the one before it in its row, and
// meanwhile the other rows go on.
constexpr size_t kTogether = 4;

template <class T, class Sum>
void SumTogether(const Rows<int32_t>& rows, size_t row, const T* data, Sum* sums) {
  const T* values[kTogether];
  size_t counts[kTogether];
  Sum parts[kTogether];
  size_t common = std::numeric_limits<size_t>::max();
  for (size_t r = 0; r < kTogether; ++r) {
    const Span span = SpanOf(rows, row + r);
    values[r] = data + span.from;
    counts[r] = span.to - span.from;
    parts[r] = sums[r];
    common = std::min(common, counts[r]);
  }
  for (size_t k = 0; k < common; ++k) {
    for (size_t r = 0; r < kTogether; ++r) Add(parts[r], values[r][k]);
  }
  for (size_t r = 0; r < kTogether; ++r)
    sums[r] = SumOf(parts[r], values[r] + common, 1, counts[r] - common);
}

// sums[first + i] += the values of row i, in their order. Both hold `slots` parts a number.
template <class T, class Sum>
void SumRows(const Rows<int32_t>& rows, const T* data, size_t slots, Sum* sums, size_t room) {
  if (rows.first + static_cast<double>(rows.count) > static_cast<double>(room)) NoRoom();
  Sum* own = sums + static_cast<size_t>(rows.first) * slots;
  size_t i = 0;
  // Order is nothing to integers, so that compilers add several at once by themselves.
  if (std::is_floating_point_v<Sum> && slots == 1) {
    for (; i + kTogether <= rows.count; i += kTogether) SumTogether(rows, i, data, own + i);
  }
  for (; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    for (size_t slot = 0; slot < slots; ++slot)
      own[i * slots + slot] =
          SumOf(own[i * slots + slot], data + span.from * slots + slot, slots, span.to - span.from);
  }
}

// sums[j] += the values at the minor positions j of the entries [from, to), which must lie in
// [low, high). Returns the first entry that does not, or `to`.
template <class Index, class T, class Sum>
size_t SumEntries(const Index* indices, const T* data, size_t slots, size_t from, size_t to,
                  Sum* sums, size_t low, size_t high) {
  if (slots == 1) {
    for (size_t k = from; k < to; ++k) {
      const size_t at = Position(indices + k, high);
      if (at == kNowhere || at < low) return k;
      Add(sums[at], data[k]);
    }
    return to;
  }
  for (size_t k = from; k < to; ++k) {
    const size_t at = Position(indices + k, high);
    if (at == kNowhere || at < low) return k;
    Add(sums[at * 2], data[k * 2]);
    Add(sums[at * 2 + 1], data[k * 2 + 1]);
  }
  return to;
}

// sums[j] += the values at minor position j, in the order of the rows.
template <class Index, class T, class Sum>
void SumMinor(const Rows<Index>& rows, const T* data, size_t slots, Sum* sums, size_t minor) {
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    const size_t end = SumEntries(rows.indices, data, slots, span.from, span.to, sums, 0, minor);
    if (end < span.to) BadIndex(rows, i, rows.indices[end], minor);
  }
}

// First entry of a span whose index is not below `bound`, if the span is sorted; some entry of it
// if not, but always the same one. Looks first around where it stands when indices are spread
// evenly, since each step of a search through a whole row misses the caches.
template <class Index>
size_t BoundIn(const Index* indices, Span span, size_t bound, size_t minor) {
  constexpr size_t kAround = 64;
  const auto limit = static_cast<double>(bound);
  const auto less = [](Index index, double value) { return static_cast<double>(index) < value; };
  const auto count = static_cast<double>(span.to - span.from);
  const size_t guess = span.from + static_cast<size_t>(count * limit / static_cast<double>(minor));
  if (guess > span.from + kAround && guess + kAround < span.to) {
    const Index* first = indices + guess - kAround;
    const Index* last = indices + guess + kAround;
    if (less(*first, limit) && !less(*last, limit))
      return static_cast<size_t>(std::lower_bound(first, last, limit, less) - indices);
  }
  return static_cast<size_t>(std::lower_bound(indices + span.from, indices + span.to, limit, less) -
                             indices);
}

// The same for minor positions in [low, high) only, so that several threads can share the work:
// each looks for its part of a row as if the row were sorted. Where an entry of that part does not
// belong to it, the row is not; then this returns false and the sums are worth nothing.
template <class Index, class T, class Sum>
bool SumMinorPart(const Rows<Index>& rows, const T* data, size_t slots, Sum* sums, size_t minor,
                  size_t low, size_t high) {
  if (high > minor || low > high) NoRoom();
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    // What is outside of the matrix stands in the first or the last part.
    const size_t from = low == 0 ? span.from : BoundIn(rows.indices, span, low, minor);
    const size_t to = high == minor ? span.to : BoundIn(rows.indices, span, high, minor);
    if (from > to || SumEntries(rows.indices, data, slots, from, to, sums, low, high) < to)
      return false;
  }
  return true;
}

// Adds entries to a dense matrix: element (i, j) stands at i * majorStep + j * minorStep.
template <class Index, class T>
void AddToDense(const Rows<Index>& rows, const T* data, size_t slots, bool boolean, size_t minor,
                double majorStep, double minorStep, T* out, size_t room) {
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    const double base = (rows.first + static_cast<double>(i)) * majorStep;
    for (size_t k = span.from; k < span.to; ++k) {
      const size_t at = Position(rows.indices + k, minor);
      if (at == kNowhere) BadIndex(rows, i, rows.indices[k], minor);
      const size_t to = Slot(base + static_cast<double>(at) * minorStep, room);
      if (to == kNowhere) NoRoom();
      for (size_t slot = 0; slot < slots; ++slot)
        Add(out[to * slots + slot], data[k * slots + slot], boolean);
    }
  }
}

// Sums entries of sorted rows that stand at one place. Without `outData` only counts, into
// counts[first + i]; with it writes from `cursor` on. `dropZeros` leaves out what sums up to 0.
template <class Index, class T>
void Merge(const Rows<Index>& rows, const T* data, size_t slots, bool boolean, bool dropZeros,
           double* counts, size_t nCounts, double* cursor, Index* outIndices, T* outData,
           size_t room) {
  if (counts != nullptr &&
      rows.first + static_cast<double>(rows.count) > static_cast<double>(nCounts))
    NoRoom();
  size_t to = outData == nullptr ? 0 : Slot(*cursor, room + 1);
  if (to == kNowhere) NoRoom();
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    size_t found = 0;
    for (size_t k = span.from; k < span.to;) {
      const Index index = rows.indices[k];
      T sum[2] = {0, 0};
      do {
        for (size_t slot = 0; slot < slots; ++slot) Add(sum[slot], data[k * slots + slot], boolean);
      } while (++k < span.to && rows.indices[k] == index);
      if (dropZeros && sum[0] == 0 && sum[1] == 0) continue;
      ++found;
      if (outData == nullptr) continue;
      if (to >= room) NoRoom();
      outIndices[to] = index;
      for (size_t slot = 0; slot < slots; ++slot) outData[to * slots + slot] = sum[slot];
      ++to;
    }
    if (counts != nullptr) counts[static_cast<size_t>(rows.first) + i] = static_cast<double>(found);
  }
  if (outData != nullptr) *cursor = static_cast<double>(to);
}

}  // namespace anndata::sparse
