// SPDX-License-Identifier: BSD-3-Clause

#include "h5/dtype.h"

#include "h5/error.h"

namespace anndata::h5 {
namespace {

constexpr DTypeInfo kInfos[] = {
    {"bool", ArrayKind::kUint8, 1, 1},         {"int8", ArrayKind::kInt8, 1, 1},
    {"int16", ArrayKind::kInt16, 2, 2},        {"int32", ArrayKind::kInt32, 4, 4},
    {"int64", ArrayKind::kInt64, 8, 8},        {"uint8", ArrayKind::kUint8, 1, 1},
    {"uint16", ArrayKind::kUint16, 2, 2},      {"uint32", ArrayKind::kUint32, 4, 4},
    {"uint64", ArrayKind::kUint64, 8, 8},      {"float16", ArrayKind::kFloat32, 4, 2},
    {"float32", ArrayKind::kFloat32, 4, 4},    {"float64", ArrayKind::kFloat64, 8, 8},
    {"complex64", ArrayKind::kFloat32, 8, 8},  {"complex128", ArrayKind::kFloat64, 16, 16},
    {"longdouble", ArrayKind::kFloat64, 8, 8},
};

TypeId Copy(hid_t type) { return TypeId(Check(H5Tcopy(type), "copying a datatype")); }

TypeId BoolType() {
  TypeId type(Check(H5Tenum_create(H5T_STD_I8LE), "making the boolean type"));
  for (signed char value : {0, 1}) {
    Check(H5Tenum_insert(type.get(), value ? "TRUE" : "FALSE", &value), "making the boolean type");
  }
  return type;
}

TypeId ComplexType(hid_t part) {
  const size_t size = H5Tget_size(part);
  TypeId type(Check(H5Tcreate(H5T_COMPOUND, 2 * size), "making a complex type"));
  Check(H5Tinsert(type.get(), "r", 0, part), "making a complex type");
  Check(H5Tinsert(type.get(), "i", size, part), "making a complex type");
  return type;
}

}  // namespace

const DTypeInfo& InfoOf(DType dtype) { return kInfos[static_cast<size_t>(dtype)]; }

const char* NameOf(ArrayKind kind) {
  static constexpr const char* kNames[] = {
      "Int8Array",   "Uint8Array",    "Int16Array",     "Uint16Array",  "Int32Array",
      "Uint32Array", "BigInt64Array", "BigUint64Array", "Float32Array", "Float64Array"};
  return kNames[static_cast<size_t>(kind)];
}

DType DTypeByName(const std::string& name) {
  for (size_t i = 0; i < static_cast<size_t>(DType::kLongDouble); i++) {
    if (name == kInfos[i].name) return static_cast<DType>(i);
  }
  throw Failure("ERR_ARGUMENT", "there is no dtype " + Quote(name));
}

TypeId Float16Type(bool bigEndian) {
  TypeId type = Copy(bigEndian ? H5T_IEEE_F32BE : H5T_IEEE_F32LE);
  // The fields first: the size must not shrink below what they span.
  Check(H5Tset_fields(type.get(), 15, 10, 5, 0, 10), "making the half-precision type");
  Check(H5Tset_precision(type.get(), 16), "making the half-precision type");
  Check(H5Tset_size(type.get(), 2), "making the half-precision type");
  Check(H5Tset_ebias(type.get(), 15), "making the half-precision type");
  return type;
}

TypeId StringType() {
  TypeId type = Copy(H5T_C_S1);
  Check(H5Tset_size(type.get(), H5T_VARIABLE), "making the string type");
  Check(H5Tset_cset(type.get(), H5T_CSET_UTF8), "making the string type");
  return type;
}

TypeId MemoryType(DType dtype) {
  switch (dtype) {
    case DType::kBool:
      return BoolType();
    case DType::kInt8:
      return Copy(H5T_NATIVE_INT8);
    case DType::kInt16:
      return Copy(H5T_NATIVE_INT16);
    case DType::kInt32:
      return Copy(H5T_NATIVE_INT32);
    case DType::kInt64:
      return Copy(H5T_NATIVE_INT64);
    case DType::kUint8:
      return Copy(H5T_NATIVE_UINT8);
    case DType::kUint16:
      return Copy(H5T_NATIVE_UINT16);
    case DType::kUint32:
      return Copy(H5T_NATIVE_UINT32);
    case DType::kUint64:
      return Copy(H5T_NATIVE_UINT64);
    case DType::kFloat16:
      return Float16Type(H5Tget_order(H5T_NATIVE_FLOAT) == H5T_ORDER_BE);
    case DType::kFloat32:
      return Copy(H5T_NATIVE_FLOAT);
    case DType::kFloat64:
    case DType::kLongDouble:
      return Copy(H5T_NATIVE_DOUBLE);
    case DType::kComplex64:
      return ComplexType(H5T_NATIVE_FLOAT);
    case DType::kComplex128:
      return ComplexType(H5T_NATIVE_DOUBLE);
  }
  throw Failure("ERR_ARGUMENT", "unknown dtype");
}

TypeId FileType(DType dtype) {
  switch (dtype) {
    case DType::kInt8:
      return Copy(H5T_STD_I8LE);
    case DType::kInt16:
      return Copy(H5T_STD_I16LE);
    case DType::kInt32:
      return Copy(H5T_STD_I32LE);
    case DType::kInt64:
      return Copy(H5T_STD_I64LE);
    case DType::kUint8:
      return Copy(H5T_STD_U8LE);
    case DType::kUint16:
      return Copy(H5T_STD_U16LE);
    case DType::kUint32:
      return Copy(H5T_STD_U32LE);
    case DType::kUint64:
      return Copy(H5T_STD_U64LE);
    case DType::kFloat16:
      return Float16Type(false);
    case DType::kFloat32:
      return Copy(H5T_IEEE_F32LE);
    case DType::kFloat64:
      return Copy(H5T_IEEE_F64LE);
    case DType::kComplex64:
      return ComplexType(H5T_IEEE_F32LE);
    case DType::kComplex128:
      return ComplexType(H5T_IEEE_F64LE);
    default:
      return MemoryType(dtype);
  }
}

}  // namespace anndata::h5
