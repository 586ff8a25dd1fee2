// SPDX-License-Identifier: BSD-3-Clause

#include "h5/vlen.h"

#include <map>
#include <new>

#include "h5/checked.h"
#include "h5/error.h"

namespace anndata::h5 {
namespace {

constexpr size_t kBlock = 256 * 1024;
// A stored text: its length (4 bytes), then the address and index of its heap object.
constexpr size_t kLengthBytes = 4;
constexpr size_t kMaxReferenceBytes = 64;

// A conversion that leaves the bytes as they are in the file. libhdf5 takes it for variable-length
// text read as opaque bytes, for which it has no conversion of its own.
herr_t KeepBytes(hid_t source, hid_t target, H5T_cdata_t* data, size_t, size_t, size_t, void*,
                 void*, hid_t) {
  if (data->command != H5T_CONV_INIT) return 0;
  data->need_bkg = H5T_BKG_NO;
  return H5Tis_variable_str(source) > 0 && H5Tget_class(target) == H5T_OPAQUE ? 0 : -1;
}

void RegisterKeepBytes(hid_t opaque) {
  static bool registered = false;  // guarded by the lock
  if (registered) return;
  const TypeId text(Check(H5Tcopy(H5T_C_S1), "preparing to read text"));
  Check(H5Tset_size(text.get(), H5T_VARIABLE), "preparing to read text");
  Check(H5Tregister(H5T_PERS_SOFT, "anndata-keep-bytes", text.get(), opaque, KeepBytes),
        "preparing to read text");
  registered = true;
}

// An opaque type of that size; kept, as every attribute of text asks for it. 16 in all but odd
// files.
hid_t OpaqueType(size_t size) {
  static std::map<size_t, hid_t> types;  // guarded by the lock; never closed
  const auto found = types.find(size);
  if (found != types.end()) return found->second;
  TypeId type(Check(H5Tcreate(H5T_OPAQUE, size), "preparing to read text"));
  RegisterKeepBytes(type.get());
  types.emplace(size, type.get());
  return type.Release();
}

}  // namespace

uint64_t VlenAttrBytes(hid_t attr, uint64_t n) {
  if (n == 0) return 0;
  const size_t size = H5Aget_storage_size(attr) / n;
  if (size < kLengthBytes || size > kMaxReferenceBytes) {
    throw Failure("ERR_INVALID_FILE",
                  "an attribute of text has references of " + std::to_string(size) + " bytes");
  }
  std::vector<unsigned char> raw(Multiply(n, size));
  Check(H5Aread(attr, OpaqueType(size), raw.data()), "reading an attribute");
  uint64_t total = 0;
  for (uint64_t i = 0; i < n; i++) {
    const unsigned char* s = raw.data() + i * size;
    total += s[0] | s[1] << 8 | s[2] << 16 | static_cast<uint32_t>(s[3]) << 24;
  }
  return total;
}

void VlenArena::Attach(hid_t transfer) {
  Check(H5Pset_vlen_mem_manager(transfer, Allocate, this, Free, nullptr), "preparing to read text");
}

void* VlenArena::Allocate(size_t bytes, void* arena) {
  return static_cast<VlenArena*>(arena)->Take(bytes);
}

void* VlenArena::Take(size_t bytes) {
  bytes = (bytes + 15) / 16 * 16;
  if (bytes > left_) {
    refused_ = true;
    return nullptr;
  }
  if (bytes > room_) {
    const size_t block = bytes > kBlock / 4 ? bytes : kBlock;
    char* memory = new (std::nothrow) char[block];
    if (memory == nullptr) return nullptr;
    try {
      blocks_.emplace_back(memory);
    } catch (...) {
      delete[] memory;
      return nullptr;
    }
    if (block == bytes) {  // a large one of its own; the current block stays in use
      left_ -= bytes;
      return memory;
    }
    at_ = memory;
    room_ = block;
  }
  void* result = at_;
  at_ += bytes;
  room_ -= bytes;
  left_ -= bytes;
  return result;
}

}  // namespace anndata::h5
