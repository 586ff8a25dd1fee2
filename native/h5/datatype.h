// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "h5/dtype.h"

namespace anndata::h5 {

// What a stored datatype is; see NativeType in lib/native.ts.
struct TypeRecord {
  enum class Kind { kNumeric, kString, kCompound, kReference, kUnsupported };
  struct Field;

  Kind kind = Kind::kUnsupported;
  DType dtype = DType::kInt8;
  bool bigEndian = false;
  bool variable = false;  // strings
  size_t size = 0;        // of fixed-length strings
  bool utf8 = false;
  std::vector<Field> fields;  // compounds
  std::string description;    // what it is, when it is unsupported
};

struct TypeRecord::Field {
  std::string name;
  TypeRecord type;
  std::vector<hsize_t> dims;
};

// Under the lock.
TypeRecord Classify(hid_t type);

// A short name for messages: "int32", "variable-length text", "an opaque type" …
std::string Describe(const TypeRecord& type);

}  // namespace anndata::h5
