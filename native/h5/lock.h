// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace anndata::h5 {

// Held around every call of libhdf5 in the process, whether the library is thread-safe or not.
// First come, first served, so that a file read in many short calls cannot starve another one. Not
// recursive.
//
// The first one taken on a thread also sets libhdf5 up: once per process, and its error stack per
// thread.
class LibraryLock {
 public:
  LibraryLock();
  ~LibraryLock();
  LibraryLock(const LibraryLock&) = delete;
  LibraryLock& operator=(const LibraryLock&) = delete;

  // Lets those who wait go first.
  void Yield();
};

}  // namespace anndata::h5
