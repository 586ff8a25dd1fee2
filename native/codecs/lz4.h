// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codecs/codec.h"

// The container of HDF5's LZ4 filter 32004, all integers big-endian:
//
//   offset  bytes
//        0      8  size of the decoded data
//        8      4  size of a decoded block (the last one may be smaller)
//       12         blocks: 4 bytes stored size, then that many bytes; a block whose stored size
//       equals its
//                  decoded size is not compressed
namespace anndata::lz4 {

inline constexpr size_t kDefaultBlock = size_t{1} << 30;

bool Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t exact);
size_t EncodeBound(size_t n, size_t block);
size_t Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t capacity, size_t block);
const char* Version();

}  // namespace anndata::lz4
