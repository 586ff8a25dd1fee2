// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <cstdint>

namespace anndata::h5 {

// Our own file driver: like the library's plain one, but it can be asked where raw data lie instead
// of reading or writing them. So the library's index says where a chunk is or will be, and its
// bytes are moved outside the lock, by any thread.

// Makes an access list use it, or the library's own driver where the system has no positioned
// reads and writes. Under the lock.
void UseFileDriver(hid_t access);

// The descriptor of a file opened with it; -1 for one opened otherwise. Under the lock.
int DriverDescriptor(hid_t file);

// While one of these lives on a thread, raw data that the library asks the driver for on that
// thread are not read, or those at `data` not written; where they lie is noted. Under the lock.
class Locating {
 public:
  Locating() : Locating(nullptr) {}
  explicit Locating(const void* data);
  ~Locating();
  Locating(const Locating&) = delete;
  Locating& operator=(const Locating&) = delete;

  // Whether exactly one piece was asked for.
  bool found() const { return requests_ == 1; }
  uint64_t address() const { return address_; }
  uint64_t bytes() const { return bytes_; }
  // What is to be written; null for reading.
  const void* data() const { return data_; }

  void Note(uint64_t address, uint64_t bytes) {
    requests_++;
    address_ = address;
    bytes_ = bytes;
  }

 private:
  const void* data_;
  unsigned requests_ = 0;
  uint64_t address_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace anndata::h5
