// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <cstdint>

namespace anndata::h5 {

// Our own file driver for reading: like the library's plain one, but it can be asked where data lie
// instead of reading them. So the library's index says where a chunk is, and the chunk is read
// outside the lock, by any thread, from whatever disk. Files that are written use the library's
// driver.

// Makes an access list use it, or the library's own driver where the system has no positioned
// reads. Under the lock.
void UseReadDriver(hid_t access);

// The descriptor of a file opened with it; -1 for one opened otherwise. Under the lock.
int ReadDriverDescriptor(hid_t file);

// While one of these lives on a thread, raw data that the library asks the driver for on that
// thread are not read; where they lie is noted. Under the lock.
class Locating {
 public:
  Locating();
  ~Locating();
  Locating(const Locating&) = delete;
  Locating& operator=(const Locating&) = delete;

  // Whether exactly one piece was asked for.
  bool found() const { return requests_ == 1; }
  uint64_t address() const { return address_; }
  uint64_t bytes() const { return bytes_; }

  void Note(uint64_t address, uint64_t bytes) {
    requests_++;
    address_ = address;
    bytes_ = bytes;
  }
  // The one alive on this thread, or null.
  static Locating* current();

 private:
  unsigned requests_ = 0;
  uint64_t address_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace anndata::h5
