// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

#include "failure.h"

// What all kernels on sparse matrices share. Index types are int32_t, or double for positions past
// 2^31. Nothing that comes from the caller's indices is trusted: every position is checked where it
// is used, and read once, since memory shared between threads may change under our hands.
namespace anndata::sparse {

// Some rows (csr) or columns (csc): the i-th is number `first + i` of the matrix and holds the
// entries [starts[i], ends[i]) of `indices` and of the data that belong to them.
template <class Index>
struct Rows {
  const double* starts;
  const double* ends;
  size_t count;
  const Index* indices;
  double first;
};

struct Span {
  size_t from;
  size_t to;
};

template <class Index>
Span SpanOf(const Rows<Index>& rows, size_t i) {
  return {static_cast<size_t>(rows.starts[i]), static_cast<size_t>(rows.ends[i])};
}

// Throws ERR_SHAPE unless all spans lie inside of `entries`.
inline void CheckSpans(const double* starts, const double* ends, size_t count, size_t entries) {
  const auto limit = static_cast<double>(entries);
  bool fine = true;
  // Written so that NaN counts as wrong.
  for (size_t i = 0; i < count; ++i)
    fine &= starts[i] >= 0 && ends[i] >= starts[i] && ends[i] <= limit;
  if (!fine) throw Failure("ERR_SHAPE", "indptr falls or reaches outside of the stored entries");
}

constexpr size_t kNowhere = std::numeric_limits<size_t>::max();

// The index at `at` as a position below `limit`, or kNowhere.
template <class Index>
inline size_t Position(const Index* at, size_t limit) {
  const Index value = *static_cast<const volatile Index*>(at);
  if constexpr (std::is_integral_v<Index>) {
    const auto position = static_cast<uint32_t>(value);  // negative ones become too large
    return value >= 0 && position < limit ? position : kNowhere;
  } else {
    if (!(value >= 0 && value < static_cast<double>(limit))) return kNowhere;
    const auto position = static_cast<size_t>(value);
    return static_cast<double>(position) == value ? position : kNowhere;
  }
}

// A slot of a cursor array as a position below `limit`, or kNowhere.
template <class Cursor>
inline size_t Slot(Cursor value, size_t limit) {
  if constexpr (std::is_integral_v<Cursor>) {
    return value >= 0 && static_cast<size_t>(value) < limit ? static_cast<size_t>(value) : kNowhere;
  } else {
    return value >= 0 && value < static_cast<double>(limit) ? static_cast<size_t>(value) : kNowhere;
  }
}

template <class Index>
[[noreturn]] void BadIndex(const Rows<Index>& rows, size_t row, Index index, size_t limit) {
  std::string text;
  if constexpr (std::is_integral_v<Index>) {
    text = std::to_string(index);
  } else {
    const bool exact = index > -0x1p53 && index < 0x1p53;
    text = exact ? std::to_string(index) : "past 2^53";
  }
  const long long place = static_cast<long long>(rows.first) + static_cast<long long>(row);
  throw Failure("ERR_SHAPE", "index " + text + " in run " + std::to_string(place) +
                                 " is outside of [0, " + std::to_string(limit) + ")");
}

[[noreturn]] inline void NoRoom() {
  throw Failure("ERR_SHAPE", "the matrix changed while it was worked on");
}

// 16 bytes that are moved as one.
struct Wide {
  uint64_t low;
  uint64_t high;
};

}  // namespace anndata::sparse
