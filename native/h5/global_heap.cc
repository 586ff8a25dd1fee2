// SPDX-License-Identifier: BSD-3-Clause

#include "h5/global_heap.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "codecs/byte_order.h"
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
// Of a reference.
constexpr size_t kLengthBytes = 4;
constexpr size_t kIndexBytes = 4;
// Bytes read ahead at first, and at most.
constexpr size_t kFirstAhead = 16u << 10;
constexpr size_t kMostAhead = 256u << 10;

[[noreturn]] void ThrowDamaged(const std::string& what) {
  throw Failure("ERR_INVALID_FILE", "text that lies nowhere in the file: " + what);
}

}  // namespace

HeapReference::HeapReference(const uint8_t* from, size_t size) {
  if (size <= kLengthBytes + kIndexBytes) return;
  length = LoadLittle32(from);
  index = LoadLittle32(from + size - kIndexBytes);
  const size_t width = size - kLengthBytes - kIndexBytes;
  address = LoadLittle(from + kLengthBytes, std::min(width, sizeof address));
  for (size_t i = sizeof address; i < width; i++)
    if (from[kLengthBytes + i] != 0) ThrowDamaged("past 2^64");
}

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

const GlobalHeap::Collection& GlobalHeap::Load(uint64_t address) {
  if (last_ != nullptr && last_->address == address) return *last_;
  const auto found = collections_.find(address);
  if (found != collections_.end()) {
    last_ = &found->second;
  } else if (last_ != nullptr && address == last_->address + last_->size && ReadAhead(address)) {
    last_ = &following_;
  } else {
    Collection collection;
    collection.address = address;
    Hold(collection);
    Parse(collection);
    collection.objects.shrink_to_fit();
    last_ = &collections_.emplace(address, std::move(collection)).first->second;
  }
  return *last_;
}

// Makes `following_` the collection at `address`, if it is small enough and no more is read and
// parsed this way than the file has: whoever jumps about would have that done over and over.
bool GlobalHeap::ReadAhead(uint64_t address) {
  last_ = nullptr;  // it may be `following_`, which is about to change
  if (!IsAhead(address)) {
    FillAhead(address);
    if (!IsAhead(address)) return false;
  }
  const uint8_t* bytes = ahead_.get() + (address - ahead_from_);
  const uint64_t size = SizeOf(address, bytes);
  if (parsed_ahead_ + size > file_bytes_) return false;
  parsed_ahead_ += size;
  following_.address = address;
  following_.size = size;
  following_.bytes = bytes;
  Parse(following_);
  return true;
}

// Whether all of the collection at `address` was read ahead.
bool GlobalHeap::IsAhead(uint64_t address) const {
  const uint64_t at = address - ahead_from_;  // past the end when it lies before
  if (at > ahead_bytes_) return false;
  const uint64_t room = ahead_bytes_ - at;
  return room >= kMinimum && room >= SizeOf(address, ahead_.get() + at);
}

// Reads twice as much as the last time, from `address` on, which is behind a collection in the
// file. Nothing when that is too much in all, or not there: nobody asked for it.
void GlobalHeap::FillAhead(uint64_t address) {
  const size_t wanted = std::clamp(ahead_bytes_ * 2, kFirstAhead, kMostAhead);
  const auto bytes = static_cast<size_t>(std::min<uint64_t>(wanted, file_bytes_ - base_ - address));
  ahead_bytes_ = 0;
  if (bytes < kMinimum || read_ahead_ + bytes > file_bytes_) return;
  read_ahead_ += bytes;
  if (ahead_ == nullptr) ahead_.reset(new uint8_t[kMostAhead]);
  try {
    ReadAt(descriptor_, base_ + address, ahead_.get(), bytes);
  } catch (const Failure&) {
    return;
  }
  ahead_from_ = address;
  ahead_bytes_ = bytes;
}

void GlobalHeap::Hold(Collection& collection) {
  const uint64_t address = collection.address;
  if (base_ > file_bytes_ || address > file_bytes_ - base_ ||
      file_bytes_ - base_ - address < kMinimum)
    ThrowDamaged("its heap is past the end");
  // Most are as small as they can be.
  std::vector<uint8_t>& bytes = collection.held;
  bytes.resize(kMinimum);
  ReadAt(descriptor_, base_ + address, bytes.data(), kMinimum);
  const uint64_t size = SizeOf(address, bytes.data());
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
  collection.size = size;
  collection.bytes = bytes.data();
}

// What its head says, which must lie in the file.
uint64_t GlobalHeap::SizeOf(uint64_t address, const uint8_t* head) const {
  if (std::memcmp(head, "GCOL\1", 5) != 0) ThrowDamaged("there is no heap where it should be");
  const uint64_t size = LoadLittle(head + kFixedHead, length_bytes_);
  if (size < kMinimum || size > file_bytes_ - base_ - address)
    ThrowDamaged("its heap reaches past the end");
  return size;
}

void GlobalHeap::Parse(Collection& collection) const {
  auto& objects = collection.objects;
  objects.clear();
  const auto padded = [](size_t n) { return (n + 7) / 8 * 8; };
  const size_t head = padded(kFixedHead + length_bytes_);
  const auto bytes = static_cast<size_t>(collection.size);
  // What is left at the end and too small for an object is free, as is what has the index 0.
  for (size_t at = head; bytes - at >= head;) {
    const uint8_t* object = collection.bytes + at;
    const auto index = static_cast<uint32_t>(LoadLittle(object, 2));
    if (index == 0) break;
    const uint64_t size = LoadLittle(object + kFixedHead, length_bytes_);
    const size_t room = bytes - at - head;
    if (size > room) ThrowDamaged("a heap object is larger than its heap");
    objects.push_back({index, at + head, static_cast<size_t>(size)});
    const size_t taken = padded(static_cast<size_t>(size));
    if (taken > room) break;
    at += head + taken;
  }
  if (!std::is_sorted(objects.begin(), objects.end(), Before))
    std::stable_sort(objects.begin(), objects.end(), Before);
}

const uint8_t* GlobalHeap::Find(const HeapReference& reference) {
  Open();
  const Collection& collection = Load(reference.address);
  const auto& objects = collection.objects;
  const uint32_t index = reference.index;
  // Mostly they are counted from 1, without gaps.
  auto found = objects.begin() +
               static_cast<ptrdiff_t>(std::min<size_t>(index > 0 ? index - 1 : 0, objects.size()));
  if (found == objects.end() || found->index != index)
    found = std::lower_bound(objects.begin(), objects.end(), Part{index, 0, 0}, Before);
  if (found == objects.end() || found->index != index)
    ThrowDamaged("its heap has no object " + std::to_string(index));
  const Part& part = *found;
  if (reference.length > part.size) {
    ThrowDamaged("it is said to be " + std::to_string(reference.length) + " bytes, the heap has " +
                 std::to_string(part.size));
  }
  return collection.bytes + part.at;
}

}  // namespace anndata::h5
