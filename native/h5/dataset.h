// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "h5/file.h"

namespace anndata::h5 {

// A part of a dataset.
struct Box {
  std::vector<hsize_t> start;
  std::vector<hsize_t> count;
};

// Memory of a typed array. Not owned.
struct Span {
  ArrayKind kind;
  unsigned char* data;
  size_t bytes;
};

// Text as Arrow has it.
struct Text {
  std::vector<int64_t> offsets{0};
  std::vector<char> bytes;
};

// Writing. These take the lock; long ones give it away between pieces. They throw
// ERR_KEY_NOT_FOUND, ERR_UNSAFE_FILE, ERR_UNSUPPORTED_FILTER, ERR_UNSUPPORTED_TYPE, ERR_LIMIT,
// ERR_INVALID_FILE, ERR_ARGUMENT, ERR_IO, ERR_HDF5.

void WriteTexts(File& file, const std::string& key, const std::string& field, const Box& box,
                const Text& text);

}  // namespace anndata::h5
