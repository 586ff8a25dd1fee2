// SPDX-License-Identifier: BSD-3-Clause

#include "h5/global_heap.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "h5/error.h"
#include "h5/preflight.h"

namespace anndata::h5 {
namespace {

constexpr uint64_t kMaxHeld = 64u << 20;
// Collections up to this size may be read as often as there are texts in them.
constexpr uint64_t kSmall = 64u << 10;
// So often may the larger ones be read, as many times the file.
constexpr uint64_t kMaxTurns = 8;
constexpr size_t kFixedHead = 8;   // of a collection and of an object, before their size
constexpr size_t kMinimum = 4096;  // bytes of a collection

uint64_t Little(const unsigned char* s, size_t n) {
  uint64_t value = 0;
  while (n-- > 0) value = value << 8 | s[n];
  return value;
}

[[noreturn]] void ThrowDamaged(const std::string& what) {
  throw Failure("ERR_INVALID_FILE", "text that lies nowhere in the file: " + what);
}

}  // namespace

uint64_t GlobalHeap::file_bytes() {
  Open();
  return file_bytes_;
}

void GlobalHeap::Open() {
  if (descriptor_ >= 0) return;
  const Handle<H5Fclose> file(Check(H5Iget_file_id(object_), "reading text"));
  const PropsId creation(Check(H5Fget_create_plist(file.get()), "reading text"));
  size_t address = 0;
  Check(H5Pget_sizes(creation.get(), &address, &length_bytes_), "reading text");
  if (length_bytes_ > sizeof(uint64_t)) ThrowDamaged("its lengths are too wide");
  hsize_t base = 0;
  Check(H5Pget_userblock(creation.get(), &base), "reading text");
  base_ = base;
  unsigned intent = 0;
  Check(H5Fget_intent(file.get(), &intent), "reading text");
  if (intent != H5F_ACC_RDONLY) Check(H5Fflush(file.get(), H5F_SCOPE_LOCAL), "writing the file");
  hsize_t bytes = 0;
  Check(H5Fget_filesize(file.get(), &bytes), "reading text");
  file_bytes_ = bytes;
  void* handle = nullptr;
  Check(H5Fget_vfd_handle(file.get(), H5P_DEFAULT, &handle), "reading text");
  descriptor_ = *static_cast<int*>(handle);
}

GlobalHeap::Collection GlobalHeap::Parse(std::vector<unsigned char> bytes) {
  auto& objects = parsed_;
  objects.clear();
  const size_t head = kFixedHead + length_bytes_;
  // What is left at the end and too small for an object is free, as is what has the index 0.
  for (size_t at = head; bytes.size() - at >= head;) {
    const auto index = static_cast<uint32_t>(Little(bytes.data() + at, 2));
    if (index == 0) break;
    const uint64_t size = Little(bytes.data() + at + kFixedHead, length_bytes_);
    const size_t room = bytes.size() - at - head;
    if (size > room) ThrowDamaged("a heap object is larger than its heap");
    objects.push_back({index, at + head, static_cast<size_t>(size)});
    const size_t padded = (static_cast<size_t>(size) + 7) / 8 * 8;
    if (padded > room) break;
    at += head + padded;
  }
  if (!std::is_sorted(objects.begin(), objects.end(), Before))
    std::stable_sort(objects.begin(), objects.end(), Before);
  return {std::move(bytes), objects};
}

const GlobalHeap::Collection& GlobalHeap::Load(uint64_t address) {
  if (last_ != nullptr && last_address_ == address) return *last_;
  const auto found = collections_.find(address);
  const Collection& collection = found != collections_.end() ? found->second : Read(address);
  last_ = &collection;
  last_address_ = address;
  return collection;
}

const GlobalHeap::Collection& GlobalHeap::Read(uint64_t address) {
  if (base_ > file_bytes_ || address > file_bytes_ - base_ ||
      file_bytes_ - base_ - address < kMinimum)
    ThrowDamaged("its heap is past the end");
  // Most are as small as they can be.
  std::vector<unsigned char> bytes(kMinimum);
  ReadAt(descriptor_, base_ + address, bytes.data(), kMinimum);
  if (std::memcmp(bytes.data(), "GCOL\1", 5) != 0)
    ThrowDamaged("there is no heap where it should be");
  const uint64_t size = Little(bytes.data() + kFixedHead, length_bytes_);
  if (size < kMinimum || size > file_bytes_ - base_ - address)
    ThrowDamaged("its heap reaches past the end");
  if (size > kSmall) loaded_ += size;
  if (loaded_ / kMaxTurns > file_bytes_)
    throw Failure("ERR_LIMIT", "large heaps of text are referred to over and over");
  if (held_ + size > kMaxHeld) {
    last_ = nullptr;
    collections_.clear();
    held_ = 0;
  }
  bytes.resize(static_cast<size_t>(size));
  if (size > kMinimum)
    ReadAt(descriptor_, base_ + address + kMinimum, bytes.data() + kMinimum,
           bytes.size() - kMinimum);
  held_ += size;
  return collections_.emplace(address, Parse(std::move(bytes))).first->second;
}

const unsigned char* GlobalHeap::Find(uint64_t address, uint32_t index, size_t length) {
  Open();
  const Collection& collection = Load(address);
  const auto& objects = collection.objects;
  // Mostly they are counted from 1, without gaps.
  auto found = objects.begin() +
               static_cast<ptrdiff_t>(std::min<size_t>(index > 0 ? index - 1 : 0, objects.size()));
  if (found == objects.end() || found->index != index)
    found = std::lower_bound(objects.begin(), objects.end(), Part{index, 0, 0}, Before);
  if (found == objects.end() || found->index != index)
    ThrowDamaged("its heap has no object " + std::to_string(index));
  const Part& part = *found;
  if (length > part.size) {
    ThrowDamaged("it is said to be " + std::to_string(length) + " bytes, the heap has " +
                 std::to_string(part.size));
  }
  return collection.bytes.data() + part.at;
}

}  // namespace anndata::h5
