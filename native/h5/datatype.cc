// SPDX-License-Identifier: BSD-3-Clause

#include "h5/datatype.h"

#include <cctype>
#include <cstdint>
#include <string>

#include "h5/error.h"

namespace anndata::h5 {
namespace {

constexpr int kMaxFields = 65536;

TypeRecord Unsupported(const std::string& description) {
  TypeRecord record;
  record.description = description;
  return record;
}

TypeRecord Numeric(DType dtype, bool bigEndian) {
  TypeRecord record;
  record.kind = TypeRecord::Kind::kNumeric;
  record.dtype = dtype;
  record.bigEndian = bigEndian;
  return record;
}

TypeRecord ClassifyInteger(hid_t type) {
  const size_t size = H5Tget_size(type);
  const H5T_order_t order = H5Tget_order(type);
  const std::string what = "an integer of " + std::to_string(size) + " bytes";
  if (order != H5T_ORDER_LE && order != H5T_ORDER_BE)
    return Unsupported(what + " in an unusual byte order");
  if (H5Tget_precision(type) != 8 * size || H5Tget_offset(type) != 0) {
    return Unsupported(what + " with " + std::to_string(H5Tget_precision(type)) +
                       " significant bits");
  }
  const bool isSigned = H5Tget_sign(type) == H5T_SGN_2;
  const bool big = order == H5T_ORDER_BE;
  switch (size) {
    case 1:
      return Numeric(isSigned ? DType::kInt8 : DType::kUint8, false);
    case 2:
      return Numeric(isSigned ? DType::kInt16 : DType::kUint16, big);
    case 4:
      return Numeric(isSigned ? DType::kInt32 : DType::kUint32, big);
    case 8:
      return Numeric(isSigned ? DType::kInt64 : DType::kUint64, big);
    default:
      return Unsupported(what);
  }
}

// x87 (64 bits of significand, the first explicit) and IEEE quadruple, and nothing that only looks
// like them: the library converts by these numbers.
bool IsLongDouble(hid_t type) {
  size_t sign = 0, exponent = 0, width = 0, significand = 0, bits = 0;
  const size_t size = H5Tget_size(type);
  if (size <= 8 || size > 16 || H5Tget_offset(type) != 0 || H5Tget_ebias(type) != 16383 ||
      H5Tget_fields(type, &sign, &exponent, &width, &significand, &bits) < 0)
    return false;
  const bool fits = width == 15 && significand == 0 && exponent == bits && sign == bits + 15;
  return fits && H5Tget_precision(type) == sign + 1 && sign < 8 * size &&
         (bits == 64 || bits == 112);
}

TypeRecord ClassifyFloat(hid_t type) {
  const size_t size = H5Tget_size(type);
  const bool big = H5Tget_order(type) == H5T_ORDER_BE;
  if (size == 4 && H5Tequal(type, big ? H5T_IEEE_F32BE : H5T_IEEE_F32LE) > 0)
    return Numeric(DType::kFloat32, big);
  if (size == 8 && H5Tequal(type, big ? H5T_IEEE_F64BE : H5T_IEEE_F64LE) > 0)
    return Numeric(DType::kFloat64, big);
  if (size == 2) {
    const TypeId half = Float16Type(big);
    if (H5Tequal(type, half.get()) > 0) return Numeric(DType::kFloat16, big);
  }
  if (IsLongDouble(type)) return Numeric(DType::kLongDouble, big);
  return Unsupported("a floating-point type of " + std::to_string(size) +
                     " bytes that is not IEEE half, single or double");
}

bool SameIgnoringCase(const char* a, const char* b) {
  for (; *a != 0 && *b != 0; a++, b++) {
    if (std::toupper(static_cast<unsigned char>(*a)) != *b) return false;
  }
  return *a == *b;
}

// FALSE = 0 and TRUE = 1 in one byte is how h5py stores booleans.
bool IsBool(hid_t type) {
  if (H5Tget_size(type) != 1 || H5Tget_nmembers(type) != 2) return false;
  for (unsigned i = 0; i < 2; i++) {
    unsigned char value = 0xff;
    if (H5Tget_member_value(type, i, &value) < 0 || value > 1) return false;
    char* name = H5Tget_member_name(type, i);
    const bool fits = name != nullptr && SameIgnoringCase(name, value != 0 ? "TRUE" : "FALSE");
    H5free_memory(name);
    if (!fits) return false;
  }
  return true;
}

TypeRecord ClassifyEnum(hid_t type) {
  if (IsBool(type)) return Numeric(DType::kBool, false);
  const TypeId base(Check(H5Tget_super(type), "looking at an enumeration"));
  return ClassifyInteger(base.get());
}

TypeRecord ClassifyString(hid_t type) {
  TypeRecord record;
  record.kind = TypeRecord::Kind::kString;
  record.variable = H5Tis_variable_str(type) > 0;
  record.size = record.variable ? 0 : H5Tget_size(type);
  record.utf8 = H5Tget_cset(type) == H5T_CSET_UTF8;
  return record;
}

TypeRecord::Field ClassifyField(hid_t type, unsigned index) {
  TypeRecord::Field field;
  char* name = H5Tget_member_name(type, index);
  if (name == nullptr) ThrowStack("looking at a compound type");
  try {
    field.name = name;
  } catch (...) {
    H5free_memory(name);
    throw;
  }
  H5free_memory(name);
  TypeId member(Check(H5Tget_member_type(type, index), "looking at a compound type"));
  if (H5Tget_class(member.get()) == H5T_ARRAY) {
    const int rank = Check(H5Tget_array_ndims(member.get()), "looking at an array type");
    field.dims.resize(static_cast<size_t>(rank));
    Check(H5Tget_array_dims2(member.get(), field.dims.data()), "looking at an array type");
    member = TypeId(Check(H5Tget_super(member.get()), "looking at an array type"));
  }
  const H5T_class_t cls = H5Tget_class(member.get());
  field.type = cls == H5T_ARRAY ? Unsupported("an array of arrays") : Classify(member.get());
  if (field.type.kind == TypeRecord::Kind::kCompound)
    field.type = Unsupported("a compound inside a compound");
  return field;
}

// A compound of two equal floats named r and i is how h5py stores complex numbers.
bool IsComplex(const TypeRecord& record) {
  const auto& f = record.fields;
  return f.size() == 2 && f[0].name == "r" && f[1].name == "i" && f[0].dims.empty() &&
         f[1].dims.empty() && f[0].type.kind == TypeRecord::Kind::kNumeric &&
         f[1].type.kind == TypeRecord::Kind::kNumeric && f[0].type.dtype == f[1].type.dtype &&
         f[0].type.bigEndian == f[1].type.bigEndian &&
         (f[0].type.dtype == DType::kFloat32 || f[0].type.dtype == DType::kFloat64);
}

TypeRecord ClassifyCompound(hid_t type) {
  const int count = Check(H5Tget_nmembers(type), "looking at a compound type");
  if (count > kMaxFields) return Unsupported("a compound of " + std::to_string(count) + " fields");
  TypeRecord record;
  record.kind = TypeRecord::Kind::kCompound;
  for (int i = 0; i < count; i++)
    record.fields.push_back(ClassifyField(type, static_cast<unsigned>(i)));
  if (!IsComplex(record)) return record;
  const auto& part = record.fields[0].type;
  return Numeric(part.dtype == DType::kFloat32 ? DType::kComplex64 : DType::kComplex128,
                 part.bigEndian);
}

}  // namespace

TypeRecord Classify(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return ClassifyInteger(type);
    case H5T_FLOAT:
      return ClassifyFloat(type);
    case H5T_ENUM:
      return ClassifyEnum(type);
    case H5T_STRING:
      return ClassifyString(type);
    case H5T_COMPOUND:
      return ClassifyCompound(type);
    case H5T_REFERENCE: {
      if (H5Tequal(type, H5T_STD_REF_OBJ) <= 0) return Unsupported("a reference to a region");
      TypeRecord record;
      record.kind = TypeRecord::Kind::kReference;
      return record;
    }
    case H5T_OPAQUE:
      return Unsupported("opaque bytes");
    case H5T_BITFIELD:
      return Unsupported("a bit field");
    case H5T_TIME:
      return Unsupported("a time");
    case H5T_VLEN:
      return Unsupported("sequences of varying length");
    case H5T_ARRAY:
      return Unsupported("an array type");
    default:
      return Unsupported("an unknown datatype");
  }
}

std::string Describe(const TypeRecord& type) {
  switch (type.kind) {
    case TypeRecord::Kind::kNumeric:
      return InfoOf(type.dtype).name;
    case TypeRecord::Kind::kString:
      return type.variable ? "variable-length text"
                           : "text of " + std::to_string(type.size) + " bytes";
    case TypeRecord::Kind::kCompound:
      return "records";
    case TypeRecord::Kind::kReference:
      return "references";
    default:
      return type.description;
  }
}

}  // namespace anndata::h5
