// SPDX-License-Identifier: BSD-3-Clause
#include "codecs/shuffle.h"

#include <algorithm>
#include <cstring>

namespace anndata::shuffle {
namespace {

// Elements handled at once, so that what is read and written in turns stays in the first cache.
constexpr size_t kBlock = 1024;

// With the width known to the compiler the inner loop becomes a few wide loads and interleaving
// stores.
template <size_t kWidth>
void DecodeFixed(const uint8_t* src, size_t count, uint8_t* dst) {
  for (size_t i = 0; i < count; ++i) {
    for (size_t k = 0; k < kWidth; ++k) dst[i * kWidth + k] = src[k * count + i];
  }
}

void DecodeAny(const uint8_t* src, size_t count, uint8_t* dst, size_t width) {
  for (size_t from = 0; from < count; from += kBlock) {
    const size_t to = std::min(count, from + kBlock);
    for (size_t k = 0; k < width; ++k) {
      for (size_t i = from; i < to; ++i) dst[i * width + k] = src[k * count + i];
    }
  }
}

template <size_t kWidth>
void EncodeFixed(const uint8_t* src, size_t count, uint8_t* dst) {
  for (size_t i = 0; i < count; ++i) {
    for (size_t k = 0; k < kWidth; ++k) dst[k * count + i] = src[i * kWidth + k];
  }
}

void EncodeAny(const uint8_t* src, size_t count, uint8_t* dst, size_t width) {
  for (size_t from = 0; from < count; from += kBlock) {
    const size_t to = std::min(count, from + kBlock);
    for (size_t k = 0; k < width; ++k) {
      for (size_t i = from; i < to; ++i) dst[k * count + i] = src[i * width + k];
    }
  }
}

}  // namespace

void Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t type_size) {
  if (n == 0) return;
  const size_t count = type_size == 0 ? 0 : n / type_size;
  const size_t whole = count * type_size;
  switch (type_size) {
    case 2:
      DecodeFixed<2>(src, count, dst);
      break;
    case 4:
      DecodeFixed<4>(src, count, dst);
      break;
    case 8:
      DecodeFixed<8>(src, count, dst);
      break;
    default:
      DecodeAny(src, count, dst, type_size);
  }
  std::memcpy(dst + whole, src + whole, n - whole);
}

void Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t type_size) {
  if (n == 0) return;
  const size_t count = type_size == 0 ? 0 : n / type_size;
  const size_t whole = count * type_size;
  switch (type_size) {
    case 2:
      EncodeFixed<2>(src, count, dst);
      break;
    case 4:
      EncodeFixed<4>(src, count, dst);
      break;
    case 8:
      EncodeFixed<8>(src, count, dst);
      break;
    default:
      EncodeAny(src, count, dst, type_size);
  }
  std::memcpy(dst + whole, src + whole, n - whole);
}

}  // namespace anndata::shuffle
