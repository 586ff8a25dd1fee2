// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

// A pivot need not be one of the values, only near them: 32 bits are enough where values have no
// more digits than that.
template <class T>
using PivotOf = std::conditional_t<sizeof(T) <= 4, float, double>;

// What of a block's sum its other numbers do not tell: nothing, except of integers, where it is
// exact.
template <class T, bool = std::is_integral_v<T>>
struct BlockSum {
  SumOf<T> sum;
};
template <class T>
struct BlockSum<T, false> {};

// The values other than 0 of the block a line is in. Infinities and NaN are in `shifted` as they
// are, and make NaN of `squares`.
template <class T>
struct Open : BlockSum<T> {
  double shifted;  // sum of differences from the pivot
  double squares;  // and of their squares
  PivotOf<T> pivot;
  uint32_t tag;  // number of the block, from 1 on, and of its values; 0: nothing yet
};

constexpr uint32_t kCountBits = 12;  // a block has 2048 values at most
constexpr uint32_t kCountMask = (1u << kCountBits) - 1;

// Where a position belongs, as the upper bits of a tag.
inline uint32_t BlockAt(size_t position) {
  return static_cast<uint32_t>(position / kBlock + 1) << kCountBits;
}

// The values other than 0 of the blocks before.
template <class Sum>
struct Total {
  uint64_t count;
  Sum sum;
  double base;     // the first pivot
  double offset;   // of the mean from it: means of blocks differ by less than they can be told to
  double squares;  // of differences from the mean
};

static_assert(sizeof(Open<float>) == 24 && sizeof(Open<int64_t>) == 40 &&
                  sizeof(Total<double>) == 40,
              "as lib/stats has them, at most");

// Whether a value is neither 0 nor infinite nor NaN: one comparison for all.
template <class T>
inline bool IsOrdinary(T value) {
  if constexpr (std::is_integral_v<T>) {
    return value != 0;
  } else {
    using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
    constexpr Bits kSign = Bits{1} << (8 * sizeof(T) - 1);
    const T infinity = std::numeric_limits<T>::infinity();
    Bits bits, limit;
    std::memcpy(&bits, &value, sizeof(T));
    std::memcpy(&limit, &infinity, sizeof(T));
    return (bits & ~kSign) - 1 < limit - 1;
  }
}

// Puts a block behind those before.
template <class T>
void Close(const Open<T>& open, Total<SumOf<T>>& total) {
  const uint32_t count = open.tag & kCountMask;
  if (count == 0) return;
  const auto n = static_cast<double>(count);
  const auto pivot = static_cast<double>(open.pivot);
  // NaN stays.
  const double rest = open.squares - open.shifted * (open.shifted / n);
  const double squares = rest < 0 ? 0 : rest;
  if (total.count == 0) {
    total.base = pivot;
    total.offset = open.shifted / n;
    total.squares = squares;
  } else {
    const auto before = static_cast<double>(total.count);
    const double delta = (pivot - total.base) + open.shifted / n - total.offset;
    const double share = n / (before + n);
    total.offset += delta * share;
    total.squares += squares + delta * delta * before * share;
  }
  total.count += count;
  if constexpr (std::is_integral_v<T>) {
    sparse::Add(total.sum, open.sum);
  } else {
    total.sum += pivot * n + open.shifted;
  }
}

// What no value is beyond.
template <class T>
struct Limits {
  using Numbers = std::numeric_limits<T>;
  static constexpr T Low() { return Numbers::has_infinity ? -Numbers::infinity() : Numbers::min(); }
  static constexpr T High() { return Numbers::has_infinity ? Numbers::infinity() : Numbers::max(); }
};

// All lines there are.
template <class T>
struct Lines {
  using Sum = SumOf<T>;
  Open<T>* open;
  Total<Sum>* total;
  T* lows;  // null unless they are wanted
  T* highs;
  size_t size;

  // Adds a value to a line, whose state is in `to`.
  void Add(Open<T>& to, size_t line, uint32_t block, T value) const {
    const bool ordinary = IsOrdinary(value);
    if (!ordinary && value == 0) return;
    if ((to.tag & ~kCountMask) != block) {
      // By a copy, so that `to` can stay in registers.
      const Open<T> before = to;
      Close(before, total[line]);
      to = {};
      to.pivot = ordinary ? static_cast<PivotOf<T>>(value) : 0;
      to.tag = block;
    }
    ++to.tag;
    if constexpr (std::is_integral_v<T>) sparse::Add(to.sum, value);
    const auto number = static_cast<double>(value);
    if (ordinary) {
      const double difference = number - static_cast<double>(to.pivot);
      to.shifted += difference;
      to.squares += difference * difference;
    } else {
      to.shifted += number;
      to.squares = std::numeric_limits<double>::quiet_NaN();
    }
    if (lows != nullptr) Extend(line, value, value);
  }

  void Extend(size_t line, T low, T high) const {
    Widen(lows[line], low, low < lows[line]);
    Widen(highs[line], high, high > highs[line]);
  }

 private:
  // NaN comes in, and nothing takes its place.
  static void Widen(T& limit, T value, bool beyond) {
    if constexpr (std::is_floating_point_v<T>) beyond |= std::isnan(value);
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
  // So many blocks have numbers of 20 bits.
  constexpr size_t kMost = (size_t{1} << 31) - kBlock;
  if (place.low > place.high || place.high > place.length || place.minor > kMost ||
      place.length > kMost - place.minor || place.major > kMost || rows > kMost - place.major)
    sparse::NoRoom();
}

// The index at `at`, or a number past every limit. Read once.
template <class Index>
inline size_t IndexOf(const Index* at) {
  if constexpr (std::is_integral_v<Index>) {
    return static_cast<uint32_t>(*static_cast<const volatile Index*>(at));
  } else {
    return sparse::Position(at, sparse::kNowhere);
  }
}

// Where a row has come to: its positions must rise, else the matrix is not sorted, or has several
// entries at one place.
struct Cursor {
  size_t next;  // the least position that may come
  size_t high;  // and the end of what is meant
};

// Takes the entries [from, to) of a row whose positions are lines, from `first` on. Returns the
// first entry that does not rise or is not meant, or `to`.
template <class Index, class T>
size_t TakeAcross(const Index* indices, const T* data, size_t from, size_t to, Cursor& cursor,
                  uint32_t block, const Lines<T>& lines, size_t first) {
  const size_t high = cursor.high;
  size_t next = cursor.next;
  for (size_t k = from; k < to; ++k) {
    const size_t at = IndexOf(indices + k);
    if (at < next || at >= high) return k;
    next = at + 1;
    lines.Add(lines.open[first + at], first + at, block, data[k]);
  }
  cursor.next = next;
  return to;
}

// The same for a row that is a line, whose state is in `mine`; position 0 is `minor` of the line.
template <class Index, class T>
size_t TakeAlong(const Index* indices, const T* data, size_t from, size_t to, Cursor& cursor,
                 const Lines<T>& lines, size_t line, size_t minor, Open<T>& mine) {
  const size_t high = cursor.high;
  size_t next = cursor.next;
  Open<T> open = mine;  // in registers
  for (size_t k = from; k < to; ++k) {
    const size_t at = IndexOf(indices + k);
    if (at < next || at >= high) return k;
    next = at + 1;
    lines.Add(open, line, BlockAt(minor + at), data[k]);
  }
  mine = open;
  cursor.next = next;
  return to;
}

// False for an entry that does not rise; throws when its index is none.
template <class Index>
bool Stray(const sparse::Rows<Index>& rows, size_t i, size_t k, size_t length) {
  if (sparse::Position(rows.indices + k, length) == sparse::kNowhere)
    sparse::BadIndex(rows, i, rows.indices[k], length);
  return false;
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
    const uint32_t block = BlockAt(position);
    const size_t group = groups.First(position);
    if (group == sparse::kNowhere) continue;
    const size_t first = group + place.minor;
    if (first + place.high > lines.size) sparse::NoRoom();
    const sparse::Span span = sparse::SpanOf(rows, i);
    if (rows.indices == nullptr) {
      if (span.to - span.from != place.length) sparse::NoRoom();
      for (size_t at = place.low; at < place.high; ++at)
        lines.Add(lines.open[first + at], first + at, block, data[span.from + at]);
      continue;
    }
    const size_t from =
        place.low == 0 ? span.from : sparse::BoundIn(rows.indices, span, place.low, place.length);
    const size_t to = place.high == place.length
                          ? span.to
                          : sparse::BoundIn(rows.indices, span, place.high, place.length);
    if (from > to) return false;
    Cursor cursor = {place.low, place.high};
    const size_t end = TakeAcross(rows.indices, data, from, to, cursor, block, lines, first);
    if (end < to) return Stray(rows, i, end, place.length);
  }
  return true;
}

// One row whose values go to the groups of their positions.
template <class Index, class T>
bool AlongInGroups(const sparse::Rows<Index>& rows, size_t i, const T* data, const Place& place,
                   const Groups& groups, const Lines<T>& lines, size_t row) {
  const sparse::Span span = sparse::SpanOf(rows, i);
  size_t next = 0;
  for (size_t k = span.from; k < span.to; ++k) {
    const size_t at =
        rows.indices == nullptr ? k - span.from : sparse::Position(rows.indices + k, place.length);
    if (at < next || at == sparse::kNowhere) return Stray(rows, i, k, place.length);
    next = at + 1;
    const size_t group = groups.First(place.minor + at);
    if (group == sparse::kNowhere) continue;
    const size_t line = group + row;
    if (line >= lines.size) sparse::NoRoom();
    lines.Add(lines.open[line], line, BlockAt(place.minor + at), data[k]);
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
    if (row >= lines.size) sparse::NoRoom();
    const sparse::Span span = sparse::SpanOf(rows, i);
    if (rows.indices == nullptr && span.to - span.from != place.length) sparse::NoRoom();
    if (groups.of != nullptr) {
      if (!AlongInGroups(rows, i, data, place, groups, lines, row)) return false;
    } else if (rows.indices == nullptr) {
      Open<T> open = lines.open[row];
      for (size_t at = 0; at < place.length; ++at)
        lines.Add(open, row, BlockAt(place.minor + at), data[span.from + at]);
      lines.open[row] = open;
    } else {
      Cursor cursor = {0, place.length};
      const size_t end = TakeAlong(rows.indices, data, span.from, span.to, cursor, lines, row,
                                   place.minor, lines.open[row]);
      if (end < span.to) return Stray(rows, i, end, place.length);
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
    const double about = (total.base + total.offset) * static_cast<double>(total.count);
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
    lines.open[i] = {};
    const auto n = static_cast<double>(total.count);
    // The zeros are a last block.
    const double mean = total.base + total.offset;
    const double squares = total.squares + mean * mean * n * (std::max(0.0, length - n) / length);
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
