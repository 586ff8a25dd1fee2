// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codecs/codec.h"

// Zstandard frames, as in HDF5 filter 32015.
namespace anndata::zstd {

bool Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t exact);
size_t EncodeBound(size_t n);
size_t Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t capacity, int level);
const char* Version();

}  // namespace anndata::zstd
