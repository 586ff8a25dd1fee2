// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace anndata::h5 {

// Bytes the variable-length texts of an attribute take, found without reading them: H5Aread
// allocates without asking, and many references to one large heap object are a bomb. Under the
// lock.
uint64_t VlenAttrBytes(hid_t attr, uint64_t n);

// Memory for variable-length data, given to libhdf5 instead of malloc: counted, and refused past a
// limit.
class VlenArena {
 public:
  explicit VlenArena(uint64_t limit) : left_(limit) {}

  // Makes a transfer list allocate here.
  void Attach(hid_t transfer);
  // Whether an allocation was refused.
  bool refused() const { return refused_; }

 private:
  static void* Allocate(size_t bytes, void* arena);
  static void Free(void*, void*) {}
  void* Take(size_t bytes);

  uint64_t left_;
  bool refused_ = false;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;
  size_t room_ = 0;
};

}  // namespace anndata::h5
