// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace anndata::h5 {

// Looks at a path before libhdf5 does, for errors that name what the system said. Returns the
// file's size. Throws ERR_FILE_NOT_FOUND, ERR_IO (not allowed, a folder, a pipe …) or ERR_NOT_HDF5.
uint64_t Preflight(const std::string& path);

// Throws ERR_IO when something is at `path`, or its folder is missing or closed to us.
void PreflightCreate(const std::string& path);

// Reads exactly `n` bytes at a position, leaving the descriptor's own where it is. Throws ERR_IO,
// ERR_INVALID_FILE when the file ends before.
void ReadAt(int descriptor, uint64_t position, void* to, size_t n);

// Writes `n` bytes at a position; false when the system refuses, which errno then tells.
bool WriteAll(int descriptor, uint64_t position, const void* from, size_t n);

// The same; throws ERR_IO.
void WriteAt(int descriptor, uint64_t position, const void* from, size_t n);

// Marks a descriptor close-on-exec: a child process must inherit neither it nor its lock.
void CloseOnExec(int descriptor);

// Puts an empty unlinked temporary file in the place of `descriptor`, so that what the library
// still writes to it goes nowhere. Returns false when the system has no way to do so.
bool Disconnect(int descriptor);

}  // namespace anndata::h5
