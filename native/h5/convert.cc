// SPDX-License-Identifier: BSD-3-Clause

#include "h5/convert.h"

#include <cstring>

#include "h5/error.h"
#include "kernels/float16.h"

namespace anndata::h5 {

TypeId ReadType(const TypeRecord& record, hid_t stored) {
  // A boolean is taken as it stands: converting between enumerations would go by the names.
  if (record.dtype == DType::kBool) return TypeId(Check(H5Tcopy(stored), "copying a datatype"));
  return MemoryType(record.dtype);
}

void* ReadPlace(DType dtype, unsigned char* array, size_t n) {
  // Halves go into the upper half of the memory their floats will take, so widening upwards never
  // overtakes itself.
  return dtype == DType::kFloat16 ? array + 2 * n : array;
}

void FinishRead(DType dtype, unsigned char* array, size_t n) {
  if (dtype == DType::kBool) {
    for (size_t i = 0; i < n; i++) array[i] = array[i] != 0 ? 1 : 0;
  } else if (dtype == DType::kFloat16) {
    const unsigned char* halves = array + 2 * n;
    for (size_t i = 0; i < n; i++) {
      uint16_t half;
      std::memcpy(&half, halves + 2 * i, sizeof half);
      const float value = HalfToFloat(half);
      std::memcpy(array + 4 * i, &value, sizeof value);
    }
  }
}

const void* WritePlace(DType dtype, const unsigned char* array, size_t n,
                       std::vector<unsigned char>& scratch) {
  if (dtype == DType::kBool) {
    scratch.resize(n);
    for (size_t i = 0; i < n; i++) scratch[i] = array[i] != 0 ? 1 : 0;
    return scratch.data();
  }
  if (dtype != DType::kFloat16) return array;
  scratch.resize(2 * n);
  for (size_t i = 0; i < n; i++) {
    float value;
    std::memcpy(&value, array + 4 * i, sizeof value);
    const uint16_t half = FloatToHalf(value);
    std::memcpy(scratch.data() + 2 * i, &half, sizeof half);
  }
  return scratch.data();
}

TypeId PaddedStringType(hid_t stored) {
  TypeId type(Check(H5Tcopy(H5T_C_S1), "copying a datatype"));
  Check(H5Tset_size(type.get(), H5Tget_size(stored)), "copying a datatype");
  Check(H5Tset_cset(type.get(), H5Tget_cset(stored)), "copying a datatype");
  Check(H5Tset_strpad(type.get(), H5T_STR_NULLPAD), "copying a datatype");
  return type;
}

size_t TrimmedLength(const char* text, size_t width) {
  while (width > 0 && text[width - 1] == 0) width--;
  return width;
}

}  // namespace anndata::h5
