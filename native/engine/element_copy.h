// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace anndata::engine {

// How elements become what they are in a typed array, on the way out of a chunk.
class ElementCopy {
 public:
  enum class Kind : uint8_t {
    kSame,   // bytes as they are
    kSwap,   // big-endian numbers, or the parts of complex ones
    kBool,   // made 0 or 1
    kHalf,   // float16 to float32
    kIndex,  // integers to int32 or float64, with bounds
  };

  // Integers as they are stored.
  struct Integer {
    uint8_t bytes = 4;
    bool isSigned = true;
    bool bigEndian = false;
  };

  // Elements that stay as they are: `bytes` of each, at `offset` of `stride`.
  static ElementCopy Same(size_t stride, size_t offset, size_t bytes);
  // Each `bytes` are numbers of `width`.
  static ElementCopy Swap(size_t stride, size_t offset, size_t bytes, size_t width);
  static ElementCopy Bool(size_t stride, size_t offset, size_t items);
  static ElementCopy Half(size_t stride, size_t offset, size_t items, bool bigEndian);
  // What indices may be; float64 holds them to 2^53.
  struct Bounds {
    int64_t min = 0;
    int64_t below = (int64_t{1} << 53) + 1;
  };
  // Whole elements to int32, or to float64 when `wide`.
  static ElementCopy Index(Integer integer, bool wide, Bounds bounds);

  // Whether elements may be decoded to where they go: they take the same room there, and Copy may
  // be called with `from` and `to` the same.
  bool in_place() const {
    return bytes_ == stride_ && to_bytes_ == stride_ && kind_ != Kind::kSwap &&
           (kind_ != Kind::kIndex || (!wide_ && !integer_.bigEndian));
  }
  size_t to_bytes() const { return to_bytes_; }

  enum class Fault : uint8_t { kNone, kOutside, kNarrow };
  // Copies `n` elements. Indices only: stops at the first that is below the minimum, past 2^53, or
  // does not fit an int32, and says so; `n` is then its position.
  Fault Copy(const uint8_t* from, size_t& n, uint8_t* to) const;
  // An index, for messages.
  std::string IndexAt(const uint8_t* from) const;

 private:
  Kind kind_ = Kind::kSame;
  bool wide_ = false;
  bool big_endian_ = false;
  Integer integer_;
  size_t stride_ = 0;
  size_t offset_ = 0;
  size_t bytes_ = 0;  // taken of each element
  size_t width_ = 0;
  size_t to_bytes_ = 0;
  Bounds bounds_;
};

}  // namespace anndata::engine
