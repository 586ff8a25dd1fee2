// SPDX-License-Identifier: BSD-3-Clause
#pragma once

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

// sums[first + i] += the values of row i, in their order. Both hold `slots` parts a number.
template <class T, class Sum>
void SumRows(const Rows<int32_t>& rows, const T* data, size_t slots, Sum* sums, size_t room) {
  if (rows.first + static_cast<double>(rows.count) > static_cast<double>(room)) NoRoom();
  Sum* own = sums + static_cast<size_t>(rows.first) * slots;
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    for (size_t slot = 0; slot < slots; ++slot) {
      Sum sum = own[i * slots + slot];
      for (size_t k = span.from; k < span.to; ++k) Add(sum, data[k * slots + slot]);
      own[i * slots + slot] = sum;
    }
  }
}

// sums[j] += the values at minor position j, in the order of the rows.
template <class Index, class T, class Sum>
void SumMinor(const Rows<Index>& rows, const T* data, size_t slots, Sum* sums, size_t minor) {
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    for (size_t k = span.from; k < span.to; ++k) {
      const size_t at = Position(rows.indices + k, minor);
      if (at == kNowhere) BadIndex(rows, i, rows.indices[k], minor);
      for (size_t slot = 0; slot < slots; ++slot)
        Add(sums[at * slots + slot], data[k * slots + slot]);
    }
  }
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
