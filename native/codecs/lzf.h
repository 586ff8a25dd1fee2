// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codecs/codec.h"

// LZF, the format of h5py's filter 32000. The stream carries no size.
namespace anndata::lzf {

bool Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t exact);
size_t Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t capacity);
unsigned ApiVersion();

}  // namespace anndata::lzf
