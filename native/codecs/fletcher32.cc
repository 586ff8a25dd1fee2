// SPDX-License-Identifier: BSD-3-Clause
#include "codecs/fletcher32.h"

#include <algorithm>

#include "codecs/byte_order.h"

namespace anndata::fletcher32 {
namespace {

// Words that can be added before the second sum could overflow 32 bits.
constexpr size_t kRun = 360;

uint32_t Fold(uint32_t sum) { return (sum & 0xffff) + (sum >> 16); }

uint32_t SwapInHalves(uint32_t v) { return (v & 0x00ff00ffU) << 8 | (v >> 8 & 0x00ff00ffU); }

}  // namespace

uint32_t Checksum(const uint8_t* data, size_t n) {
  uint32_t low = 0;
  uint32_t high = 0;
  size_t words = n / 2;
  while (words > 0) {
    const size_t run = std::min(words, kRun);
    for (size_t i = 0; i < run; ++i, data += 2) {
      low += static_cast<uint32_t>(data[0]) << 8 | data[1];
      high += low;
    }
    words -= run;
    low = Fold(low);
    high = Fold(high);
  }
  if (n % 2 != 0) {
    low += static_cast<uint32_t>(*data) << 8;
    high += low;
    low = Fold(low);
    high = Fold(high);
  }
  return Fold(high) << 16 | Fold(low);
}

bool Verify(const uint8_t* data, size_t n) {
  if (n < kBytes) return false;
  const uint32_t stored = LoadLittle32(data + n - kBytes);
  const uint32_t real = Checksum(data, n - kBytes);
  return stored == real || stored == SwapInHalves(real);
}

void Append(uint8_t* data, size_t n) { StoreLittle32(data + n, Checksum(data, n)); }

}  // namespace anndata::fletcher32
