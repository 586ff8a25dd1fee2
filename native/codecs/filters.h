// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

// Our codecs as HDF5 filters, compatible with h5py's and hdf5plugin's: LZF 32000, Blosc 32001, LZ4
// 32004, Zstandard 32015. While a chunk is decoded, ExpectedChunk (codecs/expected.h) must be in
// force.
namespace anndata {

struct CodecInfo {
  std::string name;     // as in versions()
  std::string version;  // "disabled" when built without
  int filter;           // HDF5's filter id; 0 when it is not registered there
};

// Every codec this source knows, built in or not.
std::vector<CodecInfo> Codecs();

// Registers the filters with libhdf5, once a process is enough. Call with the HDF5 lock held.
// Throws std::runtime_error when the library refuses one.
void RegisterFilters();

}  // namespace anndata
