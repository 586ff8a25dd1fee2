// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "h5/file.h"

namespace anndata::h5 {

// One field of an array to create; a plain array has one, without a name.
struct FieldSpec {
  std::string name;
  bool text = false;
  DType dtype = DType::kInt8;
  std::vector<hsize_t> dims;
};

struct FilterSpec {
  int id = 0;
  std::vector<unsigned> params;
};

struct ArraySpec {
  bool compound = false;
  std::vector<FieldSpec> fields;
  bool null = false;
  std::vector<hsize_t> shape;
  std::vector<hsize_t> maxShape;  // H5S_UNLIMITED for no limit
  std::vector<hsize_t> chunks;    // empty: contiguous
  std::vector<FilterSpec> filters;
};

// For names in UTF-8. Under the lock.
PropsId LinkCreation();

// `largeAttrs`: attributes of more than 64 KiB can be written to the group. Takes the lock.
void CreateGroup(File& file, const std::string& key, bool largeAttrs);

// Takes the lock.
void CreateArray(File& file, const std::string& key, const ArraySpec& spec);

}  // namespace anndata::h5
