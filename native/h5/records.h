// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "h5/datatype.h"

namespace anndata::h5 {

// Plain records of a file's metadata, made on our threads and turned into JS objects later; see
// lib/native.ts.

struct AttrValue {
  enum class Kind {
    kNull,
    kText,
    kTexts,
    kBool,
    kInt,
    kUint,
    kFloat,
    kArray,
    kReference,
    kUnsupported
  };
  Kind kind = Kind::kNull;
  std::string text;  // kText; kReference: the key; kUnsupported: what it is
  std::vector<std::string> texts;
  int64_t integer = 0;  // kBool, kInt
  uint64_t natural = 0;
  double real = 0;
  ArrayKind array = ArrayKind::kInt8;
  std::vector<unsigned char> bytes;
};

struct AttrRecord {
  std::string name;
  TypeRecord type;
  bool null = false;
  std::vector<hsize_t> shape;
  AttrValue value;
};

struct FilterRecord {
  int id = 0;
  std::string name;
  std::vector<unsigned> params;
  bool optional = true;  // chunks may be stored without it
  bool available = false;
};

struct NodeRecord {
  enum class Kind { kGroup, kArray, kRefused };
  Kind kind = Kind::kRefused;
  std::string name;
  std::vector<AttrRecord> attrs;
  bool walked = false;  // groups: children are listed
  std::vector<NodeRecord> children;
  TypeRecord type;
  bool null = false;
  std::vector<hsize_t> shape;
  std::vector<hsize_t> maxShape;
  const char* layout = "contiguous";
  std::vector<hsize_t> chunks;
  std::vector<FilterRecord> filters;
  hsize_t storedBytes = 0;
  bool unsafe = false;
  std::string reason;
};

}  // namespace anndata::h5
