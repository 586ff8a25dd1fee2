// SPDX-License-Identifier: BSD-3-Clause

#include "engine/element_copy.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

#include "kernels/float16.h"

namespace anndata::engine {
namespace {

template <class T>
T Load(const uint8_t* from, bool bigEndian) {
  uint8_t bytes[sizeof(T)];
  std::memcpy(bytes, from, sizeof(T));
  if (bigEndian) std::reverse(bytes, bytes + sizeof(T));
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

template <size_t kWidth>
void SwapRun(const uint8_t* from, size_t numbers, uint8_t* to) {
  for (size_t i = 0; i < numbers; i++) {
    for (size_t k = 0; k < kWidth; k++) to[i * kWidth + k] = from[i * kWidth + kWidth - 1 - k];
  }
}

void SwapNumbers(const uint8_t* from, size_t bytes, size_t width, uint8_t* to) {
  switch (width) {
    case 2:
      return SwapRun<2>(from, bytes / 2, to);
    case 4:
      return SwapRun<4>(from, bytes / 4, to);
    case 8:
      return SwapRun<8>(from, bytes / 8, to);
    default:
      std::memcpy(to, from, bytes);
  }
}

// What is wrong with a stored integer, if anything.
template <class T, class To>
ElementCopy::Fault FaultOf(T value, ElementCopy::Bounds bounds) {
  using Fault = ElementCopy::Fault;
  const bool low = std::is_signed<T>::value
                       ? static_cast<int64_t>(value) < bounds.min
                       : bounds.min > 0 && value < static_cast<uint64_t>(bounds.min);
  const bool high = std::is_signed<T>::value
                        ? static_cast<int64_t>(value) >= bounds.below
                        : static_cast<uint64_t>(value) >= static_cast<uint64_t>(bounds.below);
  if (low || high) return Fault::kOutside;
  constexpr bool kMayNotFit =
      std::is_same<To, int32_t>::value && (sizeof(T) == 8 || std::is_same<T, uint32_t>::value);
  if (kMayNotFit && value > static_cast<T>(std::numeric_limits<int32_t>::max()))
    return Fault::kNarrow;
  return Fault::kNone;
}

// Whether all of a block are fine. The bounds in the width of the values, so that a comparison
// takes as many of them at once as it can.
template <class T, class To>
bool BlockIsFine(const uint8_t* from, size_t n, bool bigEndian, ElementCopy::Bounds bounds) {
  using Limits = std::numeric_limits<T>;
  int64_t most = bounds.below - 1;
  if (std::is_same<To, int32_t>::value)
    most = std::min<int64_t>(most, std::numeric_limits<int32_t>::max());
  if (sizeof(T) < 8) most = std::min<int64_t>(most, static_cast<int64_t>(Limits::max()));
  const int64_t least = std::is_signed<T>::value
                            ? std::max<int64_t>(bounds.min, static_cast<int64_t>(Limits::min()))
                            : std::max<int64_t>(bounds.min, 0);
  if (most < least) return n == 0;
  const T low = static_cast<T>(least), high = static_cast<T>(most);
  bool bad = false;
  for (size_t i = 0; i < n; i++) {
    const T value = Load<T>(from + i * sizeof(T), bigEndian);
    bad |= (value < low) | (value > high);
  }
  return !bad;
}

// In blocks, each looked through first: without a way out of its loops the compiler makes both of
// them wide.
template <class T, class To>
ElementCopy::Fault CopyIndices(const uint8_t* from, size_t& n, uint8_t* to, bool bigEndian,
                               ElementCopy::Bounds bounds) {
  constexpr size_t kBlock = 1024;
  const size_t all = n;
  for (size_t start = 0; start < all; start += kBlock) {
    const size_t end = std::min(all, start + kBlock);
    if (!BlockIsFine<T, To>(from + start * sizeof(T), end - start, bigEndian, bounds)) {
      for (n = start; n < end; n++) {
        const auto fault = FaultOf<T, To>(Load<T>(from + n * sizeof(T), bigEndian), bounds);
        if (fault != ElementCopy::Fault::kNone) return fault;
      }
    }
    if (from == to) continue;
    for (size_t i = start; i < end; i++) {
      // int8 keeps its sign. NOLINTNEXTLINE(bugprone-signed-char-misuse)
      const To result = static_cast<To>(Load<T>(from + i * sizeof(T), bigEndian));
      std::memcpy(to + i * sizeof(To), &result, sizeof(To));
    }
  }
  n = all;
  return ElementCopy::Fault::kNone;
}

// Calls `f` with a value of the stored type.
template <class F>
auto WithType(ElementCopy::Integer integer, F f) {
  switch (integer.bytes) {
    case 1:
      return integer.isSigned ? f(int8_t{}) : f(uint8_t{});
    case 2:
      return integer.isSigned ? f(int16_t{}) : f(uint16_t{});
    case 4:
      return integer.isSigned ? f(int32_t{}) : f(uint32_t{});
    default:
      return integer.isSigned ? f(int64_t{}) : f(uint64_t{});
  }
}

}  // namespace

ElementCopy ElementCopy::Same(size_t stride, size_t offset, size_t bytes) {
  ElementCopy copy;
  copy.stride_ = stride;
  copy.offset_ = offset;
  copy.bytes_ = copy.to_bytes_ = bytes;
  return copy;
}

ElementCopy ElementCopy::Swap(size_t stride, size_t offset, size_t bytes, size_t width) {
  ElementCopy copy = Same(stride, offset, bytes);
  copy.kind_ = Kind::kSwap;
  copy.width_ = width;
  return copy;
}

ElementCopy ElementCopy::Bool(size_t stride, size_t offset, size_t items) {
  ElementCopy copy = Same(stride, offset, items);
  copy.kind_ = Kind::kBool;
  return copy;
}

ElementCopy ElementCopy::Half(size_t stride, size_t offset, size_t items, bool bigEndian) {
  ElementCopy copy = Same(stride, offset, 2 * items);
  copy.kind_ = Kind::kHalf;
  copy.big_endian_ = bigEndian;
  copy.to_bytes_ = 4 * items;
  return copy;
}

ElementCopy ElementCopy::Index(Integer integer, bool wide, Bounds bounds) {
  ElementCopy copy = Same(integer.bytes, 0, integer.bytes);
  copy.bounds_ = bounds;
  copy.integer_ = integer;
  copy.wide_ = wide;
  copy.kind_ = Kind::kIndex;
  copy.to_bytes_ = wide ? 8 : 4;
  return copy;
}

ElementCopy::Fault ElementCopy::Copy(const uint8_t* from, size_t& n, uint8_t* to) const {
  if (kind_ == Kind::kSame && bytes_ == stride_) {
    if (from != to) std::memcpy(to, from, n * stride_);
    return Fault::kNone;
  }
  if (kind_ == Kind::kIndex) {
    const bool swap = integer_.bigEndian;
    return WithType(integer_, [&](auto type) {
      using T = decltype(type);
      return wide_ ? CopyIndices<T, double>(from, n, to, swap, bounds_)
                   : CopyIndices<T, int32_t>(from, n, to, swap, bounds_);
    });
  }
  // Without gaps all elements are one run of numbers.
  const bool dense = bytes_ == stride_;
  const size_t turns = dense ? 1 : n;
  const size_t bytes = dense ? n * bytes_ : bytes_;
  const size_t step = dense ? n * to_bytes_ : to_bytes_;
  for (size_t i = 0; i < turns; i++) {
    const uint8_t* source = from + i * stride_ + offset_;
    uint8_t* target = to + i * step;
    switch (kind_) {
      case Kind::kSwap:
        SwapNumbers(source, bytes, width_, target);
        break;
      case Kind::kBool:
        for (size_t k = 0; k < bytes; k++) target[k] = source[k] != 0 ? 1 : 0;
        break;
      case Kind::kHalf:
        for (size_t k = 0; k < bytes / 2; k++) {
          const float value = HalfToFloat(Load<uint16_t>(source + 2 * k, big_endian_));
          std::memcpy(target + 4 * k, &value, sizeof value);
        }
        break;
      default:
        std::memcpy(target, source, bytes);
    }
  }
  return Fault::kNone;
}

std::string ElementCopy::IndexAt(const uint8_t* from) const {
  return WithType(integer_, [&](auto type) {
    return std::to_string(Load<decltype(type)>(from, integer_.bigEndian));
  });
}

}  // namespace anndata::engine
