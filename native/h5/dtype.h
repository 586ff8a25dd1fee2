// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

#include "h5/handle.h"

namespace anndata::h5 {

// Element types of numbers, as in lib/arrays/dtype.ts; kLongDouble is read only.
enum class DType {
  kBool,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kFloat16,
  kFloat32,
  kFloat64,
  kComplex64,
  kComplex128,
  kLongDouble,
};

// The typed arrays numbers lie in.
enum class ArrayKind {
  kInt8,
  kUint8,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kInt64,
  kUint64,
  kFloat32,
  kFloat64
};

struct DTypeInfo {
  const char* name;
  ArrayKind array;      // in memory
  size_t memoryBytes;   // an element in that array, both parts of a complex number
  size_t libraryBytes;  // an element as libhdf5 hands it over: differs for float16 only
};

const DTypeInfo& InfoOf(DType dtype);
const char* NameOf(ArrayKind kind);

// Throws ERR_ARGUMENT for a name that is none.
DType DTypeByName(const std::string& name);

// The datatype libhdf5 converts to and from in memory. Bool is the enum of int8 that h5py uses.
// Under the lock.
TypeId MemoryType(DType dtype);

// The datatype numbers of that dtype are stored as in files we write (little-endian). Under the
// lock.
TypeId FileType(DType dtype);

// IEEE half precision, little- or big-endian. Under the lock.
TypeId Float16Type(bool bigEndian);

// Variable-length UTF-8, as h5py writes it. Under the lock.
TypeId StringType();

}  // namespace anndata::h5
