// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

// Checks of compressed sparse matrices. Index types are int32_t, or double for positions past 2^31.
namespace anndata::sparse {

struct Fault {
  enum class Kind { kNone, kStart, kFalling, kEnd };
  Kind kind = Kind::kNone;
  size_t position = 0;
  double value = 0;  // what stands there
};

inline const char* Name(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::kStart:
      return "start";
    case Fault::Kind::kFalling:
      return "falling";
    case Fault::Kind::kEnd:
      return "end";
    default:
      return "";
  }
}

// Position of the first of `n` values that is not fine, or `n`. Looks at whole blocks first,
// without a branch a value, so that the compiler can use wide instructions.
template <typename T, typename Fine>
size_t FirstThatIsNot(const T* values, size_t n, Fine fine) {
  constexpr size_t kBlock = 512;
  for (size_t from = 0; from < n; from += kBlock) {
    const size_t to = std::min(n, from + kBlock);
    bool all = true;
    for (size_t i = from; i < to; ++i) all &= fine(values[i]);
    if (all) continue;
    for (size_t i = from; i < to; ++i) {
      if (!fine(values[i])) return i;
    }
  }
  return n;
}

// Position of the first value that is no whole number in [low, high), or `n`. NaN is none.
template <typename T>
size_t FirstOutside(const T* values, size_t n, double low, double high) {
  static_assert(std::is_floating_point_v<T>);
  return FirstThatIsNot(values, n, [=](T value) {
    if (!(value >= -0x1p53 && value <= 0x1p53) ||
        static_cast<T>(static_cast<int64_t>(value)) != value)
      return false;
    const auto number = static_cast<double>(value);
    return number >= low && number < high;
  });
}

// The first thing wrong with an indptr: it must start at 0, never fall and end at the number of
// entries.
template <typename Pointer>
Fault CheckIndptr(const Pointer* indptr, size_t n_indptr, double entries) {
  if (n_indptr == 0) return {Fault::Kind::kStart, 0, 0};
  if (indptr[0] != 0) return {Fault::Kind::kStart, 0, static_cast<double>(indptr[0])};
  for (size_t i = 1; i < n_indptr; ++i) {
    // Written so that NaN counts as falling.
    if (!(indptr[i] >= indptr[i - 1]))
      return {Fault::Kind::kFalling, i, static_cast<double>(indptr[i])};
  }
  const Pointer last = indptr[n_indptr - 1];
  if (static_cast<double>(last) != entries) {
    return {Fault::Kind::kEnd, n_indptr - 1, static_cast<double>(last)};
  }
  if constexpr (std::is_floating_point_v<Pointer>) {
    const size_t broken = FirstOutside(indptr, n_indptr, 0, 0x1p53);
    if (broken < n_indptr) return {Fault::Kind::kFalling, broken, indptr[broken]};
  }
  return {};
}

// Position of the first categorical code outside [-1, n_categories), or `n`.
template <typename T>
size_t CheckCodes(const T* codes, size_t n, double n_categories) {
  if constexpr (std::is_floating_point_v<T>) {
    return FirstOutside(codes, n, -1, n_categories);
  } else {
    // In the type of the codes, so that a comparison takes as many of them at once as it can.
    using Limits = std::numeric_limits<T>;
    const auto count = n_categories > 0 ? static_cast<uint64_t>(std::min(n_categories, 0x1p53)) : 0;
    if (count == 0 && !Limits::is_signed) return 0;
    const T least = Limits::is_signed ? static_cast<T>(-1) : T{0};
    const T most = count > static_cast<uint64_t>(Limits::max())
                       ? Limits::max()
                       : static_cast<T>(static_cast<int64_t>(count) - 1);
    return FirstThatIsNot(codes, n, [=](T code) { return (code >= least) & (code <= most); });
  }
}

// The least and the greatest of some integers. Of none: the least is the greater one.
struct Extremes {
  int64_t least = 0;
  int64_t greatest = -1;
};

template <typename T>
Extremes ExtremesOf(const T* values, size_t n) {
  if (n == 0) return {};
  T least = values[0], greatest = values[0];
  for (size_t i = 1; i < n; ++i) {
    least = std::min(least, values[i]);
    greatest = std::max(greatest, values[i]);
  }
  // int8 keeps its sign. NOLINTNEXTLINE(bugprone-signed-char-misuse)
  return {static_cast<int64_t>(least), static_cast<int64_t>(greatest)};
}

}  // namespace anndata::sparse
