// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codecs/codec.h"

// Deflate in a zlib wrapper, as HDF5's filter 1 ("gzip") stores it. HDF5 has its own; this one is
// for chunks that are decoded outside the library.
namespace anndata::deflate {

bool Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t exact);
size_t EncodeBound(size_t n, int level);
// `level`: 0 (stored) to 9.
size_t Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t capacity, int level);
const char* Version();

}  // namespace anndata::deflate
