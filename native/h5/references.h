// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <string>
#include <unordered_map>

namespace anndata::h5 {

// Keys of objects by their address, for object references. The file is walked once, when first
// asked. Under the lock.
class References {
 public:
  References(hid_t file, size_t maxObjects) : file_(file), maxObjects_(maxObjects) {}

  // One key that leads to the object (the shortest), or ''.
  std::string KeyOf(haddr_t address);

 private:
  void Build();

  hid_t file_;
  size_t maxObjects_;
  bool built_ = false;
  std::unordered_map<haddr_t, std::string> keys_;
};

}  // namespace anndata::h5
