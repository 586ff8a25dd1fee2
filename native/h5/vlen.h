// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <vector>

#include "h5/global_heap.h"

namespace anndata::h5 {

// Registers with libhdf5 how texts of variable length are read, in place of its own way (see
// GlobalHeap), once a process. Under the lock.
void RegisterTextConversion();

// Says where texts that libhdf5 meets while this lives go: memory of ours, counted, refused past a
// limit. Reading them without one fails. On one thread, under the lock.
class VlenReading {
 public:
  VlenReading(GlobalHeap& heap, uint64_t limit) : VlenReading(&heap, limit) {}
  // For calls that are not to read text but may stumble over a fill value: all texts are null.
  static VlenReading None() { return VlenReading(nullptr, 0); }
  // For calls after which the library has the texts, and frees them: fill values.
  static VlenReading Given(GlobalHeap& heap, uint64_t limit) {
    return VlenReading(&heap, limit, true);
  }
  ~VlenReading();
  VlenReading(const VlenReading&) = delete;
  VlenReading& operator=(const VlenReading&) = delete;

  static VlenReading* current();

  // Turns `n` references as they stand in a file, each `size` bytes, `from` apart, into pointers,
  // `to` apart; both may be in the same place, as pointers are smaller. False when that failed.
  bool Convert(const unsigned char* source, size_t from, size_t size, unsigned char* target,
               size_t to, size_t n) noexcept;
  // Whether the limit was reached.
  bool refused() const { return refused_; }
  uint64_t taken() const { return taken_; }
  // After a call failed: throws when it was because of a text.
  void Rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  VlenReading(GlobalHeap* heap, uint64_t limit, bool given = false);
  const char* Text(const unsigned char* reference, size_t size);
  char* Take(uint64_t bytes);

  GlobalHeap* heap_;
  uint64_t left_;
  bool given_;
  VlenReading* before_;
  uint64_t taken_ = 0;
  bool refused_ = false;
  std::exception_ptr failure_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;
  size_t room_ = 0;
};

}  // namespace anndata::h5
