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

// All of these take the lock; long ones give it away between pieces. They throw ERR_KEY_NOT_FOUND,
// ERR_UNSAFE_FILE, ERR_UNSUPPORTED_FILTER, ERR_UNSUPPORTED_TYPE, ERR_LIMIT, ERR_INVALID_FILE,
// ERR_ARGUMENT, ERR_IO, ERR_HDF5.

// Reads numbers; `dest` must be of the kind and size that fit the dtype and the box. `field`: ''
// unless a compound.
void ReadNumbers(File& file, const std::string& key, const std::string& field, const Box& box,
                 Span dest);

// Reads integers of any width into an Int32Array or Float64Array, refusing those below `min` and
// past 2^53. False when one does not fit into an Int32Array.
bool ReadIndices(File& file, const std::string& key, const std::string& field, const Box& box,
                 int64_t min, Span dest);

// Reads text, of any kind of storage; refuses more than `maxBytes` and invalid UTF-8.
Text ReadTexts(File& file, const std::string& key, const std::string& field, const Box& box,
               uint64_t maxBytes);

void WriteNumbers(File& file, const std::string& key, const std::string& field, const Box& box,
                  Span data);

void WriteTexts(File& file, const std::string& key, const std::string& field, const Box& box,
                const Text& text);

}  // namespace anndata::h5
