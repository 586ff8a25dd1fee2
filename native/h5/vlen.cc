// SPDX-License-Identifier: BSD-3-Clause

#include "h5/vlen.h"

#include <cstring>
#include <new>

#include "codecs/byte_order.h"
#include "h5/error.h"

namespace anndata::h5 {
namespace {

constexpr size_t kBlock = 256 * 1024;

thread_local VlenReading* innermost = nullptr;

// Types in memory have the size of a pointer, those in a file never.
bool IsReading(hid_t source, hid_t target) {
  return H5Tget_size(source) != sizeof(char*) && H5Tget_size(target) == sizeof(char*);
}

// libhdf5 asks this one first for every conversion between types of varying length. Writing text is
// left to the library. Sequences are never read, and come out as nothing where they have to be.
herr_t ConvertVlen(hid_t source, hid_t target, H5T_cdata_t* data, size_t n, size_t stride, size_t,
                   void* buffer, void*, hid_t) {
  if (data->command == H5T_CONV_FREE) return 0;
  const bool text = H5Tis_variable_str(source) > 0 && H5Tis_variable_str(target) > 0;
  if (data->command == H5T_CONV_INIT) {
    data->need_bkg = H5T_BKG_NO;
    return text && !IsReading(source, target) ? -1 : 0;
  }
  VlenReading* reading = VlenReading::current();
  const size_t size = H5Tget_size(source);
  const size_t room = H5Tget_size(target);
  auto* bytes = static_cast<unsigned char*>(buffer);
  if (!text) {
    for (size_t i = 0; i < n; i++) std::memset(bytes + i * (stride != 0 ? stride : room), 0, room);
    return 0;
  }
  const bool fine = reading != nullptr && reading->Convert(bytes, stride != 0 ? stride : size, size,
                                                           bytes, stride != 0 ? stride : room, n);
  return fine ? 0 : -1;
}

}  // namespace

void RegisterTextConversion() {
  const TypeId text(Check(H5Tcopy(H5T_C_S1), "preparing to read text"));
  Check(H5Tset_size(text.get(), H5T_VARIABLE), "preparing to read text");
  Check(H5Tregister(H5T_PERS_SOFT, "anndata-vlen", text.get(), text.get(), ConvertVlen),
        "preparing to read text");
}

VlenReading::VlenReading(GlobalHeap* heap, uint64_t limit, bool given)
    : heap_(heap), left_(limit), given_(given), before_(innermost) {
  innermost = this;
}

VlenReading::~VlenReading() { innermost = before_; }

VlenReading* VlenReading::current() { return innermost; }

bool VlenReading::Convert(const unsigned char* source, size_t from, size_t size,
                          unsigned char* target, size_t to, size_t n) noexcept {
  try {
    // The sum first, before anything is copied: a bomb is to cost nothing.
    uint64_t total = 0;
    for (size_t i = 0; heap_ != nullptr && i < n; i++) total += LoadLittle32(source + i * from);
    if (total > left_) {
      refused_ = true;
      return false;
    }
    for (size_t i = 0; i < n; i++) {
      const char* text = Text(source + i * from, size);
      std::memcpy(target + i * to, &text, sizeof text);
    }
    return true;
  } catch (...) {
    failure_ = std::current_exception();
    return false;
  }
}

const char* VlenReading::Text(const unsigned char* reference, size_t size) {
  if (heap_ == nullptr) return nullptr;
  const HeapReference place(reference, size);
  if (place.empty()) return nullptr;
  const uint8_t* bytes = heap_->Find(place);
  char* copy = Take(static_cast<uint64_t>(place.length) + 1);
  std::memcpy(copy, bytes, place.length);
  copy[place.length] = 0;
  return copy;
}

char* VlenReading::Take(uint64_t bytes) {
  if (bytes > left_) {
    refused_ = true;
    throw Failure("ERR_LIMIT", "the text takes too much memory");
  }
  left_ -= bytes;
  taken_ += bytes;
  if (given_) {
    void* room = H5allocate_memory(static_cast<size_t>(bytes), false);
    if (room == nullptr) throw std::bad_alloc();
    return static_cast<char*>(room);
  }
  if (bytes > kBlock / 4) {  // one of its own; the current block stays in use
    blocks_.emplace_back(new char[static_cast<size_t>(bytes)]);
    return blocks_.back().get();
  }
  if (bytes > room_) {
    blocks_.emplace_back(new char[kBlock]);
    at_ = blocks_.back().get();
    room_ = kBlock;
  }
  char* result = at_;
  at_ += bytes;
  room_ -= static_cast<size_t>(bytes);
  return result;
}

}  // namespace anndata::h5
