// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <memory>
#include <string>

#include "h5/dataset_cache.h"

namespace anndata::h5 {

// One open file. Used by one thread at a time (its strand); every method takes the lock itself
// unless it says otherwise.
class File {
 public:
  // Read-only. Throws ERR_FILE_NOT_FOUND, ERR_NOT_HDF5, ERR_IO, ERR_HDF5.
  static std::unique_ptr<File> Open(const std::string& path);
  // A new file; throws ERR_IO when something is there already.
  static std::unique_ptr<File> Create(const std::string& path);

  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  const std::string& path() const { return path_; }
  bool writable() const { return writable_; }
  bool open() const { return id_ >= 0; }
  // Bytes the file had when it was opened.
  uint64_t bytes() const { return bytes_; }

  // Throws ERR_CLOSED.
  hid_t id() const;
  // Recently used datasets, so that reading slice by slice opens and checks once. Under the lock.
  DatasetCache& datasets() { return datasets_; }

  // Flushes and closes. Idempotent. When it throws, Abandon still works.
  void Close();
  // Closes without caring for what was not written. Idempotent, never throws.
  void Abandon() noexcept;

 private:
  File(std::string path, bool writable) : path_(std::move(path)), writable_(writable) {}

  std::string path_;
  bool writable_;
  hid_t id_ = -1;
  uint64_t bytes_ = 0;
  DatasetCache datasets_;
};

}  // namespace anndata::h5
