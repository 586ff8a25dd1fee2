// SPDX-License-Identifier: BSD-3-Clause

#include "engine/conversions.h"

#include "h5/error.h"

namespace anndata::engine {
namespace {

using h5::DType;

bool Equal(hid_t a, const h5::TypeId& b) {
  return h5::Check(H5Tequal(a, b.get()), "comparing datatypes") > 0;
}

// The same type in the order of bytes that memory has.
h5::TypeId LittleEndian(hid_t stored) {
  h5::TypeId type(h5::Check(H5Tcopy(stored), "copying a datatype"));
  h5::Check(H5Tset_order(type.get(), H5T_ORDER_LE), "copying a datatype");
  return type;
}

}  // namespace

std::optional<ElementCopy> CopyOf(const OpenArray& array) {
  const h5::Element& element = array.element;
  const size_t stride = array.dataset->elementBytes;
  const size_t items = static_cast<size_t>(element.items);
  const hid_t stored = element.stored.get();
  const DType dtype = element.record.dtype;
  if (dtype == DType::kBool) return ElementCopy::Bool(stride, element.offset, items);
  if (dtype == DType::kFloat16) {
    for (const bool bigEndian : {false, true}) {
      if (Equal(stored, h5::Float16Type(bigEndian)))
        return ElementCopy::Half(stride, element.offset, items, bigEndian);
    }
    return std::nullopt;
  }
  const size_t width = element.item_bytes;
  const h5::TypeId memory = h5::MemoryType(dtype);
  if (Equal(stored, memory)) return ElementCopy::Same(stride, element.offset, width * items);
  if (element.record.bigEndian && H5Tget_class(stored) != H5T_COMPOUND &&
      Equal(memory.get(), LittleEndian(stored)))
    return ElementCopy::Swap(stride, element.offset, width * items, width);
  return std::nullopt;
}

bool IsInteger(DType dtype) { return dtype >= DType::kInt8 && dtype <= DType::kUint64; }

ElementCopy::Integer IntegerOf(const h5::Element& element) {
  const DType dtype = element.record.dtype;
  return {static_cast<uint8_t>(element.item_bytes), dtype <= DType::kInt64,
          element.record.bigEndian};
}

}  // namespace anndata::engine
