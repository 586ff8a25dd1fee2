// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <vector>

#include "h5/datatype.h"

namespace anndata::h5 {

// Between how libhdf5 hands numbers over and how they lie in typed arrays: the same but for
// float16, which is widened to float32, and bool, which is made 0 or 1.

// The type to read a stored numeric type as. Under the lock.
TypeId ReadType(const TypeRecord& record, hid_t stored);

// Where libhdf5 is to put `n` elements, inside the memory of the array itself.
void* ReadPlace(DType dtype, unsigned char* array, size_t n);

// Brings what libhdf5 left into its final form.
void FinishRead(DType dtype, unsigned char* array, size_t n);

// What libhdf5 is to write for `n` elements of the array; may use `scratch`.
const void* WritePlace(DType dtype, const unsigned char* array, size_t n,
                       std::vector<unsigned char>& scratch);

// The type to read fixed-length text as: the same width, padded with NULs, as h5py does. Under the
// lock.
TypeId PaddedStringType(hid_t stored);

// Length of NUL-padded text; NULs inside are kept, as NumPy keeps them.
size_t TrimmedLength(const char* text, size_t width);

}  // namespace anndata::h5
