// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codecs/codec.h"

// HDF5's filter 3: the data followed by its Fletcher-32 checksum, little-endian.
namespace anndata::fletcher32 {

inline constexpr size_t kBytes = 4;

// Checksum over big-endian 16-bit words; an odd last byte counts as a word's high half.
uint32_t Checksum(const uint8_t* data, size_t n);

// Whether the last four of `n` bytes are the checksum of those before them. Also accepts the form
// with swapped bytes that HDF5 before 1.6.3 wrote on little-endian machines.
bool Verify(const uint8_t* data, size_t n);

// Writes the checksum of data[0, n) to data[n, n + 4).
void Append(uint8_t* data, size_t n);

}  // namespace anndata::fletcher32
