// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codecs/codec.h"

// HDF5's filter 2: byte k of every element stored together, then byte k + 1, …; bytes after the
// last whole element follow unchanged. Source and destination must not overlap.
namespace anndata::shuffle {

void Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t type_size);
void Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t type_size);

}  // namespace anndata::shuffle
