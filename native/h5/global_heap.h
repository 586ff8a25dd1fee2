// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "failure.h"

namespace anndata::h5 {

// What a file has in the place of a text of variable length: the text's length, the address of its
// heap, its index there.
struct HeapReference {
  // `size`: bytes of the reference. Throws ERR_INVALID_FILE when it leads past 2^64.
  HeapReference(const uint8_t* from, size_t size);

  // Whether it stands for an empty text, which lies nowhere.
  bool empty() const { return address == 0 || length == 0; }

  uint32_t length = 0;
  uint32_t index = 0;
  uint64_t address = 0;
};

// The global heaps of a file, where texts of variable length lie. Read by us: libhdf5 copies a heap
// object, however long it is, into a buffer of the length the reference claims. For one thread at a
// time.
class GlobalHeap {
 public:
  // `object`: any id in the file, valid as long as this lives.
  explicit GlobalHeap(hid_t object) : object_(object) {}
  GlobalHeap(const GlobalHeap&) = delete;
  GlobalHeap& operator=(const GlobalHeap&) = delete;

  // The first `reference.length` bytes of an object, valid until the next call. Throws
  // ERR_INVALID_FILE when there are not as many.
  const uint8_t* Find(const HeapReference& reference);

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
    uint64_t address = 0;
    uint64_t size = 0;
    const uint8_t* bytes = nullptr;
    std::vector<Part> objects;  // ordered by index
    std::vector<uint8_t> held;  // the bytes, unless they were read ahead
  };

  static bool Before(const Part& a, const Part& b) { return a.index < b.index; }

  const Collection& Load(uint64_t address);
  bool ReadAhead(uint64_t address);
  bool IsAhead(uint64_t address) const;
  void FillAhead(uint64_t address);
  void Hold(Collection& collection);
  uint64_t SizeOf(uint64_t address, const uint8_t* head) const;
  void Parse(Collection& collection) const;

  hid_t object_;
  int descriptor_ = -1;
  uint64_t base_ = 0;
  uint64_t file_bytes_ = 0;
  size_t length_bytes_ = 8;
  // Those that followed no other: they may be asked for in any order.
  std::unordered_map<uint64_t, Collection> collections_;
  uint64_t held_ = 0;
  uint64_t loaded_ = 0;
  // Texts mostly follow one another, and so do their heaps, which are read many at a time then and
  // not kept.
  std::unique_ptr<uint8_t[]> ahead_;
  uint64_t ahead_from_ = 0;
  size_t ahead_bytes_ = 0;
  uint64_t read_ahead_ = 0, parsed_ahead_ = 0;  // bytes in all
  Collection following_;
  const Collection* last_ = nullptr;  // the one used last
};

}  // namespace anndata::h5
