// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

namespace anndata::test {

// Room for one buffer at a time, whose last byte lies before a page that nobody may touch. So a
// byte too many is noticed also in libraries that no sanitizer was built into; a byte before the
// first one where there is ASan.
class Guarded {
 public:
  // `most`: bytes of the largest buffer.
  explicit Guarded(size_t most);
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  // `n` bytes, all of that value. What was handed out before is gone.
  uint8_t* Filled(size_t n, uint8_t value);
  // A copy of `n` bytes.
  const uint8_t* Copied(const uint8_t* data, size_t n);

 private:
  uint8_t* Take(size_t n);

  uint8_t* start_ = nullptr;
  size_t most_ = 0;
  size_t given_ = 0;
};

}  // namespace anndata::test
