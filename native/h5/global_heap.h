// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "failure.h"

namespace anndata::h5 {

// The global heaps of a file, where texts of variable length lie. Read by us: libhdf5 copies a heap
// object, however long it is, into a buffer of the length the reference claims. For one thread at a
// time.
class GlobalHeap {
 public:
  // `object`: any id in the file, valid as long as this lives.
  explicit GlobalHeap(hid_t object) : object_(object) {}

  // The first `length` bytes of an object, valid until the next call. Throws ERR_INVALID_FILE when
  // there are not as many.
  const unsigned char* Find(uint64_t address, uint32_t index, size_t length);

  // Asks the library where the heaps are; before the first Find, and the only part that needs the
  // lock.
  void Open();

  // Bytes of the file.
  uint64_t file_bytes();

 private:
  struct Part {
    uint32_t index = 0;
    size_t at = 0;
    size_t size = 0;
  };
  struct Collection {
    std::vector<unsigned char> bytes;
    std::vector<Part> objects;  // ordered by index
  };

  static bool Before(const Part& a, const Part& b) { return a.index < b.index; }

  const Collection& Load(uint64_t address);
  const Collection& Read(uint64_t address);
  Collection Parse(std::vector<unsigned char> bytes);

  hid_t object_;
  int descriptor_ = -1;
  uint64_t base_ = 0;
  uint64_t file_bytes_ = 0;
  size_t length_bytes_ = 8;
  uint64_t held_ = 0;
  uint64_t loaded_ = 0;
  std::unordered_map<uint64_t, Collection> collections_;
  std::vector<Part> parsed_;  // of the collection read last
  // The one used last, as texts mostly follow one another.
  const Collection* last_ = nullptr;
  uint64_t last_address_ = 0;
};

}  // namespace anndata::h5
