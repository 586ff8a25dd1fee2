// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "codecs/codec.h"

// Blosc 1 buffers, as in HDF5 filter 32001. Runs on the calling thread only.
namespace anndata::blosc {

struct Settings {
  size_t type_size = 1;
  int level = 5;
  int shuffle = 1;     // 0 none, 1 bytes, 2 bits
  int compressor = 0;  // Blosc's code: 0 blosclz, 1 lz4, 2 lz4hc, 3 snappy, 4 zlib, 5 zstd
};

bool Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t exact);
size_t EncodeBound(size_t n);
size_t Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t capacity, const Settings& how);
const char* Version();
// Of the zlib it brings, which is HDF5's where both are ours; empty for none.
std::string ZlibVersion();
unsigned FormatVersion();

}  // namespace anndata::blosc
