// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace anndata {

// Bytes that are written before they are read: unlike a vector it does not clear what it makes room
// for, which beside a fast codec would show.
class Buffer {
 public:
  // Makes it `n` bytes; what was in it is lost.
  uint8_t* Reset(size_t n) {
    if (n > capacity_) {
      bytes_.reset(new uint8_t[n]);
      capacity_ = n;
    }
    size_ = n;
    return bytes_.get();
  }
  // Keeps the first `n` bytes.
  void Shrink(size_t n) { size_ = n < size_ ? n : size_; }
  void Swap(Buffer& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  uint8_t* data() { return bytes_.get(); }
  const uint8_t* data() const { return bytes_.get(); }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }

 private:
  std::unique_ptr<uint8_t[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace anndata
