// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/sparse_sums.h"

// Sum, mean, variance, number of nonzeros, least and greatest value of lines: rows or columns of a
// matrix, or of its groups. A line takes its values in the order of their positions along the other
// axis, whichever way the matrix is stored and however it is cut, and zeros change nothing. So the
// result is the same to the bit for dense and sparse, by rows and by columns, in one piece or many,
// on any number of threads.
namespace anndata::moments {

// Values at so many neighbouring positions are added up by themselves, as differences from the
// first of them: what is lost to a large mean grows with their number, not with that of all.
constexpr uint32_t kBlock = 2048;

// Integers add up exactly to 64 bits, wrapping around; everything else in double precision.
template <class T>
using SumOf = std::conditional_t<std::is_floating_point_v<T>, double,
                                 std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>>;

// The values other than 0 of the block a line is in.
template <class Sum>
struct Open {
  uint32_t next;   // position after the last
  uint32_t count;  // of values
  Sum sum;
  double pivot;    // the first value
  double shifted;  // sum of differences from it
  double squares;  // and of their squares
};

// The values other than 0 of the blocks before.
template <class Sum>
struct Total {
  uint64_t count;
  Sum sum;
  double mean;
  double squares;  // of differences from the mean
};

static_assert(sizeof(Open<double>) == 40 && sizeof(Total<double>) == 32, "as lib/stats has them");

// Puts a block behind those before, and makes room for the next.
template <class Sum>
void Close(Open<Sum>& open, Total<Sum>& total) {
  if (open.count == 0) return;
  const auto n = static_cast<double>(open.count);
  const double mean = open.pivot + open.shifted / n;
  // NaN stays.
  const double rest = open.squares - open.shifted * (open.shifted / n);
  const double squares = rest < 0 ? 0 : rest;
  if (total.count == 0) {
    total.mean = mean;
    total.squares = squares;
  } else {
    const auto before = static_cast<double>(total.count);
    const double delta = mean - total.mean;
    const double share = n / (before + n);
    total.mean += delta * share;
    total.squares += squares + delta * delta * before * share;
  }
  total.count += open.count;
  sparse::Add(total.sum, open.sum);
  open.count = 0;
  open.sum = 0;
  open.shifted = 0;
  open.squares = 0;
}

// All lines there are.
template <class T>
struct Lines {
  using Sum = SumOf<T>;
  Open<Sum>* open;
  Total<Sum>* total;
  T* lows;  // null unless they are wanted
  T* highs;
  size_t size;

  // False when the position is not after the line's last one: the matrix has several entries at one
  // place, or is not sorted.
  bool Add(size_t line, uint32_t position, T value) const {
    Open<Sum>& to = open[line];
    if (position < to.next) return false;
    if (to.count > 0 && position / kBlock != (to.next - 1) / kBlock) Close(to, total[line]);
    to.next = position + 1;
    if (value == 0) return true;
    const auto number = static_cast<double>(value);
    if (to.count == 0) to.pivot = number;
    ++to.count;
    sparse::Add(to.sum, value);
    const double difference = number - to.pivot;
    to.shifted += difference;
    to.squares += difference * difference;
    if (lows != nullptr) {
      Widen(lows[line], value, value < lows[line]);
      Widen(highs[line], value, value > highs[line]);
    }
    return true;
  }

 private:
  // NaN comes in, and nothing takes its place.
  static void Widen(T& limit, T value, bool beyond) {
    if constexpr (std::is_floating_point_v<T>) beyond |= value != value;
    if (beyond) limit = value;
  }
};

// Where the rows of a part lie in the matrix, and which part of their positions is meant.
struct Place {
  size_t major = 0;   // of the first row
  size_t minor = 0;   // of the first position
  size_t length = 0;  // of the rows
  size_t low = 0;     // positions that are meant
  size_t high = 0;
};

// Rows (of the major axis) that stand in groups, or columns; without groups all are in one.
struct Groups {
  const int32_t* of = nullptr;  // by position along the axis that is added up; -1: left out
  size_t positions = 0;
  size_t width = 0;  // lines of a group

  // The first line of the group at a position, kNowhere when it is left out.
  size_t First(size_t position) const {
    if (of == nullptr) return 0;
    if (position >= positions) sparse::NoRoom();
    const int32_t group = of[position];
    return group < 0 ? sparse::kNowhere : static_cast<size_t>(group) * width;
  }
};

inline void CheckPlace(const Place& place, size_t rows) {
  // Positions take 32 bits, and the last of them is none.
  constexpr size_t kMost = std::numeric_limits<uint32_t>::max();
  if (place.low > place.high || place.high > place.length || place.minor > kMost ||
      place.length >= kMost - place.minor || place.major > kMost || rows >= kMost - place.major)
    sparse::NoRoom();
}

// Of each row the entries [low, high): a line is a minor position. Indices are null where all
// positions are stored. False when the matrix is not sorted, or has several entries at one place;
// lines are then worth nothing.
template <class Index, class T>
bool Across(const sparse::Rows<Index>& rows, const T* data, const Place& place,
            const Groups& groups, const Lines<T>& lines) {
  CheckPlace(place, rows.count + static_cast<size_t>(rows.first));
  for (size_t i = 0; i < rows.count; ++i) {
    const size_t position = place.major + static_cast<size_t>(rows.first) + i;
    const size_t group = groups.First(position);
    if (group == sparse::kNowhere) continue;
    const size_t first = group + place.minor;
    if (first + place.high > lines.size) sparse::NoRoom();
    const sparse::Span span = sparse::SpanOf(rows, i);
    if (rows.indices == nullptr) {
      if (span.to - span.from != place.length) sparse::NoRoom();
      for (size_t at = place.low; at < place.high; ++at) {
        if (!lines.Add(first + at, static_cast<uint32_t>(position), data[span.from + at]))
          return false;
      }
      continue;
    }
    const size_t from =
        place.low == 0 ? span.from : sparse::BoundIn(rows.indices, span, place.low, place.length);
    const size_t to = place.high == place.length
                          ? span.to
                          : sparse::BoundIn(rows.indices, span, place.high, place.length);
    if (from > to) return false;
    for (size_t k = from; k < to; ++k) {
      const size_t at = sparse::Position(rows.indices + k, place.high);
      if (at == sparse::kNowhere || at < place.low) {
        if (place.low == 0 && place.high == place.length)
          sparse::BadIndex(rows, i, rows.indices[k], place.length);
        return false;
      }
      if (!lines.Add(first + at, static_cast<uint32_t>(position), data[k])) return false;
    }
  }
  return true;
}

// A line is a row. Otherwise as Across.
template <class Index, class T>
bool Along(const sparse::Rows<Index>& rows, const T* data, const Place& place, const Groups& groups,
           const Lines<T>& lines) {
  CheckPlace(place, rows.count + static_cast<size_t>(rows.first));
  for (size_t i = 0; i < rows.count; ++i) {
    const size_t row = place.major + static_cast<size_t>(rows.first) + i;
    const sparse::Span span = sparse::SpanOf(rows, i);
    if (rows.indices == nullptr && span.to - span.from != place.length) sparse::NoRoom();
    for (size_t k = span.from; k < span.to; ++k) {
      const size_t at = rows.indices == nullptr ? k - span.from
                                                : sparse::Position(rows.indices + k, place.length);
      if (at == sparse::kNowhere) sparse::BadIndex(rows, i, rows.indices[k], place.length);
      const size_t group = groups.First(place.minor + at);
      if (group == sparse::kNowhere) continue;
      if (group + row >= lines.size) sparse::NoRoom();
      if (!lines.Add(group + row, static_cast<uint32_t>(place.minor + at), data[k])) return false;
    }
  }
  return true;
}

// What becomes of the lines of a group.
template <class Sum>
struct Results {
  Sum* sums;
  double* means;
  double* variances;
  double* counts;  // of nonzeros
};

// A sum of integers may have wrapped around; the mean has not.
template <class Sum>
double MeanOf(const Total<Sum>& total, double length) {
  if constexpr (std::is_integral_v<Sum>) {
    const double about = total.mean * static_cast<double>(total.count);
    const double limit = std::is_signed_v<Sum> ? 0x1p62 : 0x1p63;
    if (!(about < limit && about > -limit)) return about / length;
  }
  return static_cast<double>(total.sum) / length;
}

// Ends `count` lines from `first` on, all of `length` values. `lows` and `highs` may be null.
template <class T>
void Finish(const Lines<T>& lines, size_t first, size_t count, double length, double ddof,
            const Results<SumOf<T>>& to) {
  if (first > lines.size || count > lines.size - first) sparse::NoRoom();
  for (size_t i = first; i < first + count; ++i) {
    auto& total = lines.total[i];
    Close(lines.open[i], total);
    const auto n = static_cast<double>(total.count);
    // The zeros are a last block.
    const double squares =
        total.squares + total.mean * total.mean * n * (std::max(0.0, length - n) / length);
    to.sums[i] = total.sum;
    to.counts[i] = n;
    to.means[i] = MeanOf(total, length);
    to.variances[i] =
        length > ddof ? squares / (length - ddof) : std::numeric_limits<double>::quiet_NaN();
    if (lines.lows == nullptr || !(n < length)) continue;
    if (lines.lows[i] > 0) lines.lows[i] = 0;
    if (lines.highs[i] < 0) lines.highs[i] = 0;
  }
}

}  // namespace anndata::moments
